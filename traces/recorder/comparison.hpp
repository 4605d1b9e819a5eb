// Which score needs the fewest offloads? Thresholds on every score of every stage of a trace, at
// the accuracy improvements of the papers, with bootstrap intervals: an honest look at a recording.
// Not the simulator's metrics (sim/metrics): no time, no channel, no cost.
//   offload row i  iff  score_i < delta                                              (1)
//   AR = offloaded rows / rows                                                       (2)
//   AccI = (Acc - Acc plain) / (Acc cloud - Acc plain)      (seeds/000, eq. 14)      (3)
// One base for all, the plain edge network: at equal AccI all scores reach the same accuracy, also
// those of the appealnet, whose own edge accuracy may differ. Accuracy is not monotone in delta:
// the smallest delta that reaches the target is taken.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "traces/inference_trace.hpp"

namespace updraft {

// The rows of a split in ascending order of one score, with who is right on them.
class DeferralCurve {
 public:
  DeferralCurve(std::span<const double> score, const std::vector<std::uint8_t>& edge_correct,
                const std::vector<std::uint8_t>& cloud_correct);

  struct Point {
    double delta = 0;  // infinity: every row is offloaded
    double appealing_rate = 0;
    double accuracy = 0;
  };
  // `weights` [rows]: how often each row counts (all once, or a bootstrap draw).
  // The smallest delta whose accuracy is at least `target`; everything offloaded if none is.
  Point cheapest(double target, std::span<const double> weights) const;
  Point at(double delta, std::span<const double> weights) const;

 private:
  struct Row {
    double score;
    std::size_t index;
    double edge;   // 1 if right
    double cloud;  // 1 if right
  };
  std::vector<Row> rows_;
};

// A table as text. Throws InputError if the trace lacks a split (calibration, test), a stage
// (plain), a variant, or logits.
std::string compared(const InferenceTrace& trace, std::uint64_t seed);

}  // namespace updraft
