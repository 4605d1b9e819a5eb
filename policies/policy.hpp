// The role of a policy: two questions. The edge device asks choose_stage when a sample's turn has
// come, before anything is spent, and decide when that stage has run. One Policy serves one device
// in one run.
//
// Views hold what an edge device really knows: the date, its own queues, and the scores of the
// stage that ran. Never the label, never the cloud's answer, never the true rate of the link.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policies/partition/candidate_cut.hpp"
#include "sim/core/menu.hpp"
#include "sim/core/random.hpp"
#include "sim/core/section.hpp"

namespace updraft {

class OperatingPointsCache;

// The uplink as this device has measured it by using it (sim/stations/link_meter.hpp), kept for
// policies that hear of replies; as at the start for all others.
struct LinkView {
  // Smoothed over the payloads that were sent, and no more than one that is under way can have had.
  BytesPerSecond rate{};         // 0 until there was one
  Seconds last_round_trip{};     // from decision to reply, encoding included, of the last; 0 before
  std::uint32_t unanswered = 0;  // time-outs and failed uploads since the last reply in time
  std::uint32_t pending = 0;     // payloads that wait for the uplink or are on it
};

struct ArrivalView {
  SimTime now;
  std::uint32_t row;             // which recorded sample this is: an identity, not a feature
  std::uint32_t waiting;         // samples behind this one at the device
  std::uint32_t uplink_backlog;  // payloads waiting for this device's uplink
  LinkView link{};
};

struct ScoredView {
  ArrivalView at;
  StageId stage;
  const MenuStage* scored;  // null where no stage ran

  double score(ScoreId id) const {
    return scored->scores[static_cast<std::size_t>(id)].values[at.row];
  }
  // The classes that the stage holds for the likeliest and the next, right or wrong; only where it
  // has them (menu.hpp).
  std::int32_t best_class() const { return scored->top1[at.row]; }
  std::int32_t second_class() const { return scored->top2[at.row]; }
};

inline constexpr Seconds no_timeout{std::numeric_limits<double>::infinity()};

// Accept the edge's answer, or offload `variant` and wait for the reply until `timeout` has passed:
// then the edge's answer stands. `score` is what the policy looked at, for the record.
struct Decision {
  VariantId variant = -1;
  double score = std::numeric_limits<double>::quiet_NaN();
  Seconds timeout = no_timeout;

  bool offloads() const { return variant >= 0; }
  static Decision answer(double score = std::numeric_limits<double>::quiet_NaN()) {
    return {-1, score, no_timeout};
  }
  static Decision offload(VariantId variant,
                          double score = std::numeric_limits<double>::quiet_NaN()) {
    return {variant, score, no_timeout};
  }
};

class Policy {
 public:
  virtual ~Policy() = default;
  // Which stage shall the edge run, or no_stage. A policy that answers must have run one
  // that has an answer.
  virtual StageId choose_stage(const ArrivalView& seen) = 0;
  virtual Decision decide(const ScoredView& seen) = 0;
};

// What a policy was told in the scenario, checked and, where it asked for it, tuned: ready to be
// handed to every device of every run. It outlives the policies that it hands out.
class PolicyPlan {
 public:
  virtual ~PolicyPlan() = default;
  // `random` is this device's own stream "policy".
  virtual std::unique_ptr<Policy> for_device(Stream random) const = 0;
  // The edge and the cloud network whose accuracy and work the papers' figures (AccI, AD, cost)
  // compare with. -1 where the trace records none and the policy needs none.
  virtual StageId reference_stage() const = 0;
  virtual VariantId reference_variant() const = 0;
  // Does what it does depend on replies, by a time-out or by what the device measured of its link?
  // If not, a device's part of a run depends on that device alone.
  virtual bool hears_of_replies() const { return false; }
  // Was it made for the rows that one replication replays? If not, it serves all replications.
  virtual bool depends_on_rows() const { return false; }
  // Does it look at labels or at the cloud's answers? Then it is a bound, not a policy.
  virtual bool knows_truth() const { return false; }
  virtual std::optional<double> delta() const { return std::nullopt; }
  // One line about what was found rather than given (a tuned delta, the oracle's share); "" if
  // nothing was.
  virtual std::string note() const { return ""; }
};

// What a scenario's `partition:` offers: a network that can be cut, its cuts as stages and variants
// of the menu. The answers are those of `answers`, whichever cut runs.
struct PartitionMenu {
  const LayerGraph* graph = nullptr;
  PartitionTimes times;
  CutCosts costs;
  std::vector<CandidateCut> cuts;   // nothing on the edge first, everything on it last; or none
  std::vector<StageId> stages;      // [cuts] no_stage for the first
  std::vector<VariantId> variants;  // [cuts] -1 for the last, which answers
  VariantId answers = -1;
};

// What the device spends on a payload, as a run charges it in the mean, for policies that weigh
// payloads before they are made.
struct DeviceCosts {
  std::vector<Seconds> stage;   // [stages of the menu] to run it
  std::vector<Seconds> encode;  // [variants of the menu] of its own, beside the stage that makes it
  Watts busy;
  Watts send;  // of the radio while it sends, and for what it sends; 0 without one
  JoulesPerByte per_byte;
};

// What a maker may look at. `rows` are the recorded rows that the run replays, in order, repeats
// included. Truth is for the oracle and for tuning (on the calibration split) alone.
struct PolicyContext {
  const Menu& menu;
  const Truth& truth;
  const Menu* calibration;  // null where the file has no calibration split
  const Truth* calibration_truth;
  std::span<const std::uint32_t> rows;
  OperatingPointsCache* operating_points = nullptr;  // remembers what was sorted; null: nobody does
  const PartitionMenu* partition = nullptr;          // null where the scenario has none
  const DeviceCosts* device = nullptr;               // null where its block has mistakes
};

}  // namespace updraft
