// The summary for the eyes: one row per policy, units in the header, the best value of each column
// marked, and below it in plain sentences what the marks mean and what is missing. At most 120
// columns wide. For machines there is summary.hpp.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sim/metrics/replications.hpp"

namespace updraft {

struct TableStyle {
  bool bold = false;      // the terminal understands escape codes: best values in bold
  std::string results{};  // the result folder, as the last line names it; "" leaves it out
  std::vector<std::string> drop_causes{};  // for about_drops()
};

// Why a sample may end without an answer: the causes that can apply, all there are where none is
// given. A line with its end.
std::string about_drops(const std::vector<std::string>& causes = {});

// Ends in a newline. Deterministic. `policies` in the order of the scenario.
std::string terminal_table(std::span<const PolicyResult> policies, const TableStyle& style);

}  // namespace updraft
