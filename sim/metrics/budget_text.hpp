// What the terminal says of budgets below its table: who misses which by how much, and who wins
// among those that meet all. The verdicts themselves are verdicts.hpp's.
#pragma once

#include <span>
#include <string>

#include "sim/metrics/replications.hpp"

namespace updraft {

// "141.2 ms"; with several runs "141.2 ms [138.9 ms, 143.5 ms]".
std::string value_text(const BudgetVerdict& found);

// Lines, each with its end; "" where there are no budgets.
std::string budget_sentences(std::span<const PolicyResult> policies);

}  // namespace updraft
