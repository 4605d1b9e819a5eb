#include "traces/hidden_markov.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "sim/core/check.hpp"

namespace updraft {
namespace {

constexpr std::size_t windows[] = {1, 9};  // bins, of the moving mean that a start is ranked by
constexpr double least_share = .15;        // of the deviation of all: s_k is not below
constexpr double smallest_gain = .05;      // in log L: the rest decides nothing
constexpr int most_rounds = 500;

// Of the bins that are no outage, over up to `window` of them in a row.
std::vector<double> moving_means(const std::vector<double>& x, std::size_t window) {
  const std::size_t half = window / 2;
  std::vector<double> out(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t begin = i - std::min(i, half);
    const std::size_t end = std::min(x.size(), i + half + 1);
    const auto from = x.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto to = x.begin() + static_cast<std::ptrdiff_t>(end);
    out[i] = std::accumulate(from, to, 0.) / static_cast<double>(end - begin);
  }
  return out;
}

// Of `groups` groups of equal size by rank, the group of each value; those that are equal go by
// their place.
std::vector<std::size_t> groups_by_rank(const std::vector<double>& values, std::size_t groups) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<std::size_t> out(values.size());
  for (std::size_t rank = 0; rank < order.size(); ++rank)
    out[order[rank]] = rank * groups / values.size();
  return out;
}

// Short outages are of state 0, those longer than the mean of state 1.
void group_outages(const std::vector<bool>& out, std::vector<std::size_t>& state) {
  struct RunOf {
    std::size_t begin;
    std::size_t length;
  };
  std::vector<RunOf> runs;
  for (std::size_t t = 0; t < out.size(); ++t) {
    if (!out[t]) continue;
    if (t == 0 || !out[t - 1]) runs.push_back({t, 0});
    ++runs.back().length;
  }
  double sum = 0;
  for (const auto& run : runs) sum += static_cast<double>(run.length);
  for (const auto& run : runs) {
    const bool is_long = static_cast<double>(run.length) * static_cast<double>(runs.size()) > sum;
    for (std::size_t t = run.begin; t < run.begin + run.length; ++t) state[t] = is_long ? 1 : 0;
  }
}

}  // namespace

HiddenMarkov HiddenMarkov::fit(const SeriesWithOutages& series, std::size_t levels,
                               std::size_t outages) {
  HiddenMarkov best(series, levels, outages, windows[0]);
  for (std::size_t i = 1; i < std::size(windows); ++i) {
    HiddenMarkov other(series, levels, outages, windows[i]);
    if (other.log_likelihood_ > best.log_likelihood_) best = std::move(other);
  }
  return best;
}

std::size_t HiddenMarkov::parameters() const {
  return states_ * (states_ - 1) + 2 * (states_ - outages_);
}

HiddenMarkov::HiddenMarkov(const SeriesWithOutages& series, std::size_t levels, std::size_t outages,
                           std::size_t window)
    : states_(levels + outages),
      outages_(outages),
      a_(states_ * states_),
      mean_(states_),
      deviation_(states_),
      emission_(series.x.size() * states_),
      log_scale_(series.x.size()),
      posterior_(series.x.size() * states_),
      moves_(states_ * states_) {
  UPDRAFT_CHECK(levels >= 1 && series.x.size() == series.out.size(), "");
  start(series, window);
  double before = -std::numeric_limits<double>::infinity();
  for (int round = 0; round < most_rounds; ++round) {
    maximise(series);
    expect(series);
    if (log_likelihood_ - before < smallest_gain) break;
    before = log_likelihood_;
  }
  close_ring(series.x.size());
}

// Every bin wholly in one state, every move counted once more than it occurs.
void HiddenMarkov::start(const SeriesWithOutages& series, std::size_t window) {
  const std::size_t bins = series.x.size();
  std::vector<double> up;
  for (std::size_t t = 0; t < bins; ++t) {
    if (!series.out[t]) up.push_back(series.x[t]);
  }
  const double n = static_cast<double>(up.size());
  const double mean = std::accumulate(up.begin(), up.end(), 0.) / n;
  double squares = 0;
  for (const double x : up) squares += (x - mean) * (x - mean);
  least_deviation_ = std::max(least_share * std::sqrt(squares / n), 1e-9 * (1 + std::abs(mean)));

  std::vector<std::size_t> state(bins, 0);
  if (outages_ > 1) group_outages(series.out, state);
  const auto group = groups_by_rank(moving_means(up, window), states_ - outages_);
  for (std::size_t t = 0, i = 0; t < bins; ++t) {
    if (!series.out[t]) state[t] = outages_ + group[i++];
    posterior_[t * states_ + state[t]] = 1;
  }
  std::fill(moves_.begin(), moves_.end(), 1.);
  for (std::size_t t = 0; t + 1 < bins; ++t) moves_[state[t] * states_ + state[t + 1]] += 1;
}

void HiddenMarkov::set_emissions(const SeriesWithOutages& series) {
  const double log_root = std::log(std::sqrt(2 * std::numbers::pi));
  std::vector<double> logs(states_);
  for (std::size_t t = 0; t < series.x.size(); ++t) {
    double* const b = &emission_[t * states_];
    if (series.out[t]) {
      for (std::size_t k = 0; k < states_; ++k) b[k] = k < outages_ ? 1 : 0;  // (2)
      log_scale_[t] = 0;
      continue;
    }
    double largest = -std::numeric_limits<double>::infinity();
    for (std::size_t k = outages_; k < states_; ++k) {
      const double z = (series.x[t] - mean_[k]) / deviation_[k];
      logs[k] = -z * z / 2 - std::log(deviation_[k]) - log_root;  // (2)
      largest = std::max(largest, logs[k]);
    }
    log_scale_[t] = largest;
    for (std::size_t k = 0; k < states_; ++k) b[k] = k < outages_ ? 0 : std::exp(logs[k] - largest);
  }
}

// Forward, then backward: posteriors, moves and log L (3) under the present parameters.
void HiddenMarkov::expect(const SeriesWithOutages& series) {
  set_emissions(series);
  const std::size_t n = states_;
  const std::size_t bins = series.x.size();
  std::vector<double> scale(bins);
  auto& alpha = posterior_;  // scaled; becomes the posterior on the way back
  log_likelihood_ = 0;
  for (std::size_t t = 0; t < bins; ++t) {
    double sum = 0;
    for (std::size_t j = 0; j < n; ++j) {
      double from = t == 0 ? 1. / static_cast<double>(n) : 0;
      if (t > 0) {
        for (std::size_t i = 0; i < n; ++i) from += alpha[(t - 1) * n + i] * a_[i * n + j];
      }
      alpha[t * n + j] = from * emission_[t * n + j];
      sum += alpha[t * n + j];
    }
    scale[t] = std::max(sum, std::numeric_limits<double>::min());
    for (std::size_t j = 0; j < n; ++j) alpha[t * n + j] /= scale[t];
    log_likelihood_ += std::log(scale[t]) + log_scale_[t];
  }
  std::fill(moves_.begin(), moves_.end(), 0.);
  std::vector<double> beta(n, 1.);
  std::vector<double> weighted(n);
  for (std::size_t t = bins - 1; t-- > 0;) {
    for (std::size_t j = 0; j < n; ++j)
      weighted[j] = emission_[(t + 1) * n + j] * beta[j] / scale[t + 1];
    for (std::size_t i = 0; i < n; ++i) {
      double back = 0;
      for (std::size_t j = 0; j < n; ++j) {
        const double step = a_[i * n + j] * weighted[j];
        moves_[i * n + j] += alpha[t * n + i] * step;
        back += step;
      }
      beta[i] = back;
    }
    for (std::size_t i = 0; i < n; ++i) posterior_[t * n + i] *= beta[i];
  }
}

void HiddenMarkov::maximise(const SeriesWithOutages& series) {
  const std::size_t n = states_;
  for (std::size_t i = 0; i < n; ++i) {
    double row = 0;
    for (std::size_t j = 0; j < n; ++j) row += moves_[i * n + j];
    for (std::size_t j = 0; j < n && row > 0; ++j) a_[i * n + j] = moves_[i * n + j] / row;
  }
  for (std::size_t k = outages_; k < n; ++k) {
    double weight = 0;
    double sum = 0;
    for (std::size_t t = 0; t < series.x.size(); ++t) {
      weight += posterior(t, k);
      sum += posterior(t, k) * series.x[t];
    }
    if (weight <= 0) continue;
    mean_[k] = sum / weight;
    double squares = 0;
    for (std::size_t t = 0; t < series.x.size(); ++t) {
      const double off = series.x[t] - mean_[k];
      squares += posterior(t, k) * off * off;
    }
    deviation_[k] = std::max(std::sqrt(squares / weight), least_deviation_);
  }
}

void HiddenMarkov::close_ring(std::size_t bins) {
  for (std::size_t i = 0; i < states_; ++i) {
    for (std::size_t j = 0; j < states_; ++j)
      moves_[i * states_ + j] += posterior(bins - 1, i) * posterior(0, j);
  }
}

}  // namespace updraft
