#include "traces/rate_bins.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace updraft {
namespace {

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.) / static_cast<double>(values.size());
}

}  // namespace

std::vector<double> bin_rates(const RateProfile& profile, Seconds bin) {
  const auto bins = static_cast<std::size_t>(profile.length() / bin + 1e-9);
  std::vector<double> rates;
  for (std::size_t b = 0; b < bins; ++b) {
    const SimTime begin(static_cast<double>(b) * bin.si());
    const SimTime end(std::min(static_cast<double>(b + 1) * bin.si(), profile.length().si()));
    rates.push_back(profile.carried(begin, end).si() / bin.si());
  }
  return rates;
}

std::vector<double> bin_rates(RateSource& source, std::size_t bins, Seconds bin) {
  std::vector<double> rates;
  RatePiece piece = source.next();
  double date = 0;
  for (std::size_t b = 1; b <= bins; ++b) {
    const double end = static_cast<double>(b) * bin.si();
    double carried = 0;
    while (true) {
      const double until = std::min(piece.until.si(), end);
      carried += piece.rate.si() * (until - date);
      date = until;
      if (piece.until.si() > end) break;
      piece = source.next();
    }
    rates.push_back(std::max(carried / bin.si(), 0.));
  }
  return rates;
}

Seconds own_bin(const RateProfile& profile) {
  std::vector<double> steps;
  double begin = 0;
  for (const auto& step : profile.steps()) {
    steps.push_back(step.until_s - begin);
    begin = step.until_s;
  }
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return Seconds(std::max(std::round(*middle * 10), 1.) / 10);
}

double autocorrelation(const std::vector<double>& rates, std::size_t lag) {
  const double mean = mean_of(rates);
  double together = 0;
  double squares = 0;
  for (std::size_t t = 0; t < rates.size(); ++t) {
    squares += (rates[t] - mean) * (rates[t] - mean);
    if (t + lag < rates.size()) together += (rates[t] - mean) * (rates[t + lag] - mean);
  }
  return squares > 0 ? together / squares : 0;
}

RateFigures figures_of(const std::vector<double>& rates, Seconds bin, double outage_below,
                       std::size_t stretch) {
  RateFigures out;
  const double bins = static_cast<double>(rates.size());
  out.mean = mean_of(rates);
  std::vector<double> ranked = rates;
  for (const double share : RateFigures::shares) {
    const auto rank = ranked.begin() + static_cast<std::ptrdiff_t>(std::ceil(share * bins)) - 1;
    std::nth_element(ranked.begin(), rank, ranked.end());
    out.quantiles.push_back(*rank);
  }
  for (const std::size_t lag : RateFigures::lags) {
    const bool fits = 4 * lag <= rates.size();
    out.autocorrelations.push_back(fits ? autocorrelation(rates, lag)
                                        : std::numeric_limits<double>::quiet_NaN());
  }
  double outages = 0;
  double down = 0;
  double longest_sum = 0;
  std::size_t run = 0;
  std::size_t longest = 0;
  for (std::size_t t = 0; t < rates.size(); ++t) {
    const bool is_down = rates[t] < outage_below;
    run = is_down ? run + 1 : 0;
    outages += run == 1 ? 1 : 0;
    down += is_down ? 1 : 0;
    longest = std::max(longest, run);
    if ((t + 1) % stretch == 0) {
      longest_sum += static_cast<double>(longest);
      longest = 0;
    }
  }
  out.outages_per_hour = outages / (bins * bin.si()) * 3600;
  out.outage_share = down / bins;
  if (outages > 0) out.outage_mean = bin * (down / outages);
  const std::size_t stretches = std::max<std::size_t>(rates.size() / stretch, 1);
  out.outage_longest = bin * (longest_sum / static_cast<double>(stretches));
  return out;
}

}  // namespace updraft
