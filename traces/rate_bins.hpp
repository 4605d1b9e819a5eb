// A rate over time as means over equal bins, from date 0 on, in B/s: what recordings and draws are
// compared by, and what a model is fitted to. Not a picture, not a spectrum.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/core/rate_source.hpp"
#include "traces/rate_profile.hpp"

namespace updraft {

// Whole bins only: one cut short by the end would count as much as the others.
std::vector<double> bin_rates(const RateProfile& profile, Seconds bin);
// The next `bins` of a source that was not asked for a piece before.
std::vector<double> bin_rates(RateSource& source, std::size_t bins, Seconds bin);

// The bin that a recording comes in: the median of its steps, to 100 ms, at least 100 ms.
Seconds own_bin(const RateProfile& profile);

// How rates are spread, how long they are remembered, and how long they are out.
struct RateFigures {
  double mean = 0;                       // B/s
  std::vector<double> quantiles;         // B/s at `shares`, nearest rank
  std::vector<double> autocorrelations;  // at `lags` bins; NaN where 4 lags do not fit in
  double outages_per_hour = 0;
  double outage_share = 0;
  Seconds outage_mean;     // 0 where there is none
  Seconds outage_longest;  // mean over stretches of `stretch` bins of the longest that ends in each

  static constexpr double shares[] = {.05, .1, .5, .9, .95};
  static constexpr std::size_t lags[] = {1, 5, 10, 50};
};
// An outage is a run of bins below `outage_below`. At least one bin; stretch >= 1.
RateFigures figures_of(const std::vector<double>& rates, Seconds bin, double outage_below,
                       std::size_t stretch);

// sum (x_t - m)(x_{t+lag} - m) / sum (x_t - m)^2; 0 where nothing varies.
double autocorrelation(const std::vector<double>& rates, std::size_t lag);

}  // namespace updraft
