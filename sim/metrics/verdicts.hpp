// Does a policy keep its budgets? By its figure x and a 95 % interval of it:
//   met        the whole interval lies within the limit L (at most L: high <= L)        (1)
//   missed     the whole interval lies beyond it (at most L: low > L)                   (2)
//   undecided  else, and where there is no figure (nobody answered)
//   margin = (L - x) / L where L is the most, (x - L) / L where it is the least         (3)
// The interval is
//   of several runs     mean +- t s / sqrt(R), Student (replications.hpp), not below 0 and, of a
//     share, not above 1: no figure that can be limited goes there
//   of one run, a quantile of latency     [X_(l), X_(u)], order statistics: l the largest with
//     P(Bin(n, p) <= l - 1) <= 2.5 %, u the smallest with P(Bin(n, p) <= u - 1) >= 97.5 %  (4)
//     n answered samples, p the quantile's share; where no u <= n exists, u has no end
//   of one run, a share of n samples     Wilson: (x + z^2/2n +- z sqrt(x(1-x)/n + z^2/4n^2)) /
//     (1 + z^2/n), z = 1.96                                                              (5)
//   of one run, anything else     the figure alone: the verdict is of this run
// A share that lies in the rows (accuracy, appealing rate) is known no better than they let it be,
// however often they are replayed: n of (5) is then at most the number m of rows, and of several
// runs, which replay the same m rows, the ends are
//   x -+ sqrt(d^2 + h^2), d to the end of (5) with n = m, h Student's half, in [0, 1]      (6)
// Sources: David and Nagaraja, Order Statistics, 2003, ch. 7; Wilson, JASA 22, 1927; (6): variances
// of independent errors add up.
// (4) and (5) take samples as independent. Samples that queued behind one another are not: then the
// intervals are too narrow, and only replications tell.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "sim/metrics/replications.hpp"

namespace updraft {

// The ranks l and u of (4), from 1; l = 0: no lower end, u = n + 1: no upper one. 0 < p < 1.
std::pair<std::size_t, std::size_t> quantile_ranks(std::size_t n, double p);

// (5); share in [0, 1], n > 0.
Ends wilson(double share, double n);

// One budget over the runs of one policy (at least one).
BudgetVerdict verdict_on(const Budget& budget, std::span<const RunFigures> runs);

// Every policy's verdict on every budget, in the order of the budgets.
void judge(std::span<PolicyResult> policies, std::span<const Budget> budgets);

// All budgets of a policy together: missed if any is, else undecided if any is. Nothing where it
// has none.
std::optional<Verdict> verdict_on_all(const PolicyResult& policy);

// Among the policies that meet all (the oracle aside) the one of highest accuracy, then of lowest
// cost, then of lowest mean latency. Nothing where nobody does.
struct Winner {
  std::size_t policy;
  const FigureColumn* by;  // the first of these in which it is ahead; null: nobody to be ahead of
};
std::optional<Winner> winner_of(std::span<const PolicyResult> policies);

std::string_view name_of(Verdict verdict);

}  // namespace updraft
