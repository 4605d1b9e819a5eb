#include "analysis/recording/bootstrap.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace updraft {

std::vector<std::uint16_t> drawn(std::size_t rows, Stream& stream) {
  std::vector<std::uint16_t> weights(rows);
  for (std::size_t i = 0; i < rows; ++i) ++weights[stream.below(rows)];
  return weights;
}

Interval middle(std::vector<double> values) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double may_lack = 0.05;
  const auto asked = static_cast<double>(values.size());
  std::erase_if(values, [](double value) { return std::isnan(value); });
  const auto found = static_cast<double>(values.size());
  if (values.empty() || found < (1 - may_lack) * asked) return {nan, nan};
  std::sort(values.begin(), values.end());
  const auto quantile = [&](double share) {
    const double at = share * (found - 1);
    const auto below = static_cast<std::size_t>(at);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (at - static_cast<double>(below)) * (values[above] - values[below]);
  };
  return {quantile(0.025), quantile(0.975)};
}

void side_by_side(std::size_t count, const std::function<void(std::size_t)>& work,
                  const std::function<void(std::size_t)>& between) {
  constexpr std::size_t block = 64;  // tens of milliseconds
  for (std::size_t begin = 0; begin < count; begin += block) {
    const std::size_t end = std::min(count, begin + block);
    tbb::parallel_for(begin, end, work);
    if (between) between(end);
  }
}

}  // namespace updraft
