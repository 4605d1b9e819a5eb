#include "sim/metrics/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>

#include "sim/core/input_error.hpp"
#include "sim/metrics/budget_text.hpp"
#include "sim/metrics/energy_table.hpp"
#include "sim/metrics/terminal_text.hpp"
#include "sim/metrics/verdicts.hpp"

namespace updraft {
namespace {

constexpr std::size_t widest = 120;
constexpr std::size_t longest_name = 28;
constexpr std::size_t gap = 2;  // one of it is the mark's

struct Unit {
  double from;  // the smallest largest value of a column that is shown in this unit
  std::string_view name;
  double scale;
};
using Units = std::initializer_list<Unit>;
const Units percent = {{0, "%", 1e2}};
const Units seconds = {{10, "s", 1}, {1e-3, "ms", 1e3}, {0, "us", 1e6}};
const Units joules = {{10, "J", 1}, {1e-3, "mJ", 1e3}, {0, "uJ", 1e6}};
const Units bytes = {{1e7, "MB", 1e-6}, {1e3, "kB", 1e-3}, {0, "B", 1}};
const Units changes = {{0, "", 1}};
const Units work = {{1e10, "GMAC", 1e-9}, {1e4, "MMAC", 1e-6}, {0, "MAC", 1}};

double dropped_share(const RunFigures& run) { return run.dropped / run.samples; }
double fell_back_share(const RunFigures& run) { return run.fell_back / run.samples; }

struct Kind {
  std::string_view top;
  std::string_view bottom;  // before the unit
  const Units& units;
  double (*value)(const RunFigures&);
  double RunFigures::*column;  // says which direction is better
  bool optional = false;       // left out where no policy has anything there
};
template <double RunFigures::*member>
constexpr double of(const RunFigures& run) {
  return run.*member;
}
template <double RunFigures::*member>
constexpr Kind kind(std::string_view top, std::string_view bottom, const Units& units,
                    bool optional = false) {
  return {top, bottom, units, &of<member>, member, optional};
}
using F = RunFigures;
const Kind kinds[] = {
    kind<&F::accuracy>("accuracy", "", percent),
    kind<&F::appealing_rate>("offloaded", "", percent),
    kind<&F::accuracy_improvement>("AccI", "", percent),
    kind<&F::cost_macs>("cost", "", work),
    kind<&F::latency_mean_s>("latency", "mean ", seconds),
    kind<&F::latency_p50_s>("latency", "p50 ", seconds),
    kind<&F::latency_p99_s>("latency", "p99 ", seconds),
    kind<&F::energy_J>("energy", "", joules),
    kind<&F::uplink_B>("uplink", "", bytes),
    kind<&F::deadline_miss_rate>("late", "", percent, true),
    {"fell", "back ", percent, &fell_back_share, &F::fell_back, true},
    {"dropped", "", percent, &dropped_share, &F::dropped, true},
    kind<&F::stage_changes>("stage", "changes", changes, true),
};

struct Column {
  std::string top;
  std::string bottom;
  std::vector<std::string> values;  // one per policy
  std::vector<std::string> halves;  // "" for a single run
  std::vector<bool> best;
  std::size_t width = 0;
};

std::string fixed(double value, int decimals) {
  std::string text = fmt::format("{:.{}f}", value, decimals);
  if (text.find_first_of("123456789") == std::string::npos && text[0] == '-') text.erase(0, 1);
  return text;
}

Estimate estimate_of(const PolicyResult& policy, const Kind& kind) {
  std::vector<double> values;
  for (const RunFigures& run : policy.runs) values.push_back(kind.value(run));
  return estimate(values);
}

double largest_of(std::span<const PolicyResult> policies, const Kind& kind) {
  double largest = 0;
  for (const PolicyResult& policy : policies) {
    const double v = std::abs(estimate_of(policy, kind).value);
    if (std::isfinite(v)) largest = std::max(largest, v);
  }
  return largest;
}

// Neighbours of one name (the latencies) share a unit, so that they can be compared.
double largest_of_group(std::span<const PolicyResult> policies, const Kind& kind) {
  double largest = 0;
  for (const Kind& other : kinds) {
    if (other.top == kind.top) largest = std::max(largest, largest_of(policies, other));
  }
  return largest;
}

// Above 0; infinite where there is none.
double least_of_group(std::span<const PolicyResult> policies, const Kind& kind) {
  double least = std::numeric_limits<double>::infinity();
  for (const Kind& other : kinds) {
    if (other.top != kind.top) continue;
    for (const PolicyResult& policy : policies) {
      const double v = std::abs(estimate_of(policy, other).value);
      if (v > 0) least = std::min(least, v);
    }
  }
  return least;
}

int decimals_of(const Unit& unit, double largest) {
  const double shown = largest * unit.scale;
  return unit.name.empty() ? 0 : unit.name == "%" ? 2 : shown >= 100 ? 1 : shown >= 10 ? 2 : 3;
}

// By the largest value; a smaller one where the least would drown: 0.1 s beside 85.7 s says little
// of what took 72 ms.
const Unit& unit_of(std::span<const PolicyResult> policies, const Kind& kind) {
  const double largest = largest_of_group(policies, kind);
  auto unit = std::find_if(kind.units.begin(), kind.units.end(),
                           [&](const Unit& u) { return largest >= u.from; });
  const double digits =
      least_of_group(policies, kind) * unit->scale * std::pow(10, decimals_of(*unit, largest));
  const bool coarsest = unit == kind.units.begin() && kind.units.size() > 1;
  if (coarsest && digits < 5) ++unit;
  return *unit;
}

// The least and the largest over the policies: of a network alone, in the first replication.
std::pair<double, double> range_of(std::span<const PolicyResult> policies,
                                   double RunFigures::*alone) {
  const auto [least, most] = std::minmax_element(
      policies.begin(), policies.end(),
      [&](const auto& a, const auto& b) { return a.runs[0].*alone < b.runs[0].*alone; });
  return {least->runs[0].*alone, most->runs[0].*alone};
}

// Is every AccI measured against one cloud network's answers?
bool one_cloud(std::span<const PolicyResult> policies) {
  const auto [least, most] = range_of(policies, &RunFigures::accuracy_cloud_alone);
  return !(least < most);
}

std::vector<bool> best_of(std::span<const PolicyResult> policies, const Column& column,
                          const Kind& kind) {
  // Without the radio, who offloads everything would seem to spend nothing: no mark for that.
  const bool partial = kind.column == &RunFigures::energy_J && !have_radios(policies);
  // All of what a poor payload can gain is no more than a part of what a good one can.
  const bool unlike = kind.column == &RunFigures::accuracy_improvement && !one_cloud(policies);
  const Better better = partial || unlike ? Better::neither : column_of(kind.column).better;
  std::vector<bool> best(policies.size());
  std::size_t first = policies.size();
  double top = 0;
  for (std::size_t p = 0; p < policies.size(); ++p) {
    const double v = estimate_of(policies[p], kind).value;
    if (better == Better::neither || policies[p].knows_truth || std::isnan(v)) continue;
    if (first == policies.size() || (better == Better::higher ? v > top : v < top)) {
      first = p;
      top = v;
    }
  }
  if (first == policies.size()) return best;
  // What reads the same is equally good; where all read the same, nothing is best.
  bool differ = false;
  for (std::size_t p = 0; p < policies.size(); ++p) {
    if (policies[p].knows_truth) continue;
    best[p] = column.values[p] == column.values[first];
    differ = differ || !best[p];
  }
  return differ ? best : std::vector<bool>(policies.size());
}

Column make_column(std::span<const PolicyResult> policies, const Kind& kind) {
  const double largest = largest_of_group(policies, kind);
  const Unit& unit = unit_of(policies, kind);
  const int decimals = decimals_of(unit, largest);
  Column column{std::string(kind.top), fmt::format("{}{}", kind.bottom, unit.name), {}, {}, {}};
  column.width = std::max(column.top.size(), column.bottom.size());
  for (const PolicyResult& policy : policies) {
    const Estimate e = estimate_of(policy, kind);
    const bool known = std::isfinite(e.value);
    column.values.push_back(known ? fixed(e.value * unit.scale, decimals) : "-");
    column.halves.push_back(known && e.half_width.value_or(0) > 0
                                ? fmt::format("±{:.{}f}", *e.half_width * unit.scale, decimals)
                                : "");
    column.width = std::max(
        {column.width, display_width(column.values.back()), display_width(column.halves.back())});
  }
  column.best = best_of(policies, column, kind);
  return column;
}

// met, missed or undecided; the one that wins among those that meet all is starred.
Column budget_column(std::span<const PolicyResult> policies) {
  Column column{"budgets", "", {}, {}, {}};
  column.width = column.top.size();
  const auto winner = winner_of(policies);
  for (std::size_t p = 0; p < policies.size(); ++p) {
    column.values.emplace_back(name_of(*verdict_on_all(policies[p])));
    column.halves.emplace_back();
    column.best.push_back(winner && winner->policy == p && winner->by != nullptr);
    column.width = std::max(column.width, column.values.back().size());
  }
  return column;
}

bool worth_showing(std::span<const PolicyResult> policies, const Kind& kind) {
  if (!kind.optional) return true;
  const bool deadline = kind.column == &F::deadline_miss_rate;
  return std::any_of(policies.begin(), policies.end(), [&](const PolicyResult& policy) {
    const double v = estimate_of(policy, kind).value;
    return deadline ? !std::isnan(v) : v > 0;
  });
}

std::string name_in_text(const PolicyResult& policy) {
  return cut(harmless(policy.name), longest_name);
}

std::string sentences(std::span<const PolicyResult> policies, std::span<const Column> columns,
                      const TableStyle& style) {
  std::string out;
  const bool marked = std::any_of(columns.begin(), columns.end(), [](const Column& c) {
    return std::find(c.best.begin(), c.best.end(), true) != c.best.end();
  });
  if (marked) {
    out += wrapped(
        fmt::format("* the best of its column: highest accuracy and AccI, lowest of all else{}.",
                    have_radios(policies) ? "" : " (energy lacks the radio: no mark)"));
  }
  for (const PolicyResult& policy : policies) {
    if (!policy.knows_truth) continue;
    out +=
        wrapped(fmt::format("† {} knows every label and both answers: a bound that no real "
                            "policy can pass, never marked as best.",
                            name_in_text(policy)));
  }
  const bool late =
      std::any_of(columns.begin(), columns.end(), [](const Column& c) { return c.top == "late"; });
  out += wrapped(fmt::format(
      "Cost (the edge's MACs or the cloud's, by the papers' eq. 15), energy (the device's "
      "computing{}) and uplink are means per sample{}.",
      have_radios(policies) ? ", idling and radio" : " and idling",
      late ? "; late: no answer within the deadline" : ""));
  if (std::any_of(columns.begin(), columns.end(),
                  [](const Column& c) { return c.top == "dropped"; }))
    out += about_drops(style.drop_causes);
  const auto [least, most] = range_of(policies, &RunFigures::accuracy_edge_alone);
  if (least < most) {
    out += wrapped(fmt::format(
        "AccI is measured from the edge network that each policy runs ({:.2f} to {:.2f} % "
        "right alone); a policy's key reference: STAGE gives them one base.",
        100 * least, 100 * most));
  }
  if (!one_cloud(policies)) {
    const auto [poorest, best] = range_of(policies, &RunFigures::accuracy_cloud_alone);
    out += wrapped(fmt::format(
        "AccI is of what the cloud makes of the payload that each policy sends ({:.2f} to {:.2f} % "
        "right): compare accuracies, not AccI.",
        100 * poorest, 100 * best));
  }
  for (const PolicyResult& policy : policies) {
    if (!policy.note.empty()) {
      out += wrapped(fmt::format("{}: {}", name_in_text(policy), harmless(policy.note)));
    }
  }
  out += budget_sentences(policies);
  if (policies[0].runs.size() < 2) {
    if (policies[0].budgets.empty())
      out += "A single run has no intervals; replications: 10 gives them.\n";
  } else {
    out += wrapped(fmt::format(
        "± half of the 95 % interval over {} replications (Student t).{}", policies[0].runs.size(),
        policies.size() < 2
            ? ""
            : fmt::format(" All policies met the same arrivals and channel: paired.csv has their "
                          "differences from {}, run by run, with intervals.",
                          name_in_text(policies[0]))));
  }
  if (!style.results.empty()) out += fmt::format("Results: {}\n", style.results);
  return out;
}

std::string without_trailing_spaces(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

std::string about_drops(const std::vector<std::string>& causes) {
  const std::vector<std::string> all = {"the cloud's queue was full", "the link stopped for good",
                                        "time was up where no stage had run"};
  return wrapped(fmt::format("dropped: no answer, counted as wrong: {}.",
                             one_of(causes.empty() ? all : causes)));
}

std::string terminal_table(std::span<const PolicyResult> policies, const TableStyle& style) {
  if (policies.empty()) return "No policy was run.\n";
  std::vector<Column> columns;
  std::size_t numbers = 0;
  for (const Kind& kind : kinds) {
    if (!worth_showing(policies, kind)) continue;
    columns.push_back(make_column(policies, kind));
    numbers += columns.back().width + gap;
  }
  if (!policies[0].budgets.empty()) {
    columns.push_back(budget_column(policies));
    numbers += columns.back().width + gap;
  }
  const std::size_t room = widest - std::min(widest, numbers);
  const std::size_t most = std::clamp<std::size_t>(room, 8, longest_name);
  std::vector<std::string> names;
  std::size_t name_width = std::string_view("policy").size();
  for (const PolicyResult& policy : policies) {
    const std::string_view dagger = policy.knows_truth ? " †" : "";
    names.push_back(cut(harmless(policy.name), most - display_width(dagger)));
    names.back() += dagger;
    name_width = std::max(name_width, display_width(names.back()));
  }

  std::string top = left("policy", name_width);
  std::string bottom = std::string(name_width, ' ');
  for (const Column& c : columns) {
    top += fmt::format(" {} ", right(c.top, c.width));
    bottom += fmt::format(" {} ", right(c.bottom, c.width));
  }
  std::string out = without_trailing_spaces(top) + without_trailing_spaces(bottom);
  for (std::size_t k = 0; k < name_width + numbers; ++k) out += "─";
  out += "\n";
  for (std::size_t p = 0; p < policies.size(); ++p) {
    std::string row = left(names[p], name_width);
    std::string halves = std::string(name_width, ' ');
    bool any_half = false;
    for (const Column& c : columns) {
      const bool bold = style.bold && c.best[p];
      row += fmt::format(" {}{}{}{}", bold ? "\x1b[1m" : "", right(c.values[p], c.width),
                         c.best[p] ? "*" : " ", bold ? "\x1b[0m" : "");
      halves += fmt::format(" {} ", right(c.halves[p], c.width));
      any_half = any_half || !c.halves[p].empty();
    }
    out += without_trailing_spaces(row);
    if (any_half) out += without_trailing_spaces(halves);
  }
  const std::string parts = energy_table(policies);
  if (!parts.empty()) out += "\n" + parts;
  return out + "\n" + sentences(policies, columns, style);
}

}  // namespace updraft
