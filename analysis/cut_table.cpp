#include "analysis/cut_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "analysis/cut_sentences.hpp"
#include "analysis/cut_text.hpp"
#include "analysis/recording/text_grid.hpp"
#include "sim/metrics/terminal_text.hpp"

namespace updraft {
namespace {

using Kind = Objective::Kind;
constexpr std::size_t longest_name = 26;
constexpr std::size_t most_ranges = 20;

// "after pool2 *", "edge only"; the star where it is the chosen one.
std::string row_name(const CutReport& report, std::size_t cut_index) {
  return cut(harmless(report.label(cut_index)), longest_name) +
         (cut_index == report.chosen ? " *" : "");
}

// What the objective compares, with its unit.
std::string value_text(const Objective& objective, const CutFigures& figures) {
  const double value = objective_value(objective, figures);
  if (objective.kind == Kind::energy) return with_unit(Joules(value));
  if (objective.kind == Kind::throughput) return with_unit(Hertz(value));
  return with_unit(Seconds(value));
}

// "2.09 times as fast as edge only (176.2 ms)"
std::string against(const CutReport& report, std::size_t other) {
  const Objective& objective = report.setup.objective;
  const double ours = objective_value(objective, report.row(report.chosen));
  const double theirs = objective_value(objective, report.row(other));
  const std::string who =
      fmt::format("{} ({})", report.name(other), value_text(objective, report.row(other)));
  if (!(ours > 0 && theirs > 0 && std::isfinite(ours) && std::isfinite(theirs)))
    return "against " + who;  // no factor between them
  if (objective.kind == Kind::throughput)
    return fmt::format("{:.2f} times that of {}", ours / theirs, who);
  if (objective.kind == Kind::latency || objective.kind == Kind::latency_within)
    return fmt::format("{:.2f} times as fast as {}", theirs / ours, who);
  return fmt::format("{:.1f} % of {}", 100 * ours / theirs, who);
}

std::string head_line(const CutReport& report) {
  const CutSetup& setup = report.setup;
  const std::string what = report.chosen == report.edge_only ? "keep all of it on the edge"
                           : report.chosen == report.cloud_only
                               ? "send the input, nothing on the edge"
                               : fmt::format("cut after {}", harmless(report.name(report.chosen)));
  std::vector<std::string> others;
  for (const std::size_t other : {report.edge_only, report.cloud_only}) {
    if (other != report.chosen) others.push_back(against(report, other));
  }
  std::string value(compared(setup.objective.kind));
  value[0] = static_cast<char>(std::toupper(value[0]));
  return wrapped(
      fmt::format("{} on {} and {} at {} Mbps: {}. {} {}: {}.", harmless(setup.graph.name),
                  setup.edge, setup.cloud, mbps(setup.uplink), what, value,
                  value_text(setup.objective, report.row(report.chosen)), fmt::join(others, ", ")));
}

// A column of numbers in one unit.
struct Numbers {
  ShownUnit unit;
  double largest = 0;
  std::string text(double si) const { return in_unit(si, unit, largest); }
};
template <class Q, class Each>
Numbers numbers_of(const CutReport& report, Each each) {
  double largest = 0;
  for (const CutFigures& row : report.rows) {
    const double value = each(row).si();
    if (std::isfinite(value)) largest = std::max(largest, value);
  }
  return {unit_for(Q(largest)), largest};
}

std::string rows_table(const CutReport& report) {
  const Numbers times = numbers_of<Seconds>(report, [](const auto& row) { return row.total; });
  const Numbers energies = numbers_of<Joules>(report, [](const auto& row) { return row.energy; });
  const Numbers rates = numbers_of<Hertz>(report, [](const auto& row) { return row.throughput; });
  const auto payload = [&](const CutFigures& row) { return report.candidates[row.cut].payload; };
  const Numbers bytes = numbers_of<Bytes>(report, payload);
  const std::string time(times.unit.name);
  TextGrid grid({{{"cut", ""}},
                 {{"layers", "on edge"}},
                 {{"edge", time}},
                 {{"upload", std::string(bytes.unit.name)}},
                 {{"upload", time}},
                 {{"cloud", time}},
                 {{"fixed", time}},
                 {{"total", time}},
                 {{"energy", std::string(energies.unit.name)}},
                 {{"throughput", "1/s"}}});
  for (const CutFigures& row : report.rows) {
    const auto part = [&](const Numbers& numbers, double value) {
      return row.cut == report.edge_only ? "-" : numbers.text(value);
    };
    grid.row({{{row_name(report, row.cut)}},
              {{fmt::format("{}/{}", report.layers_on_edge(row.cut), report.layers())}},
              {{times.text(row.edge.si())}},
              {{part(bytes, payload(row).si())}},
              {{part(times, row.upload.si())}},
              {{part(times, row.cloud.si())}},
              {{part(times, row.fixed.si())}},
              {{times.text(row.total.si())}},
              {{energies.text(row.energy.si())}},
              {{rates.text(row.throughput.si())}}});
  }
  return grid.text(false);
}

// Latency, or what else is compared, at an end of a range: each in its own unit, since they may
// differ by orders.
std::string at_end(const CutReport& report, const WinningRange& range, BytesPerSecond rate) {
  return value_text(report.setup.objective, figures_of(report, range.cut, rate));
}

std::string map_table(const CutReport& report) {
  const std::string what(compared(report.setup.objective.kind));
  TextGrid grid({{{"best cut", ""}},
                 {{"from", "Mbps"}},
                 {{"to", "Mbps"}},
                 {{"upload", "kB"}},
                 {{what, "at from"}},
                 {{"", "at to"}}});
  const auto shown = std::min(report.map.size(), most_ranges);
  for (std::size_t r = 0; r < shown; ++r) {
    const WinningRange& range = report.map[r];
    grid.row({{{row_name(report, range.cut)}},
              {{mbps(range.from)}},
              {{mbps(range.to)}},
              {{fmt::format("{:.1f}", report.candidates[range.cut].payload.si() / 1e3)}},
              {{at_end(report, range, range.from)}},
              {{at_end(report, range, range.to)}}});
  }
  std::string text = grid.text(false);
  if (shown < report.map.size())
    text += fmt::format("and {} more ranges: --json has them all.\n", report.map.size() - shown);
  return text;
}

}  // namespace

std::string cut_table(const CutReport& report) {
  return head_line(report) + "\n" + rows_table(report) + "\n" + map_table(report) + "\n" +
         cut_sentences(report);
}

}  // namespace updraft
