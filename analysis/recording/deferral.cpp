#include "analysis/recording/deferral.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>

#include "policies/tuning.hpp"
#include "sim/core/check.hpp"

namespace updraft {

std::string_view name_of(Setting setting) {
  return setting == Setting::white_box ? "white_box" : "black_box";
}

RankedRows::RankedRows(std::span<const double> score, std::span<const std::uint8_t> edge_correct,
                       std::span<const std::uint8_t> cloud_correct) {
  const std::size_t n = score.size();
  UPDRAFT_CHECK(n > 0 && n <= std::numeric_limits<std::int32_t>::max(), std::to_string(n));
  const std::vector<std::uint8_t> always_right(cloud_correct.empty() ? n : 0, 1);
  if (cloud_correct.empty()) cloud_correct = always_right;
  // From all offloaded to all answered; here it is the other way round.
  for (const OperatingPoint& point : operating_points({score, edge_correct, cloud_correct}))
    deltas_.push_back(point.delta);
  std::reverse(deltas_.begin(), deltas_.end());

  std::vector<std::uint32_t> hardest_first(n);
  std::iota(hardest_first.begin(), hardest_first.end(), 0U);
  std::ranges::stable_sort(hardest_first, {}, [&](std::uint32_t i) { return score[i]; });
  rows_.reserve(n);
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint32_t row = hardest_first[i];
    const bool last = i + 1 == n || score[hardest_first[i + 1]] > score[row];
    const int edge = edge_correct[row] != 0;
    const int cloud = cloud_correct[row] != 0;
    rows_.push_back(
        {row, static_cast<std::int8_t>(cloud - edge), static_cast<std::uint8_t>(1 - edge), last});
    if (last) scores_.push_back(score[row]);
  }
}

std::size_t RankedRows::threshold_of(double delta) const {
  return static_cast<std::size_t>(std::lower_bound(scores_.begin(), scores_.end(), delta) -
                                  scores_.begin());  // (1)
}

Tally::Tally(const RankedRows& ranked, Weights weights) {
  UPDRAFT_CHECK(weights.size() == ranked.rows(),
                std::to_string(weights.size()) + ", " + std::to_string(ranked.rows()));
  const std::size_t thresholds = ranked.thresholds();
  offloaded_.resize(thresholds);
  edge_wrong_.resize(thresholds);
  gain_.resize(thresholds);
  std::int32_t offloaded = 0;
  std::int32_t wrong = 0;
  std::int32_t gain = 0;
  std::size_t threshold = 0;
  for (const RankedRows::Row& row : ranked.rows_) {
    const std::int32_t weight = weights[row.index];
    offloaded += weight;
    wrong += weight * row.edge_wrong;
    gain += weight * row.gain;
    if (!row.last_of_its_score) continue;
    ++threshold;
    offloaded_[threshold] = offloaded;
    edge_wrong_[threshold] = wrong;
    gain_[threshold] = gain;
  }
  edge_right_ = offloaded - wrong;
}

std::optional<std::size_t> Tally::cheapest(std::int64_t needed, Setting setting,
                                           std::size_t from) const {
  for (std::size_t k = from; k < thresholds(); ++k) {
    if (right(k, setting) >= needed) return k;
  }
  return std::nullopt;
}

std::optional<Crossing> Crossing::cheapest(const RankedRows& ranked, Weights weights,
                                           std::int32_t edge_right, std::int32_t needed) {
  Crossing at;
  at.right = edge_right;
  if (at.right >= needed) return at;
  for (const RankedRows::Row& row : ranked.rows_) {
    const std::int32_t weight = weights[row.index];
    at.offloaded += weight;
    at.edge_wrong += weight * row.edge_wrong;
    at.right += weight * row.gain;  // (2)
    if (!row.last_of_its_score) continue;
    ++at.threshold;
    if (at.right >= needed) return at;
  }
  return std::nullopt;
}

}  // namespace updraft
