// Finds the threshold delta that meets a target on the calibration split. The rule it serves is
//   answer  iff  score >= delta                                         (1)  ties answer
// It is not a policy and never sees the test split.
//
// With n rows, K(delta) of them right, K1 with the edge alone and K0 with the cloud alone:
//   SR = |score >= delta| / n,  AR = 1 - SR                             (2)
//   AccI = (K - K1) / (K0 - K1), only where K0 > K1                     (3)
//   AD = (K0 - K) / n: absolute, a difference of accuracies, negative where edge and cloud together
//        beat the cloud                                                 (4)
// Source: Li et al., AppealNet: (2) eqs. 11-12, (3) eq. 14 of the edge/cloud paper (DAC 2021), (4)
// eq. 16 of its Big/Little version. Departures: the papers name no split to tune on, here it is
// always the calibration one; they do not say which edge network is K1, here it is the stage that
// runs (a joint training changes it) unless the policy names another as its reference; whether AD
// is absolute or relative, here absolute.
//
// Accuracy is not monotone in delta (the two networks together can beat both), so the first
// crossing met by bisection can be a dear one. Of all deltas that meet an accuracy target the one
// with the largest SR is taken: the cheapest.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace updraft {

// One split as tuning sees it; the three are of one length n > 0, and every score is finite.
struct ScoredRows {
  std::span<const double> score;
  std::span<const std::uint8_t> edge_correct;
  std::span<const std::uint8_t> cloud_correct;
};

// What (1) does to the rows at one delta.
struct OperatingPoint {
  double delta;
  std::size_t answered;
  std::size_t correct;  // of all rows: the answered by the edge, the others by the cloud
};

// Every operating point that a threshold can reach, from "all are offloaded" to "all are answered":
// one per distinct score and one above all. Where delta lies between two neighbouring scores does
// not matter on these rows, it does on others: halfway, so that neither side is favoured. At the
// two ends, "all" is meant for other rows too: delta lies the whole spread of the scores, and 1
// more, beyond the outermost (finite on purpose: it is printed and stored).
// O(n log n).
std::vector<OperatingPoint> operating_points(const ScoredRows& rows);

// Operating points that were asked for before, so that many policies and cells of a sweep sort a
// score once. Rows are known by where they stand: they must outlive this and not change.
class OperatingPointsCache {
 public:
  const std::vector<OperatingPoint>& of(const ScoredRows& rows);

 private:
  using Key = std::array<const void*, 3>;
  std::map<Key, std::vector<OperatingPoint>> found_;
};

enum class Target { accuracy_improvement, accuracy_degradation, appealing_rate, skipping_rate };
std::string_view name_of(Target target);

// The figure that `target` speaks of, by (2) to (4), at one of `points` (which are all of them: the
// first has K0, the last K1 and n). AccI only where K0 > K1.
// `edge_alone` replaces K1 where AccI is to be measured from another edge network.
double figure(Target target, const std::vector<OperatingPoint>& points, const OperatingPoint& point,
              std::optional<std::size_t> edge_alone = std::nullopt);

// accuracy_improvement: the point of largest SR with AccI >= wanted.
// accuracy_degradation: the point of largest SR with AD <= wanted.
// appealing_rate: the point of largest AR <= wanted: a budget, and all of it that ties let spend.
// skipping_rate: the point of smallest SR >= wanted; the same, said the other way round.
// Figures are compared with a slack of 1e-9, so that 7 % of 100 is 7 in spite of binary fractions.
// Nothing if no point reaches an accuracy target; a rate in [0, 1] is always reached.
std::optional<OperatingPoint> tune(Target target, double wanted,
                                   const std::vector<OperatingPoint>& points,
                                   std::optional<std::size_t> edge_alone = std::nullopt);

}  // namespace updraft
