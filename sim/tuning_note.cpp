#include "sim/tuning_note.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/metrics/budget_text.hpp"
#include "sim/metrics/verdicts.hpp"
#include "sim/units/parse.hpp"

namespace updraft {
namespace {

// Six digits of what may have seventeen: "0.734121 Mbps".
std::string short_value(const std::string& text) {
  const std::size_t end = std::min(text.find_first_not_of("+-.0123456789eE"), text.size());
  const auto number = parse_number(text.substr(0, end));
  return number ? fmt::format("{:.6g}{}", *number, text.substr(end)) : text;
}

std::string difference_text(double value, std::string_view unit) {
  if (unit == "fraction") return fmt::format("{:+.2f} points", 100 * value + 0.0);
  return fmt::format("{}{}", value < 0 ? "" : "+", figure_text(value, unit));
}

bool within(const BudgetVerdict& found, double value) {
  const Budget& budget = found.budget;
  return budget.kind->at_least ? value >= budget.limit : value <= budget.limit;
}

// "latency_p99 141.2 ms [139 ms, 143 ms] (at most 150 ms; in 5 of 5 runs)"
std::string kept(const BudgetVerdict& found, const TuningCandidate& candidate) {
  const BudgetKind& kind = *found.budget.kind;
  std::size_t runs = 0;
  for (const RunFigures& run : candidate.result.runs) runs += within(found, kind.value(run));
  return fmt::format("{} {} (at {} {}, in {} of {} runs)", kind.name, value_text(found),
                     kind.at_least ? "least" : "most", figure_text(found.budget.limit, kind.unit),
                     runs, candidate.result.runs.size());
}

}  // namespace

bool meets(const TuningSpec& spec, const TuningCandidate& candidate) {
  return std::ranges::all_of(candidate.result.budgets, [&](const BudgetVerdict& found) {
    return spec.sure ? found.verdict == Verdict::met : found.room() >= 0;  // no figure: no
  });
}

double excess(const TuningCandidate& candidate) {
  double most = -std::numeric_limits<double>::infinity();
  for (const BudgetVerdict& found : candidate.result.budgets) {
    if (std::isnan(found.value)) return std::numeric_limits<double>::infinity();
    const double limit = found.budget.limit;
    most = std::max(most, -found.room() / (limit > 0 ? limit : 1));
  }
  return most;
}

Estimate objective_of(const TuningSpec& spec, const TuningCandidate& candidate) {
  std::vector<double> values;
  for (const RunFigures& run : candidate.result.runs) values.push_back(spec.objective.of(run));
  return estimate(values);
}

std::string tuning_note(const TuningSpec& spec, std::size_t tried, const TuningCandidate& best,
                        const TuningCandidate* next, std::string_view where) {
  const std::size_t runs = best.result.runs.size();
  const TuningObjective& objective = spec.objective;
  std::string out = fmt::format("{} {} tuned by simulation{} ({} candidates, {} replications)",
                                spec.over, short_value(best.value), where, tried, runs);
  if (!meets(spec, best)) out += ", no candidate meets the budgets, this one comes closest";
  out += ": ";
  const bool limited = std::ranges::any_of(best.result.budgets, [&](const auto& each) {
    return each.budget.kind->name == objective.name;
  });
  if (!limited) {  // else it is told there
    const Estimate value = objective_of(spec, best);
    out += fmt::format("{} {}", objective.name, figure_text(value.value, objective.unit));
    if (value.half_width.value_or(0) > 0)
      out += fmt::format(" ±{}", figure_text(*value.half_width, objective.unit));
  }
  for (const BudgetVerdict& found : best.result.budgets)
    out += (out.ends_with(": ") ? "" : ", ") + kept(found, best);
  if (next == nullptr) return out + "; no other candidate meets the budgets";
  std::vector<double> differences;
  for (std::size_t r = 0; r < runs; ++r) {
    differences.push_back(objective.of(next->result.runs[r]) - objective.of(best.result.runs[r]));
  }
  const Estimate d = estimate(differences);
  const double half_d = d.half_width.value_or(0);
  out += fmt::format("; next best {} {}: {} {}", spec.over, short_value(next->value),
                     objective.name, difference_text(d.value, objective.unit));
  if (half_d > 0) {
    out += fmt::format(" [{}, {}]", difference_text(d.value - half_d, objective.unit),
                       difference_text(d.value + half_d, objective.unit));
  }
  return out;
}

std::string nothing_meets(const TuningSpec& spec, const TuningCandidate& closest) {
  std::string found;
  for (const BudgetVerdict& each : closest.result.budgets) {
    if (spec.sure ? each.verdict == Verdict::met : each.room() >= 0) continue;
    found +=
        fmt::format("{}{} {}", found.empty() ? "" : ", ", each.budget.kind->name, value_text(each));
  }
  return fmt::format(
      "budgets that some {} {}meets: the closest, {} {}, has {}; or otherwise: "
      "closest",
      spec.over, spec.sure ? "surely " : "", spec.over, short_value(closest.value), found);
}

}  // namespace updraft
