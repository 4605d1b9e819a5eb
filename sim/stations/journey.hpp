// The journey of all samples of one run, station by station (sim/README.md shows it on one page).
// It owns the stations, hands each event to the one that asked for it, and passes the sample on to
// the next. It knows no engine but through its interface, and no policy but through theirs.
#pragma once

#include <span>
#include <vector>

#include "policies/policy.hpp"
#include "sim/core/sample.hpp"
#include "sim/engines/engine.hpp"
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
  LinkPlan uplink;
  LinkPlan downlink;
  CloudPlan cloud;
  std::uint32_t servers = 1;
  std::uint64_t seed = 1;
  std::uint64_t replication = 0;

  std::uint32_t devices() const { return static_cast<std::uint32_t>(first.size() - 1); }
};

class Journey : public Handler {
 public:
  // `uplinks`, `downlinks`: the engine's links, one per device or one alone as the plan's sharing
  // says. Adds its hosts to the engine.
  Journey(const JourneyPlan& plan, Engine& engine, std::vector<LinkId> uplinks,
          std::vector<LinkId> downlinks);

  // Runs the engine until every sample has ended. A sample that still waits for a link that has
  // stopped for good is then counted as dropped.
  void run();

  Samples& samples() { return samples_; }  // may be moved away when all is done
  StationCounts counts() const;

  void on_event(Token token) override;

 private:
  struct Arriving {
    ArrivalDates dates;
    std::uint32_t arrived = 0;
  };
  void arrange_arrival(DeviceId device);
  void edge_goes_on(DeviceId device);
  void offload(SampleId sample, DeviceId device, const Decision& decision);
  void received(SampleId sample);
  void replied(SampleId sample);
  void timed_out(SampleId sample);
  void end(SampleId sample, Outcome outcome);

  const JourneyPlan& plan_;
  Engine& engine_;
  Samples samples_;
  EdgePlan edge_plan_;
  std::vector<EdgeDevice> devices_;
  std::vector<Arriving> arriving_;
  LinkStation uplink_;
  CloudServer cloud_;
  LinkStation downlink_;
  std::vector<bool> limited_;  // [sample]: a time-out will end it; empty while there are none
  std::uint64_t late_replies_ = 0;
  SimTime last_end_;  // of a sample, or of the cloud's work for one that had given up
};

}  // namespace updraft
