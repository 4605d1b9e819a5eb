// Limits that a user sets on figures of a run, and the table of what can be limited:
//   budgets: {latency_p99: 150 ms, energy_per_sample: 200 mJ, accuracy: 84 %}
// Not about whether a run keeps them (verdicts.hpp).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/document.hpp"
#include "sim/metrics/figure_columns.hpp"

namespace updraft {

// Is a figure a share of the samples, and does it lie in the rows that are replayed, whatever the
// run (the answers recorded for them), or in what befalls the samples on their way?
enum class ShareOf { nothing, samples, rows };

struct BudgetKind {
  std::string_view name;    // the key
  std::string_view column;  // the figure's column, or the key where the figure is none of them
  std::string_view unit;    // of the limit, as figure_columns.hpp names it: s, fraction, J, B, MAC
  bool at_least;            // the limit is the least that will do; else the most
  double (*value)(const RunFigures&);
  // What a single run says of how far its figure can be trusted; of neither: nothing.
  ShareOf share;
  Ends RunFigures::*quantile95;  // order statistics; null where the figure is no quantile
};

// In the order in which they are shown.
std::span<const BudgetKind> budget_kinds();

struct Budget {
  const BudgetKind* kind;
  double limit;
  // "latency_p99 at most 150 ms"
  std::string text() const;
};

// A map of limits; null where there is none. `path` is for the error lines. Where nothing can be
// late, a budget on that is a mistake.
std::vector<Budget> read_budgets(const Document* node, const std::string& path, bool has_deadline,
                                 Mistakes& mistakes);

// A figure for the eyes, in a unit of its size: "141.2 ms", "84.31 %", "1.20 MMAC". `unit` as in
// figure_columns.hpp; what it does not know is written plainly.
std::string figure_text(double value, std::string_view unit);

}  // namespace updraft
