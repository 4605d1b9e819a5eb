// Which dates are one date: on paper they are equal, sums of doubles are not (sim/engines/README.md,
// rule 5).
#pragma once

namespace updraft {

// 1 ps and 50 ulp.
constexpr double date_tolerance(double date) { return 1e-12 + 1e-14 * date; }

}  // namespace updraft
