// How far a figure could be off because the split has these rows and not others: the figure is
// computed again on draws of as many rows, with replacement (Efron, 1979), and the middle 95 % of
// its values is the interval (percentile method). One draw serves all figures, so that what two
// scores share of the luck cancels in their difference.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/core/random.hpp"

namespace updraft {

// How often each of `rows` rows is drawn, in as many draws.
std::vector<std::uint16_t> drawn(std::size_t rows, Stream& stream);

struct Interval {
  double low;
  double high;
};

// The 2.5 % and 97.5 % quantiles, straight between neighbours. NaN where there are no values, or
// where more than 5 % of them are NaN (the figure does not exist in those draws).
Interval middle(std::vector<double> values);

// Calls work(i) for every i below `count`, on all cores, in any order: it must touch what is i's
// alone. `between` is called now and then in this thread, with how many are done; what it throws
// ends the work.
void side_by_side(std::size_t count, const std::function<void(std::size_t)>& work,
                  const std::function<void(std::size_t)>& between = {});

}  // namespace updraft
