#include "sim/metrics/budget_text.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sim/metrics/terminal_text.hpp"
#include "sim/metrics/verdicts.hpp"

namespace updraft {
namespace {

std::string share_text(double margin) {
  return std::isnan(margin) ? "" : fmt::format(" ({:.1f} %)", 100 * std::abs(margin));
}

// "latency_p99 is 168 ms, 18 ms over (12.0 %)"
std::string shortfall(const BudgetVerdict& found) {
  const BudgetKind& kind = *found.budget.kind;
  std::string out = fmt::format("{} is {}", kind.name, value_text(found));
  if (std::isnan(found.value)) return fmt::format("{} is nothing: nobody was answered", kind.name);
  const bool within = found.room() >= 0;
  const std::string distance = kind.unit == "fraction"
                                   ? fmt::format("{:.2f} points", 100 * std::abs(found.room()))
                                   : figure_text(std::abs(found.room()), kind.unit);
  return out + fmt::format(", {} {}{}", distance,
                           within          ? "within"
                           : kind.at_least ? "short"
                                           : "over",
                           share_text(found.margin()));
}

std::string listed(const std::vector<std::string>& parts) {
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string winner_sentence(std::span<const PolicyResult> policies) {
  const auto winner = winner_of(policies);
  if (!winner) return "No policy meets every budget for certain.";
  const PolicyResult& policy = policies[winner->policy];
  const std::string name = harmless(policy.name);
  std::size_t met = 0;
  for (const PolicyResult& each : policies)
    met += !each.knows_truth && verdict_on_all(each) == Verdict::met;
  if (met == 1) return fmt::format("Only {} meets every budget.", name);
  if (winner->by == nullptr)
    return fmt::format("{} policies meet every budget, none ahead of the others.", met);
  const FigureColumn& accuracy = column_of(&RunFigures::accuracy);
  const auto text = [&](const FigureColumn& column) {
    return figure_text(combined(policy, column).value, column.unit);
  };
  if (winner->by == &accuracy) {
    return fmt::format("Of the {} that meet every budget, {} has the highest accuracy, {}.", met,
                       name, text(accuracy));
  }
  return fmt::format(
      "Of the {} that meet every budget, {} has the lowest {}, {}, at the highest "
      "accuracy, {}.",
      met, name, winner->by->name == "cost_macs" ? "cost" : "mean latency", text(*winner->by),
      text(accuracy));
}

}  // namespace

std::string value_text(const BudgetVerdict& found) {
  const std::string_view unit = found.budget.kind->unit;
  std::string out = figure_text(found.value, unit);
  if (found.by.empty() || found.ends95.low == found.ends95.high) return out;
  const Ends& ends = found.ends95;
  return out + fmt::format(" [{}, {}]", figure_text(ends.low, unit),
                           std::isinf(ends.high) ? "no end" : figure_text(ends.high, unit));
}

std::string budget_sentences(std::span<const PolicyResult> policies) {
  if (policies.empty() || policies[0].budgets.empty()) return "";
  std::vector<std::string> limits;
  std::vector<std::string> bare;  // single runs have no interval of these
  for (const BudgetVerdict& found : policies[0].budgets) {
    limits.push_back(found.budget.text());
    if (found.by.empty() && !std::isnan(found.value)) bare.emplace_back(found.budget.kind->name);
  }
  std::string out = wrapped(fmt::format("Budgets: {}.", listed(limits)));
  for (const PolicyResult& policy : policies) {
    for (const Verdict verdict : {Verdict::missed, Verdict::undecided}) {
      std::vector<std::string> parts;
      for (const BudgetVerdict& found : policy.budgets) {
        if (found.verdict == verdict) parts.push_back(shortfall(found));
      }
      if (parts.empty()) continue;
      out += wrapped(fmt::format("{}: {}: {}", harmless(policy.name), name_of(verdict),
                                 fmt::join(parts, "; ")));
    }
  }
  out += wrapped(winner_sentence(policies));
  if (policies[0].runs.size() > 1) return out;
  return out + wrapped(fmt::format(
                   "Of a single run intervals take samples as independent, which samples in one "
                   "queue are not{}; replications: 10 gives better ones.",
                   bare.empty() ? ""
                                : fmt::format(", and {} {} none at all", listed(bare),
                                              bare.size() == 1 ? "has" : "have")));
}

}  // namespace updraft
