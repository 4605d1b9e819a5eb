// Where the energy went: below the table of the summary (table.hpp), for devices with a radio,
// whose parts differ by orders of magnitude. The same figures stand in summary.csv.
#pragma once

#include <span>
#include <string>

#include "sim/metrics/replications.hpp"

namespace updraft {

bool have_radios(std::span<const PolicyResult> policies);

// A row per policy, a column per part: means per sample and over the replications. "" where the
// devices have no radio. At most 120 columns wide; ends in a newline.
std::string energy_table(std::span<const PolicyResult> policies);

}  // namespace updraft
