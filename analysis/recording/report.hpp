// All that a recording says before any simulation: every figure of every score with its interval,
// its curve, and the differences that decide which score needs the fewest offloads.
// No channel, no queue. It is shown by table.hpp and written by files.hpp.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/recording/ao.hpp"
#include "analysis/recording/bootstrap.hpp"
#include "analysis/recording/contest.hpp"
#include "analysis/recording/cost.hpp"
#include "analysis/recording/differences.hpp"
#include "analysis/recording/targets.hpp"

namespace updraft {

struct ThresholdPoint {
  double delta;
  double appealing_rate;
  double accuracy_white_box;  // NaN without a recorded cloud
  double accuracy_black_box;
  bool on_hull;  // of the white box where there is one, else of the black box
};

struct ContenderReport {
  Figures seen;
  Figures low;  // of the 95 % intervals; NaN without draws
  Figures high;
  std::optional<Cost> cost;           // nothing without a recorded cloud
  std::vector<ThresholdPoint> curve;  // every threshold, ascending offloads; empty for closed forms
  // The least AR that mixing two thresholds needs to reach the swept targets, by target; NaN.
  std::vector<double> hull_appealing_rate;
};

struct RecordingReport {
  Contest contest;
  std::uint64_t seed;
  std::size_t draws;
  std::vector<ContenderReport> contenders;  // as in the contest
  std::vector<Difference> differences;
  AoSection ao;
};

struct DrawOptions {
  std::size_t draws = 1000;
  std::uint64_t seed = 1;
  std::function<void(std::size_t done)> between{};  // called now and then; may throw to stop
};

// The contest's trace must outlive the report. The same on any number of cores.
RecordingReport report_on(Contest contest, const DrawOptions& options);

}  // namespace updraft
