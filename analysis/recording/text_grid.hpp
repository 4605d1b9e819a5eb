// A table of texts in which a row is several lines high: a figure, its interval below it, and what
// else there is to say. Columns are as wide as their widest text; the first is flush left, the
// others flush right. Headings group the rows below them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace updraft {

struct GridCell {
  std::vector<std::string> lines;
  bool best = false;  // marked with a star, and bold where that can be shown
};

class TextGrid {
 public:
  explicit TextGrid(std::vector<GridCell> head);  // a cell per column
  void heading(std::string text);
  void row(std::vector<GridCell> cells);  // as many as the head has
  std::string text(bool bold) const;      // every line ends in a newline

 private:
  struct Row {
    std::string heading;
    std::vector<GridCell> cells;  // none below a heading
  };
  std::vector<Row> rows_;  // the head is the first
};

}  // namespace updraft
