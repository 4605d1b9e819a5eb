// What every threshold on a score does to the rows of a split, when each row counts as often as it
// was drawn (once, or a bootstrap's count). Sorted once, counted anew for each draw.
//   answer  iff  score >= delta                                                (1)  ties answer
// so rows of equal score go the same way, and a threshold stands at every distinct score and above
// all. Threshold k offloads the k lowest distinct scores: 0 offloads nothing, the last everything.
// With c1, c0 in {0, 1} whether edge and cloud are right on a row, over the rows of k
//   right(k) = all c1 + sum of (c0 - c1) over what k offloads                  (2)  white box
//            = all c1 + sum of (1 - c1)  over what k offloads                  (3)  black box
// Source: Li et al., AppealNet (DAC 2021), eqs. 1, 11-13; the black box is a cloud that is always
// right. The deltas are those of policies/tuning.hpp, halfway between neighbouring scores.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace updraft {

// white_box: the cloud answered as recorded. black_box: it is an oracle, always right.
enum class Setting { white_box, black_box };
inline constexpr Setting all_settings[] = {Setting::white_box, Setting::black_box};
std::string_view name_of(Setting setting);

using Weights = std::span<const std::uint16_t>;  // per row of the split, how often it counts

class RankedRows {
 public:
  // All of one length n > 0; scores are finite. Without a recorded cloud `cloud_correct` is empty:
  // (2) then equals (3). O(n log n).
  RankedRows(std::span<const double> score, std::span<const std::uint8_t> edge_correct,
             std::span<const std::uint8_t> cloud_correct);

  std::size_t rows() const { return rows_.size(); }
  std::size_t thresholds() const { return deltas_.size(); }
  double delta(std::size_t threshold) const { return deltas_[threshold]; }
  // The threshold that this delta is on these rows, by (1).
  std::size_t threshold_of(double delta) const;

 private:
  friend class Tally;
  friend struct Crossing;
  struct Row {  // ascending score
    std::uint32_t index;
    std::int8_t gain;  // c0 - c1
    std::uint8_t edge_wrong;
    bool last_of_its_score;
  };
  std::vector<Row> rows_;
  std::vector<double> scores_;  // distinct ones, ascending
  std::vector<double> deltas_;  // by threshold
};

// The counts at every threshold under one set of weights, which are as many as there are rows.
class Tally {
 public:
  Tally(const RankedRows& ranked, Weights weights);  // O(n)

  std::size_t thresholds() const { return offloaded_.size(); }
  std::int32_t all() const { return offloaded_.back(); }  // sum of the weights
  std::int32_t offloaded(std::size_t threshold) const { return offloaded_[threshold]; }
  // Of the offloaded ones, those that the edge alone gets wrong.
  std::int32_t edge_wrong(std::size_t threshold) const { return edge_wrong_[threshold]; }
  std::int32_t right(std::size_t threshold, Setting setting) const {  // (2), (3)
    return edge_right_ + (setting == Setting::white_box ? gain_ : edge_wrong_)[threshold];
  }
  double appealing_rate(std::size_t threshold) const { return share(offloaded_[threshold]); }
  double accuracy(std::size_t threshold, Setting setting) const {
    return share(right(threshold, setting));
  }

  // The threshold with the fewest offloads, not below `from`, that gets at least `needed` rows
  // right. Accuracy is not monotone in delta: this is the first crossing from the cheap end.
  std::optional<std::size_t> cheapest(std::int64_t needed, Setting setting,
                                      std::size_t from = 0) const;

 private:
  double share(std::int32_t count) const {
    return static_cast<double>(count) / static_cast<double>(offloaded_.back());
  }

  std::int32_t edge_right_ = 0;
  std::vector<std::int32_t> offloaded_;
  std::vector<std::int32_t> edge_wrong_;
  std::vector<std::int32_t> gain_;
};

// What Tally::cheapest finds, without the counts at all the other thresholds: for those who ask
// once and want it for every draw. `edge_right`: the weighted rows that the edge alone gets right.
// White box; black box where the rows were ranked without a cloud.
struct Crossing {
  std::size_t threshold = 0;
  std::int32_t offloaded = 0;
  std::int32_t edge_wrong = 0;  // of those
  std::int32_t right = 0;       // of all

  static std::optional<Crossing> cheapest(const RankedRows& ranked, Weights weights,
                                          std::int32_t edge_right, std::int32_t needed);
};

}  // namespace updraft
