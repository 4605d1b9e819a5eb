// The AO unit of one stage: what stands at the output of an edge network and says whether its guess
// may be kept.
//   confidence(a,b) = S_a - S_b                                          (1)
//   keep  iff  confidence(a,b) >= T(a,b)                                 (2)
// S_a, S_b  the two largest softmax outputs of the stage, of the classes a and b; in [0, 1]
// T  ao_thresholds.hpp, found on the calibration split; in [0, 1] or never
// Source: Lo et al. (policies/routing/ao.cpp), eqs. 5-7. A policy over several stages has a unit
// for each, made from the same keys of its entry.
#pragma once

#include <optional>
#include <string>

#include "policies/ao/ao_thresholds.hpp"
#include "policies/policy.hpp"

namespace updraft {

// The keys `thresholds`, `lambda`, `least_samples`, `least_errors` and `bandwidth` of an entry.
struct AoKeys {
  AoGroups groups = AoGroups::pairwise;
  double lambda = 1;  // how many times likelier right than wrong a guess must be
  AoRules rules{};
  bool sound = true;  // thresholds can be found by them
};
AoKeys read_ao_keys(Section& params);

class AoUnit {
 public:
  AoUnit(StageId stage, ScoreId margin, AoThresholds thresholds)
      : stage_(stage), margin_(margin), thresholds_(std::move(thresholds)) {}
  StageId stage() const { return stage_; }
  // The confidence less its threshold: keep iff >= 0; -inf where nothing is kept. `seen` is of this
  // stage.
  double above(const ScoredView& seen) const {
    const double confidence = seen.score(margin_);                               // (1)
    return confidence - thresholds_.of(seen.best_class(), seen.second_class());  // (2)
  }
  const AoThresholds& thresholds() const { return thresholds_; }

 private:
  StageId stage_;
  ScoreId margin_;
  AoThresholds thresholds_;
};

// The unit of a stage that has top1 and top2 (sim/core/menu.hpp). Nothing, with the mistake at
// `policy`, where the calibration split lacks what it takes; nothing where the keys are not sound.
std::optional<AoUnit> calibrated(Section& params, const PolicyContext& context, StageId stage,
                                 const AoKeys& keys);

// "90 pairs: 41 own threshold, 37 from the class, 12 global; 3 never"
std::string origins_text(const AoUnit& unit, AoGroups groups, std::size_t classes);

}  // namespace updraft
