#include "traces/info_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace updraft {

std::string Grid::text(const std::string& indent) const {
  std::vector<std::size_t> width;
  for (const auto& cells : rows_) {
    width.resize(cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i) width[i] = std::max(width[i], cells[i].size());
  }
  std::string out;
  for (const auto& cells : rows_) {
    std::string line = indent + fmt::format("{:<{}}", cells[0], width[0]);
    for (std::size_t i = 1; i + 1 < cells.size(); ++i)
      line += fmt::format("  {:>{}}", cells[i], width[i]);
    out += fmt::format("{}  {}\n", line, cells.back());
  }
  return out;
}

std::string fact(std::string_view name, std::string_view value) {
  return value.empty() ? "" : fmt::format("  {:<11}{}\n", name, value);
}

std::string share_text(double share) { return fmt::format("{:.2f} %", 100 * share); }

}  // namespace updraft
