// The edge device: one processor, a FIFO queue of arrived samples. Takes a sample, asks the policy
// for the stage, runs it, asks the policy for the decision. Sets `arrived`, `started`, `decided`.
#pragma once

#include <memory>
#include <optional>

#include "policies/policy.hpp"
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

  void arrive(SampleId sample, Engine& engine, Samples& samples);
  // The stage of the sample in hand has ended.
  void stage_done();

  // The next sample whose decision is made, with its decision; nothing while the stage runs or no
  // sample waits. Call it after arrive() and stage_done(), until it gives nothing.
  struct Decided {
    SampleId sample;
    Decision decision;
  };
  std::optional<Decided> next(Engine& engine, Samples& samples, std::uint32_t uplink_backlog);

  Seconds busy() const { return busy_; }
  std::uint32_t queue_max() const { return queue_max_; }

 private:
  Seconds stage_time(StageId stage, SampleId sample) const;

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

}  // namespace updraft
