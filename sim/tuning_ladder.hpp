// The values that tuning by simulation may try for one policy: rungs from one end of the range to
// the other, every `step`-th of which is tried at first.
#pragma once

#include <vector>

#include "sim/prepare.hpp"

namespace updraft {

struct Ladder {
  std::vector<Document> rungs;
  std::size_t step = 1;
};

// `calibration` is prepared for the split to be tuned on, `entry` the policy's in the scenario.
// Where the spec has no range, rungs are thresholds on the score that lie evenly in the share of
// samples that is offloaded, from none to all. Throws InputError where there is no such score.
Ladder ladder_for(const TuningSpec& spec, const Document& entry, const Prepared& calibration);

}  // namespace updraft
