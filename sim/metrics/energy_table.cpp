#include "sim/metrics/energy_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/metrics/terminal_text.hpp"

namespace updraft {
namespace {

constexpr std::size_t longest_name = 28;
constexpr std::size_t gap = 2;

struct Part {
  std::string_view name;
  double (*value)(const RunFigures&);
};
using F = RunFigures;
const Part parts[] = {
    {"compute", [](const F& run) { return run.edge_busy_J; }},
    {"idle", [](const F& run) { return run.edge_idle_J; }},
    {"transfer", [](const F& run) { return run.radio_transfer_J; }},
    {"promotion", [](const F& run) { return run.radio_promotion_J; }},
    {"tail", [](const F& run) { return run.radio_tail_J; }},
    {"radio idle", [](const F& run) { return run.radio_idle_J; }},
    {"cloud", [](const F& run) { return run.cloud_busy_J + run.cloud_idle_J; }},
};

double mean(const PolicyResult& policy, const Part& part) {
  std::vector<double> values;
  for (const RunFigures& run : policy.runs) values.push_back(part.value(run));
  return estimate(values).value;
}

// A part, in a unit of its own: they differ by orders of magnitude.
struct Column {
  std::vector<std::string> cells;  // name, unit, one per policy
  std::size_t width = 0;
};

Column column_of(std::span<const PolicyResult> policies, const Part& part) {
  double largest = 0;
  for (const PolicyResult& policy : policies) largest = std::max(largest, mean(policy, part));
  const bool joules = largest >= 1;
  const bool millis = !joules && largest >= 1e-3;
  const double scale = joules ? 1 : millis ? 1e3 : 1e6;
  const double shown = largest * scale;
  const int decimals = shown >= 100 ? 1 : shown >= 10 ? 2 : 3;
  Column out{{std::string(part.name), joules ? "J" : millis ? "mJ" : "uJ"}};
  for (const PolicyResult& policy : policies) {
    const double value = mean(policy, part);
    out.cells.push_back(largest > 0 ? fmt::format("{:.{}f}", value * scale, decimals) : "0");
  }
  for (const std::string& cell : out.cells) out.width = std::max(out.width, cell.size());
  return out;
}

}  // namespace

bool have_radios(std::span<const PolicyResult> policies) {
  return std::any_of(policies.begin(), policies.end(), [](const PolicyResult& policy) {
    return !std::isnan(policy.runs[0].radio_tail_J);
  });
}

std::string energy_table(std::span<const PolicyResult> policies) {
  if (!have_radios(policies)) return "";
  std::vector<std::string> rows{"energy per sample", ""};
  for (const PolicyResult& policy : policies)
    rows.push_back(cut(harmless(policy.name), longest_name));
  std::size_t width = 0;
  for (const std::string& row : rows) width = std::max(width, display_width(row));
  for (std::string& row : rows) row = left(row, width);
  for (const Part& part : parts) {
    const Column column = column_of(policies, part);
    for (std::size_t r = 0; r < rows.size(); ++r)
      rows[r] += std::string(gap, ' ') + right(column.cells[r], column.width);
  }
  std::string out;
  for (const std::string& row : rows) out += row + "\n";
  return out;
}

}  // namespace updraft
