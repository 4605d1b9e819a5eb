// The result files of a scenario: summary.csv and summary.json, a row or object per policy, and
// with several replications paired.csv. Columns, keys and units: analysis/README.md. For the eyes
// there is table.hpp.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "sim/metrics/replications.hpp"

namespace updraft {

class OutputFolder;

// The columns behind the policy's name, without a line end: replications, delta, every figure, then
// for each figure <name>_ci95, then for each budget <name>_budget, <name>_verdict and <name>_margin
// and, if there is any, budgets; and one policy's values for them.
using BudgetColumns = std::vector<const BudgetKind*>;
std::string figures_csv_head(const BudgetColumns& budgets);
std::string figures_csv_row(const PolicyResult& policy, const BudgetColumns& budgets);
std::size_t figures_csv_columns(const BudgetColumns& budgets);

// One line per policy: policy, replications, delta, then every figure, then for each figure
// <name>_ci95, half of its 95 % interval. Empty: does not apply (a single run has no interval).
std::string summary_csv(std::span<const PolicyResult> policies);

// A list with one object per policy: the same, NaN as null, and "outcomes", "class_accuracy",
// "note" (how delta was tuned), "ci95" (null for a single run), "paired" (differences from the
// first policy; null for a single run).
std::string summary_json(std::span<const PolicyResult> policies);

// policy, reference, figure, difference, ci95: every policy minus the first one, figure by figure,
// run by run. The header alone where there is nothing to compare.
std::string paired_csv(std::span<const PolicyResult> policies);

// All of the above. Throws InputError where the folder cannot be written.
void write_summary(const OutputFolder& folder, std::span<const PolicyResult> policies);

// A number of a CSV: nine significant digits, "" for NaN.
std::string csv_number(double value);
// A text of a CSV, quoted where it must be (RFC 4180).
std::string csv_text(std::string_view text);

}  // namespace updraft
