#include "sim/metrics/verdicts.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>

namespace updraft {
namespace {

constexpr double tail = 0.025;
constexpr double slack = 1e-9;  // relative: what equals its limit on paper is within it

struct Answer {
  Ends ends;
  std::string_view by;
};

Ends of_rows_and_runs(double x, double rows, double half) {
  const Ends of_rows = wilson(x, rows);
  return {std::max(0.0, x - std::hypot(x - of_rows.low, half)),    // (6)
          std::min(1.0, x + std::hypot(of_rows.high - x, half))};  // (6)
}

Answer interval_of(const BudgetKind& kind, std::span<const RunFigures> runs, const Estimate& e) {
  const RunFigures& run = runs.front();
  const bool in_rows = kind.share == ShareOf::rows && run.recorded_rows > 0;
  if (e.half_width && in_rows)
    return {of_rows_and_runs(e.value, run.recorded_rows, *e.half_width), "rows and replications"};
  if (e.half_width) {
    const double most = kind.share != ShareOf::nothing ? 1 : e.value + *e.half_width;
    return {{std::max(0.0, e.value - *e.half_width), std::min(most, e.value + *e.half_width)},
            "replications"};
  }
  if (kind.quantile95 != nullptr && !std::isnan((run.*kind.quantile95).low))
    return {run.*kind.quantile95, "order statistics"};
  if (kind.share != ShareOf::nothing && run.samples > 0) {
    const double n = in_rows ? std::min(run.samples, run.recorded_rows) : run.samples;
    return {wilson(e.value, n), "Wilson"};
  }
  return {{e.value, e.value}, ""};
}

}  // namespace

std::pair<std::size_t, std::size_t> quantile_ranks(std::size_t n, double p) {
  const boost::math::binomial distribution(static_cast<double>(n), p);
  // The smallest k in [0, n] whose P(Bin <= k) passes `test`; P(Bin <= n) = 1 always does.
  const auto first = [&](const auto& test) {
    std::size_t low = 0;
    std::size_t high = n;
    while (low < high) {
      const std::size_t half = low + (high - low) / 2;
      if (test(boost::math::cdf(distribution, static_cast<double>(half)))) {
        high = half;
      } else {
        low = half + 1;
      }
    }
    return low;
  };
  const std::size_t l = first([](double below) { return below > tail; });           // (4)
  const std::size_t u = first([](double below) { return below >= 1 - tail; }) + 1;  // (4)
  return {l, u};
}

Ends wilson(double x, double n) {
  constexpr double z = 1.959963984540054;
  const double middle = x + z * z / (2 * n);
  const double half = z * std::sqrt(x * (1 - x) / n + z * z / (4 * n * n));
  const Ends ends{(middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)};  // (5)
  return {x == 0 ? 0 : ends.low, x == 1 ? 1 : ends.high};  // exact there, and not nearly so
}

BudgetVerdict verdict_on(const Budget& budget, std::span<const RunFigures> runs) {
  std::vector<double> values;
  for (const RunFigures& run : runs) values.push_back(budget.kind->value(run));
  const Estimate e = estimate(values);
  BudgetVerdict out{budget, e.value, {}, "", Verdict::undecided};
  if (std::isnan(e.value)) return out;
  const auto [ends, by] = interval_of(*budget.kind, runs, e);
  out.by = by;
  if (!by.empty()) out.ends95 = ends;
  const double room = slack * std::abs(budget.limit);
  const double sign = budget.kind->at_least ? -1 : 1;  // then more is what is beyond
  const double worst = sign * (budget.kind->at_least ? ends.low : ends.high);
  const double best = sign * (budget.kind->at_least ? ends.high : ends.low);
  if (worst <= sign * budget.limit + room) out.verdict = Verdict::met;   // (1)
  if (best > sign * budget.limit + room) out.verdict = Verdict::missed;  // (2)
  return out;
}

double BudgetVerdict::room() const {
  return budget.kind->at_least ? value - budget.limit : budget.limit - value;
}

double BudgetVerdict::margin() const {
  return budget.limit > 0 ? room() / budget.limit : RunFigures::none;  // (3)
}

void judge(std::span<PolicyResult> policies, std::span<const Budget> budgets) {
  for (PolicyResult& policy : policies) {
    policy.budgets.clear();
    for (const Budget& budget : budgets) policy.budgets.push_back(verdict_on(budget, policy.runs));
  }
}

std::optional<Verdict> verdict_on_all(const PolicyResult& policy) {
  if (policy.budgets.empty()) return std::nullopt;
  const auto any = [&](Verdict verdict) {
    return std::any_of(policy.budgets.begin(), policy.budgets.end(),
                       [&](const BudgetVerdict& found) { return found.verdict == verdict; });
  };
  if (any(Verdict::missed)) return Verdict::missed;
  return any(Verdict::undecided) ? Verdict::undecided : Verdict::met;
}

std::optional<Winner> winner_of(std::span<const PolicyResult> policies) {
  std::vector<std::size_t> left;
  for (std::size_t p = 0; p < policies.size(); ++p) {
    if (!policies[p].knows_truth && verdict_on_all(policies[p]) == Verdict::met) left.push_back(p);
  }
  if (left.empty()) return std::nullopt;
  Winner winner{left.front(), nullptr};
  for (const auto figure :
       {&RunFigures::accuracy, &RunFigures::cost_macs, &RunFigures::latency_mean_s}) {
    const FigureColumn& column = column_of(figure);
    const double sign = column.better == Better::higher ? -1 : 1;
    const auto value = [&](std::size_t p) {
      const double v = sign * combined(policies[p], column).value;
      return std::isnan(v) ? std::numeric_limits<double>::infinity() : v;
    };
    double best = value(left.front());
    for (const std::size_t p : left) best = std::min(best, value(p));
    const std::size_t before = left.size();
    std::erase_if(left, [&](std::size_t p) {
      return value(p) > best + 1e-12 * std::abs(best);  // the rounding of sums is no lead
    });
    winner.policy = left.front();
    if (left.size() < before) winner.by = &column;
    if (left.size() == 1) break;
  }
  return winner;
}

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::met:
      return "met";
    case Verdict::missed:
      return "missed";
    default:
      return "undecided";
  }
}

}  // namespace updraft
