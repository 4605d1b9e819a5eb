// What a journey is told: the samples, and how each station is to behave.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "policies/policy.hpp"
#include "sim/stations/arrivals.hpp"
#include "sim/stations/cloud_server.hpp"
#include "sim/stations/edge_device.hpp"
#include "sim/stations/link_station.hpp"

namespace updraft {

// All that one run needs, checked. Referenced, not copied: it outlives the journey.
struct JourneyPlan {
  const Menu* menu = nullptr;
  const PolicyPlan* policy = nullptr;
  std::span<const std::uint32_t> rows;  // recorded row of each sample; device 0's samples first
  std::vector<std::uint32_t> first;  // [devices + 1]: device d has samples first[d] .. first[d+1]-1
  ArrivalPlan arrivals;
  StageTimes stage_times;
  std::vector<Seconds> encode_times;  // of a payload, per variant of the menu; 0: nothing to do
  LinkPlan uplink;
  std::optional<FailurePlan> upload_failures;  // absent: an outage only stalls
  LinkPlan downlink;
  const RadioPower* radio = nullptr;  // of every device; null: sending needs none and costs nothing
  CloudPlan cloud;
  std::uint32_t servers = 1;
  std::uint64_t seed = 1;
  std::uint64_t replication = 0;

  std::uint32_t devices() const { return static_cast<std::uint32_t>(first.size() - 1); }
};

}  // namespace updraft
