// The edge device: one processor, a FIFO queue of arrived samples. Takes a sample, asks the policy
// for the stage, runs it, asks the policy for the decision, and encodes what is to be offloaded:
//   T = T_enc(v) + [m(v) is a stage and did not run] T_stage(m(v))                            (1)
// T [s] of variant v; T_enc the coding alone; m(v) the stage that puts the payload out, if one has
// to. So a network may run first, and an extractor only where it was unsure. 0: no time, no event.
// Sets `arrived`, `started`, `decided`, `encoded`.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

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
  const std::vector<Seconds>* encode_times = nullptr;  // T_enc of (1), per variant of the menu
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

  // The payload of the sample in hand is ready.
  template <class AnyEngine>
  void encode_done(AnyEngine& engine, Samples& samples);

  // The next sample whose decision is made, with its decision; nothing while the processor works or
  // no sample waits. Call it after arrive(), stage_done() and encode_done(), until it gives
  // nothing. One that is offloaded without being `encoded` is in hand until encode_done().
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
  // `stream`: what an exponential time is drawn from.
  Seconds stage_time(StageId stage, SampleId sample, std::string_view stream) const;
  // The stage that has still to run for the variant, after this one did; or none.
  StageId still_to_run(VariantId variant, StageId ran) const {
    const StageId maker = plan_->menu->variants[static_cast<std::size_t>(variant)].made_by;
    return maker == ran ? no_stage : maker;
  }
  // Of a network that is cut the layers up to the cut cannot run afterwards.
  bool may_run_late(StageId stage) const {
    return stage == no_stage || plan_->menu->stages[static_cast<std::size_t>(stage)].recorded;
  }
  Seconds encode_time(VariantId variant, StageId maker, SampleId sample) const;

  const EdgePlan* plan_;
  std::unique_ptr<Policy> policy_;
  DeviceId id_;
  HostId host_;
  enum class State : std::uint8_t { idle, running, ran, encoding } state_ = State::idle;
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
void EdgeDevice::encode_done(AnyEngine& engine, Samples& samples) {
  UPDRAFT_CHECK(state_ == State::encoding,
                "device " + std::to_string(id_) + " was not encoding a payload");
  state_ = State::idle;
  samples.stamps.encoded[in_hand_] = engine.now();
}

template <class AnyEngine>
std::optional<EdgeDevice::Decided> EdgeDevice::next(AnyEngine& engine, Samples& samples,
                                                    std::uint32_t uplink_backlog,
                                                    const LinkView& link) {
  if (state_ == State::running || state_ == State::encoding) return std::nullopt;
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
      const Seconds duration = stage_time(stage, in_hand_, "stage_time");
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
  samples.stamps.decided[in_hand_] = engine.now();
  samples.variant[in_hand_] = decision.variant;
  samples.score[in_hand_] = decision.score;
  if (!decision.offloads()) return Decided{in_hand_, decision};
  const StageId maker = still_to_run(decision.variant, stage);
  UPDRAFT_CHECK(may_run_late(maker), "a policy offloaded what the stage that ran does not put out");
  const Seconds duration = encode_time(decision.variant, maker, in_hand_);
  if (duration > Seconds(0)) {
    busy_ += duration;
    state_ = State::encoding;
    engine.execute(host_, duration, {EventKind::encode_done, id_, in_hand_});
  } else {
    samples.stamps.encoded[in_hand_] = engine.now();
  }
  return Decided{in_hand_, decision};
}

inline Seconds EdgeDevice::stage_time(StageId stage, SampleId sample,
                                      std::string_view stream) const {
  const Seconds mean = plan_->times->mean[static_cast<std::size_t>(stage)];
  if (!plan_->times->exponential) return mean;
  return Seconds(Stream(plan_->seed, stream, sample, plan_->replication).exponential(mean.si()));
}

inline Seconds EdgeDevice::encode_time(VariantId variant, StageId maker, SampleId sample) const {
  const Seconds coding = (*plan_->encode_times)[static_cast<std::size_t>(variant)];
  if (maker == no_stage) return coding;
  return coding + stage_time(maker, sample, "encode_time");  // (1)
}

}  // namespace updraft
