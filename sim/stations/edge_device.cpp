#include "sim/stations/edge_device.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace updraft {

EdgeDevice::EdgeDevice(DeviceId id, HostId host, SampleId first, const EdgePlan& plan,
                       std::unique_ptr<Policy> policy)
    : plan_(&plan),
      policy_(std::move(policy)),
      id_(id),
      host_(host),
      waiting_(first),
      arrived_(first) {}

void EdgeDevice::arrive(SampleId sample, Engine& engine, Samples& samples) {
  UPDRAFT_CHECK(sample == arrived_, "sample " + std::to_string(sample) + " arrived out of turn");
  samples.stamps.arrived[sample] = engine.now();
  ++arrived_;
  const SampleId in_queue = arrived_ - waiting_ - (state_ == State::idle ? 1 : 0);
  queue_max_ = std::max(queue_max_, in_queue);
}

void EdgeDevice::stage_done() {
  UPDRAFT_CHECK(state_ == State::running,
                "device " + std::to_string(id_) + " was not running a stage");
  state_ = State::ran;
}

std::optional<EdgeDevice::Decided> EdgeDevice::next(Engine& engine, Samples& samples,
                                                    std::uint32_t uplink_backlog) {
  if (state_ == State::running) return std::nullopt;
  if (state_ == State::idle) {
    if (waiting_ == arrived_) return std::nullopt;
    in_hand_ = waiting_++;
    samples.stamps.started[in_hand_] = engine.now();
  }
  const ArrivalView seen{engine.now(), samples.row[in_hand_], arrived_ - waiting_, uplink_backlog};
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
  UPDRAFT_CHECK(decision.offloads() || stage != no_stage,
                "a policy answered without having run a stage");
  samples.stamps.decided[in_hand_] = engine.now();
  samples.variant[in_hand_] = decision.variant;
  samples.score[in_hand_] = decision.score;
  return Decided{in_hand_, decision};
}

Seconds EdgeDevice::stage_time(StageId stage, SampleId sample) const {
  const Seconds mean = plan_->times->mean[static_cast<std::size_t>(stage)];
  if (!plan_->times->exponential) return mean;
  return Seconds(
      Stream(plan_->seed, "stage_time", sample, plan_->replication).exponential(mean.si()));
}

}  // namespace updraft
