// Several independent runs of one policy, combined: means with 95 % intervals, and the differences
// between policies that met the same arrivals and the same channel. Not about one run
// (run_figures.hpp).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/metrics/budgets.hpp"
#include "sim/metrics/figure_columns.hpp"

namespace updraft {

enum class Verdict { met, missed, undecided };

// What the runs of a policy say of one budget (verdicts.hpp).
struct BudgetVerdict {
  Budget budget;
  double value;         // the figure, a mean over the runs; NaN: none
  Ends ends95;          // of its interval; high may be infinite
  std::string_view by;  // "replications", "rows and replications", "order statistics" or "Wilson";
                        // "": it has none
  Verdict verdict;
  double room() const;    // to the limit, in its unit: negative beyond it
  double margin() const;  // the same as a share of the limit; NaN where that is 0
};

// One policy of a scenario with all its runs, in the order of the replications (at least one).
struct PolicyResult {
  std::string name;
  bool knows_truth = false;  // the oracle: never marked as best
  std::optional<double> delta{};
  std::string note{};  // how delta was found; "" if it was given
  std::vector<RunFigures> runs{};
  std::vector<BudgetVerdict> budgets{};  // after judge()
};

struct Estimate {
  double value = RunFigures::none;
  // Half the width of the 95 % interval; absent for a single run, which has none.
  std::optional<double> half_width{};
};

// mean +- t s / sqrt(R), with s the sample deviation (n - 1) of R independent values and t the
// 97.5 % quantile of Student's distribution with R - 1 degrees of freedom. A NaN among the values
// makes both NaN: an average over fewer runs than it says would mislead.
Estimate estimate(std::span<const double> values);

// The figure over the runs of a policy: a count's sum (no interval), any other's mean.
Estimate combined(const PolicyResult& policy, const FigureColumn& column);

// `policy` minus `reference`, run by run: they met the same arrivals and the same channel (common
// random numbers), so most of what varies between runs cancels. Same number of runs.
Estimate paired_difference(const PolicyResult& policy, const PolicyResult& reference,
                           const FigureColumn& column);

// The mean of class_accuracy over the runs, per class; NaN where a run had no sample of the class.
std::vector<double> class_accuracy(const PolicyResult& policy);

}  // namespace updraft
