#include "analysis/recording/text_grid.hpp"

#include <algorithm>
#include <string_view>

#include "sim/core/check.hpp"
#include "sim/metrics/terminal_text.hpp"

namespace updraft {
namespace {

constexpr std::size_t gap = 2;  // one of it is the mark's

std::string_view line_of(const GridCell& cell, std::size_t line) {
  return line < cell.lines.size() ? std::string_view(cell.lines[line]) : "";
}

std::string without_trailing_spaces(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

TextGrid::TextGrid(std::vector<GridCell> head) { rows_.push_back({"", std::move(head)}); }

void TextGrid::heading(std::string text) { rows_.push_back({std::move(text), {}}); }

void TextGrid::row(std::vector<GridCell> cells) {
  UPDRAFT_CHECK(cells.size() == rows_[0].cells.size(),
                std::to_string(cells.size()) + ", " + std::to_string(rows_[0].cells.size()));
  rows_.push_back({"", std::move(cells)});
}

std::string TextGrid::text(bool bold) const {
  std::vector<std::size_t> width(rows_[0].cells.size());
  for (const Row& row : rows_) {
    for (std::size_t c = 0; c < row.cells.size(); ++c) {
      for (const auto& line : row.cells[c].lines)
        width[c] = std::max(width[c], display_width(line));
    }
  }
  std::string out;
  for (const Row& row : rows_) {
    if (row.cells.empty()) out += wrapped(row.heading);
    std::size_t height = 0;
    for (const GridCell& cell : row.cells) {
      for (std::size_t line = 0; line < cell.lines.size(); ++line)
        height = cell.lines[line].empty() ? height : std::max(height, line + 1);
    }
    for (std::size_t line = 0; line < height; ++line) {
      std::string text;
      for (std::size_t c = 0; c < width.size(); ++c) {
        const bool marked = row.cells[c].best && line == 0;
        const std::string_view cell = line_of(row.cells[c], line);
        if (marked && bold) text += "\x1b[1m";
        text += c == 0 ? left(cell, width[c]) : right(cell, width[c]);
        text += marked ? '*' : ' ';
        if (marked && bold) text += "\x1b[0m";
        text += ' ';
      }
      out += without_trailing_spaces(text);
    }
    if (&row == &rows_.front()) {
      std::size_t total = 0;
      for (const std::size_t each : width) total += each + gap;
      for (std::size_t k = 0; k + 1 < total; ++k) out += "─";  // up to the last mark
      out += "\n";
    }
  }
  return out;
}

}  // namespace updraft
