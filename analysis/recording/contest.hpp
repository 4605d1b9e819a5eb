// What is compared in a recording: every score of every stage, each as rows in the order of the
// score, on the split that is reported and on the one that thresholds are tuned on. Sorted once;
// the figures are look.hpp's.
//
// Scores are the recorded ones, those that follow from logits (sim/core/menu.hpp), and an ideal
// one, which knows the label. With l1, l0 = -ln softmax(logits)[label] of edge and cloud, in nats
// and not negative, the loss of one row and the q that minimises it are
//   q l1 + (1 - q) l0 - beta ln q      q* = min(1, beta / (l1 - l0)+)           (1)  white box
//   q l1 - beta ln q                   q* = min(1, beta / l1)                   (2)  black box
// so a threshold on q* is one on the regret: ideal_white_box = l0 - l1, ideal_black_box = -l1. A
// trained q is an estimate of it. Like the oracle it is a bound, not a policy.
// Source: Li et al., AppealNet (DAC 2021), eqs. 9, 10; the minimum over q is ours.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/curves.hpp"
#include "analysis/recording/deferral.hpp"
#include "analysis/recording/families.hpp"
#include "analysis/recording/histogram.hpp"
#include "traces/inference_trace.hpp"

namespace updraft {

enum class ScoreKind { recorded, derived, ideal, oracle, random };
std::string_view name_of(ScoreKind kind);
// Bounds know the label: nothing that is compared may.
inline bool knows_label(ScoreKind kind) {
  return kind == ScoreKind::ideal || kind == ScoreKind::oracle;
}

struct NamedScore {
  std::string name;
  ScoreKind kind;
  std::vector<double> values;
};

struct Contender {
  std::size_t stage;   // of the split
  std::size_t family;  // of the contest
  std::string score;
  ScoreKind kind;
  // Nothing for the oracle and random routers, which rank no rows: closed forms (curves.hpp).
  std::optional<RankedRows> reported;
  // Nothing without such a split, and for what knows the label: it has no threshold to tune.
  std::optional<RankedRows> tuning;
  Histogram histogram;  // of the reported rows; no bins without a ranking
};

struct Contest {
  const InferenceTrace* trace;
  const Split* reported;
  const Split* tuning;            // the calibration split; null if there is none or it is reported
  const Variant* variant;         // of the reported split; null: no cloud was recorded
  const Variant* tuning_variant;  // its twin
  std::vector<Family> families;   // of the reported split's stages
  std::vector<Contender> contenders;  // family by family, stage by stage

  const Stage& stage_of(const Contender& contender) const {
    return reported->stages[contender.stage];
  }
  const Stage* tuning_stage(std::size_t stage) const;  // null if there is none
  // Which settings a family's tables and pictures show: white box where a cloud was recorded, black
  // box where a stage was trained for it or there is no other.
  std::vector<Setting> shown_settings(std::size_t family) const;
  bool has(Setting setting) const { return setting == Setting::black_box || variant != nullptr; }
};

// The closed forms of a stage on the reported rows; a cloud that was not recorded is always right.
RouterLines lines_of(const Contest& contest, std::size_t stage);

// Recorded scores, then derived ones that no recorded one replaces, then the ideal ones that the
// logits of stage and `variant` (may be null) allow.
std::vector<NamedScore> scores_of(const InferenceTrace& trace, const Split& split,
                                  const Stage& stage, const Variant* variant);

// `variant`: "" for the first. The trace must outlive the contest. Throws InputError for an unknown
// split or variant, and where there is no stage or no score to compare.
Contest contest_of(const InferenceTrace& trace, const std::string& split,
                   const std::string& variant);

}  // namespace updraft
