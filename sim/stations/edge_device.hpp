// The edge device: one processor, a FIFO queue of arrived samples. Takes a sample, asks the policy
// for the stage, runs it, asks the policy for the decision. Sets `arrived`, `started`, `decided`.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>

#include "policies/policy.hpp"
#include "sim/core/check.hpp"
#include "sim/core/sample.hpp"
#include "sim/engines/engine.hpp"

namespace updraft {

// How long a stage runs: the same always, or exponential with that mean (drawn per sample, so that
// every policy of a scenario meets the same draw).
struct StageTimes {
  std::vector<Seconds> mean;  // per stage of the menu
  bool exponential = false;
};

// What all devices of a run have in common; it outlives them.
struct EdgePlan {
  const Menu* menu = nullptr;
  const StageTimes* times = nullptr;
  std::uint64_t seed = 1;
  std::uint64_t replication = 0;
};

class EdgeDevice {
 public:
  // Its samples are numbered from `first` on, in the order of their arrival.
  EdgeDevice(DeviceId id, HostId host, SampleId first, const EdgePlan& plan,
             std::unique_ptr<Policy> policy);

  template <class AnyEngine>
  void arrive(SampleId sample, AnyEngine& engine, Samples& samples);
  // The stage of the sample in hand has ended.
  void stage_done();

  // The next sample whose decision is made, with its decision; nothing while the stage runs or no
  // sample waits. Call it after arrive() and stage_done(), until it gives nothing.
  struct Decided {
    SampleId sample;
    Decision decision;
  };
  template <class AnyEngine>
  std::optional<Decided> next(AnyEngine& engine, Samples& samples, std::uint32_t uplink_backlog,
                              const LinkView& link);

  Seconds busy() const { return busy_; }
  std::uint32_t queue_max() const { return queue_max_; }

 private:
  Seconds stage_time(StageId stage, SampleId sample) const;
  bool made_by_what_ran(VariantId variant, StageId stage) const {
    const StageId by = plan_->menu->variants[static_cast<std::size_t>(variant)].made_by;
    return by == no_stage || by == stage;
  }

  const EdgePlan* plan_;
  std::unique_ptr<Policy> policy_;
  DeviceId id_;
  HostId host_;
  enum class State : std::uint8_t { idle, running, ran } state_ = State::idle;
  SampleId in_hand_ = 0;
  SampleId waiting_;  // the queue is a range of numbers: from here
  SampleId arrived_;  // to here
  std::uint32_t queue_max_ = 0;
  Seconds busy_;
};

inline EdgeDevice::EdgeDevice(DeviceId id, HostId host, SampleId first, const EdgePlan& plan,
                              std::unique_ptr<Policy> policy)
    : plan_(&plan),
      policy_(std::move(policy)),
      id_(id),
      host_(host),
      waiting_(first),
      arrived_(first) {}

template <class AnyEngine>
void EdgeDevice::arrive(SampleId sample, AnyEngine& engine, Samples& samples) {
  UPDRAFT_CHECK(sample == arrived_, "sample " + std::to_string(sample) + " arrived out of turn");
  samples.stamps.arrived[sample] = engine.now();
  ++arrived_;
  const SampleId in_queue = arrived_ - waiting_ - (state_ == State::idle ? 1 : 0);
  queue_max_ = std::max(queue_max_, in_queue);
}

inline void EdgeDevice::stage_done() {
  UPDRAFT_CHECK(state_ == State::running,
                "device " + std::to_string(id_) + " was not running a stage");
  state_ = State::ran;
}

template <class AnyEngine>
std::optional<EdgeDevice::Decided> EdgeDevice::next(AnyEngine& engine, Samples& samples,
                                                    std::uint32_t uplink_backlog,
                                                    const LinkView& link) {
  if (state_ == State::running) return std::nullopt;
  if (state_ == State::idle) {
    if (waiting_ == arrived_) return std::nullopt;
    in_hand_ = waiting_++;
    samples.stamps.started[in_hand_] = engine.now();
  }
  const ArrivalView seen{engine.now(), samples.row[in_hand_], arrived_ - waiting_, uplink_backlog,
                         link};
  if (state_ == State::idle) {
    const StageId stage = policy_->choose_stage(seen);
    samples.stage[in_hand_] = stage;
    if (stage != no_stage) {
      const Seconds duration = stage_time(stage, in_hand_);
      busy_ += duration;
      state_ = State::running;
      engine.execute(host_, duration, {EventKind::stage_done, id_, in_hand_});
      return std::nullopt;
    }
  }
  state_ = State::idle;
  const StageId stage = samples.stage[in_hand_];
  const MenuStage* scored =
      stage == no_stage ? nullptr : &plan_->menu->stages[static_cast<std::size_t>(stage)];
  const Decision decision = policy_->decide({seen, stage, scored});
  UPDRAFT_CHECK(decision.offloads() || (scored != nullptr && scored->answers),
                "a policy answered without having run a stage that has an answer");
  UPDRAFT_CHECK(!decision.offloads() || made_by_what_ran(decision.variant, stage),
                "a policy offloaded what the stage that ran does not put out");
  samples.stamps.decided[in_hand_] = engine.now();
  samples.variant[in_hand_] = decision.variant;
  samples.score[in_hand_] = decision.score;
  return Decided{in_hand_, decision};
}

inline Seconds EdgeDevice::stage_time(StageId stage, SampleId sample) const {
  const Seconds mean = plan_->times->mean[static_cast<std::size_t>(stage)];
  if (!plan_->times->exponential) return mean;
  return Seconds(
      Stream(plan_->seed, "stage_time", sample, plan_->replication).exponential(mean.si()));
}

}  // namespace updraft
