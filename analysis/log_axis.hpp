// A logarithmic axis of a figure, and bands behind it.
#pragma once

#include <string>
#include <string_view>

namespace updraft {

// For gnuplot's set xtics and ytics: 1, 2 and 5 of every decade between the ends; of long axes the
// powers of ten alone.
std::string log_tics(double low, double high);

// "#D55E00" mixed with white: `share` of it.
std::string tint(std::string_view colour, double share);

}  // namespace updraft
