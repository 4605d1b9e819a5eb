// Aligned plain text for what a trace is: facts by name, and rows of cells.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace updraft {

// Rows of cells, every column as wide as its widest cell; names and the last column (words) to the
// left, figures to the right.
class Grid {
 public:
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  std::string text(const std::string& indent) const;

 private:
  std::vector<std::vector<std::string>> rows_;  // each with as many cells
};

std::string fact(std::string_view name, std::string_view value);  // a line; none of an empty value
std::string share_text(double share);                                // "87.17 %"

}  // namespace updraft
