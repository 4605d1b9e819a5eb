#include "traces/markov_measure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/core/check.hpp"
#include "sim/core/input_error.hpp"

namespace updraft {
namespace {

// The state of every bin (4): 0 is the fade.
std::vector<std::size_t> states_of(const std::vector<double>& rates, double mean,
                                   const MarkovMeasure& how) {
  const auto bins = static_cast<std::ptrdiff_t>(rates.size());
  const std::ptrdiff_t half = how.window / 2;
  std::vector<std::size_t> out;
  // A rate that lies on a limit but for rounding lies above it.
  for (std::ptrdiff_t b = 0; b < bins; ++b) {
    double sum = 0;
    for (std::ptrdiff_t i = b - half; i <= b + half; ++i)
      sum += rates[static_cast<std::size_t>((i + bins * how.window) % bins)];
    const double smooth = sum / how.window;
    const auto above = std::find_if(how.limits.begin(), how.limits.end(), [&](double limit) {
      return smooth < limit * mean * (1 - 1e-9);
    });
    const bool fades = rates[static_cast<std::size_t>(b)] < how.fade * mean;
    out.push_back(fades ? 0 : 1 + static_cast<std::size_t>(above - how.limits.begin()));
  }
  return out;
}

}  // namespace

ChannelModel measure_markov(const RateProfile& trace, const MarkovMeasure& how) {
  UPDRAFT_CHECK(how.window > 0 && how.window % 2 == 1, fmt::format("{}", how.window));
  UPDRAFT_CHECK(!how.limits.empty() && std::is_sorted(how.limits.begin(), how.limits.end()),
                fmt::format("{}", fmt::join(how.limits, ", ")));
  // Whole bins only: a bin cut short by the trace's end would count as much as the others.
  const auto bins = static_cast<std::size_t>(trace.length().si() / how.bin.si() + 1e-9);
  std::vector<double> rates;
  for (std::size_t b = 0; b < bins; ++b) {
    const SimTime begin(static_cast<double>(b) * how.bin.si());
    const SimTime end(std::min(static_cast<double>(b + 1) * how.bin.si(), trace.length().si()));
    rates.push_back(trace.carried(begin, end).si() / how.bin.si());
  }
  double mean = 0;
  for (const double rate : rates) mean += rate / static_cast<double>(bins);
  const auto state = states_of(rates, mean, how);
  const std::size_t kinds = how.limits.size() + 2;

  std::vector<double> sum(kinds, 0.);
  std::vector<double> time(kinds, 0.);
  std::vector<double> visits(kinds, 0.);
  std::vector<std::vector<double>> follow(kinds, std::vector<double>(kinds, 0.));
  for (std::size_t b = 0; b < bins; ++b) {
    const std::size_t after = state[(b + 1) % bins];  // a ring
    sum[state[b]] += rates[b];
    time[state[b]] += 1;
    if (after == state[b]) continue;
    visits[state[b]] += 1;
    follow[state[b]][after] += 1;
  }
  ChannelModel out;
  for (std::size_t k = 0; k < kinds; ++k) {
    if (visits[k] == 0) continue;
    ChannelModel::State measured;
    measured.name = k == 0 ? "fade" : fmt::format("level_{}", k);
    measured.rate = BytesPerSecond(sum[k] / time[k]);  // (5)
    measured.dwell = how.bin * time[k] / visits[k];    // (6)
    for (std::size_t j = 0; j < kinds; ++j) {
      if (visits[j] > 0) measured.next.push_back(follow[k][j] / visits[k]);  // (7)
    }
    out.states.push_back(std::move(measured));
  }
  if (out.states.empty()) {
    throw InputError(fmt::format(
        "the trace stays in one state over {} bins of {} s; expected one whose rate varies", bins,
        how.bin.si()));
  }
  return out;
}

}  // namespace updraft
