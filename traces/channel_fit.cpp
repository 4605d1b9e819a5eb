#include "traces/channel_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/core/input_error.hpp"
#include "sim/units/megabits.hpp"
#include "traces/hidden_markov.hpp"

namespace updraft {
namespace {

constexpr double largest_part = .002;  // of all bins, that one of a state's rates stands for
constexpr double fewest_parts = 5;
constexpr double most_parts = 100;
constexpr std::size_t fewest_bins = 20;
constexpr double fewest_bins_of_state = 1;

// To 3 digits, in whole bits per second.
BytesPerSecond rounded(double rate_Bps) {
  if (rate_Bps * 8 < 1) return BytesPerSecond(0);
  const double unit = std::pow(10, std::max(std::floor(std::log10(rate_Bps * 8)) - 2, 0.));
  return BytesPerSecond(std::round(rate_Bps * 8 / unit) * unit / 8);
}

// Ten-thousandths that sum to 1.
std::vector<double> rounded(const std::vector<double>& chances) {
  std::vector<double> parts;
  for (const double chance : chances) parts.push_back(std::round(chance * 1e4));
  const auto largest = std::max_element(parts.begin(), parts.end());
  *largest += 1e4 - std::accumulate(parts.begin(), parts.end(), 0.);
  for (auto& part : parts) part /= 1e4;
  return parts;
}

// A state that rounding has cut off keeps its likeliest way in, or the model could not be read.
void keep_ways_in(const std::vector<std::vector<double>>& chances, ChannelModel& model) {
  auto& states = model.states;
  for (std::size_t j = 0; states.size() > 1 && j < states.size(); ++j) {
    std::size_t likeliest = j == 0 ? 1 : 0;
    bool reached = false;
    for (std::size_t k = 0; k < states.size(); ++k) {
      reached = reached || states[k].next[j] > 0;
      if (k != j && chances[k][j] > chances[likeliest][j]) likeliest = k;
    }
    if (reached) continue;
    auto& next = states[likeliest].next;
    *std::max_element(next.begin(), next.end()) -= 1e-4;
    next[j] = 1e-4;
  }
}

double bins_in(const HiddenMarkov& chain, std::size_t k) {
  double sum = 0;
  for (std::size_t j = 0; j < chain.states(); ++j) sum += chain.moves(k, j);
  return sum;
}

// (8); `order`: the bins by their rate.
std::vector<BytesPerSecond> rates_in(const HiddenMarkov& chain, std::size_t k,
                                     const std::vector<double>& rates,
                                     const std::vector<std::size_t>& order, std::size_t parts) {
  double whole = 0;
  for (const std::size_t t : order) whole += chain.posterior(t, k);
  const double part = whole / static_cast<double>(parts);
  std::vector<BytesPerSecond> out;
  double sum = 0;
  double room = part;
  for (const std::size_t t : order) {
    double weight = chain.posterior(t, k);
    while (weight >= room && out.size() + 1 < parts) {
      out.push_back(rounded((sum + rates[t] * room) / part));
      weight -= room;
      sum = 0;
      room = part;
    }
    sum += rates[t] * weight;
    room -= weight;
  }
  out.push_back(rounded(sum / part));
  if (out.front() == out.back()) out.resize(1);
  return out;
}

// (7), (8): outages first, the shorter before the longer, then the levels by their rate.
ChannelModel model_of(const HiddenMarkov& chain, std::size_t outages,
                      const std::vector<double>& rates, Seconds bin) {
  const std::size_t n = chain.states();
  std::vector<std::size_t> order(rates.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return rates[a] < rates[b]; });
  struct Found {
    std::size_t index;
    double leaves;
    ChannelModel::State state;
  };
  std::vector<Found> found;
  for (std::size_t k = 0; k < n; ++k) {
    const double leaves = bins_in(chain, k) - chain.moves(k, k);
    found.push_back({k, leaves, {}});
    auto& state = found.back().state;
    const double share = bins_in(chain, k) / static_cast<double>(rates.size());
    const double parts = std::clamp(std::ceil(share / largest_part), fewest_parts, most_parts);
    state.rates =
        rates_in(chain, k, rates, order, k < outages ? 1 : static_cast<std::size_t>(parts));
    const double dwell_ms = 1e3 * (bin * (bins_in(chain, k) / leaves)).si();
    state.dwell = std::max(bin, Seconds(std::round(dwell_ms) / 1e3));
  }
  const auto levels = found.begin() + static_cast<std::ptrdiff_t>(outages);
  std::sort(found.begin(), levels,
            [](const Found& a, const Found& b) { return a.state.dwell < b.state.dwell; });
  std::sort(levels, found.end(),
            [](const Found& a, const Found& b) { return a.state.mean() < b.state.mean(); });
  ChannelModel out;
  std::vector<std::vector<double>> chances;  // of `next`, before rounding
  out.slot = bin;
  for (std::size_t k = 0; k < n; ++k) {
    auto& state = found[k].state;
    state.name = k >= outages   ? fmt::format("level_{}", k - outages + 1)
                 : outages == 1 ? "out"
                                : (k == 0 ? "out_short" : "out_long");
    std::vector<double> next;
    for (std::size_t j = 0; j < n; ++j)
      next.push_back(j == k ? 0 : chain.moves(found[k].index, found[j].index) / found[k].leaves);
    state.next = rounded(next);
    chances.push_back(std::move(next));
    out.states.push_back(std::move(state));
  }
  keep_ways_in(chances, out);
  return out;
}

struct Attempt {
  ChannelFit::Candidate candidate;
  HiddenMarkov chain;
};

std::optional<Attempt> attempt(const SeriesWithOutages& series, std::size_t states,
                               std::size_t outages) {
  HiddenMarkov chain = HiddenMarkov::fit(series, states - outages, outages);
  for (std::size_t k = 0; k < states; ++k) {
    if (bins_in(chain, k) < fewest_bins_of_state || bins_in(chain, k) - chain.moves(k, k) < 1e-3)
      return std::nullopt;
  }
  const double bins = static_cast<double>(series.x.size());
  const double bic = -2 * chain.log_likelihood() +
                     static_cast<double>(chain.parameters()) * std::log(bins);  // (6)
  return Attempt{{states, outages, chain.log_likelihood(), bic}, std::move(chain)};
}

SeriesWithOutages series_of(const std::vector<double>& rates) {
  const double bins = static_cast<double>(rates.size());
  if (rates.size() < fewest_bins) {
    throw InputError(
        fmt::format("the recording has {} bins; expected at least {}: choose a shorter "
                    "bin",
                    rates.size(), fewest_bins));
  }
  const double mean = std::accumulate(rates.begin(), rates.end(), 0.) / bins;
  SeriesWithOutages out;
  double low = rates[0];
  double high = rates[0];
  for (const double rate : rates) {
    out.out.push_back(rate < outage_share_of_mean * mean);
    out.x.push_back(out.out.back() ? 0 : std::sqrt(rate / Mbps));  // (5)
    low = std::min(low, rate);
    high = std::max(high, rate);
  }
  if (high - low <= 1e-9 * high)
    throw InputError("the recording's rate never changes; expected one that varies");
  return out;
}

}  // namespace

ChannelFit fit_channel(const std::vector<double>& rates, Seconds bin,
                       std::optional<std::size_t> states) {
  const SeriesWithOutages series = series_of(rates);
  const auto down =
      static_cast<std::size_t>(std::count(series.out.begin(), series.out.end(), true));
  const std::size_t up = rates.size() - down;
  std::optional<Attempt> best;
  std::vector<ChannelFit::Candidate> tried;
  std::size_t in_vain = 0;
  for (std::size_t n = states.value_or(fewest_states);
       n <= states.value_or(most_fitted_states) && in_vain < 2; ++n) {
    ++in_vain;
    for (std::size_t outages = down > 0 ? 1 : 0; outages <= std::min<std::size_t>(down, 2);
         ++outages) {
      if (n <= outages || n - outages > up) continue;
      auto next = attempt(series, n, outages);
      if (!next) continue;
      tried.push_back(next->candidate);
      if (best && best->candidate.bic <= next->candidate.bic) continue;
      best = std::move(next);
      in_vain = 0;
    }
  }
  if (!best) {
    throw InputError(
        fmt::format("the recording of {} bins cannot fill {} states; expected fewer "
                    "states or a shorter bin",
                    rates.size(), states.value_or(fewest_states)));
  }
  return {model_of(best->chain, best->candidate.outages, rates, bin), best->candidate,
          std::move(tried)};
}

}  // namespace updraft
