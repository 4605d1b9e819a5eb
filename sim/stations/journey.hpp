// The journey of all samples of one run, station by station (sim/README.md shows it on one page).
// It owns the stations, hands each event to the one that asked for it, and passes the sample on to
// the next. It knows no engine but through its interface, and no policy but through theirs.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "policies/policy.hpp"
#include "sim/core/sample.hpp"
#include "sim/engines/engine.hpp"
#include "sim/stations/journey_plan.hpp"
#include "sim/stations/link_meter.hpp"

namespace updraft {

// Made once for each engine that it runs on: calls through a table of virtual functions, several an
// event, cost as much as all the rest of the native engine. `AnyEngine` is Engine or one of its
// kind.
template <class AnyEngine>
class Journey final : public Handler {
 public:
  // `uplinks`, `downlinks`: the engine's links, one per device or one alone as the plan's sharing
  // says. Adds its hosts to the engine. `watches`: one per uplink where
  // uploads may fail, else none.
  Journey(const JourneyPlan& plan, AnyEngine& engine, std::vector<LinkId> uplinks,
          std::vector<LinkId> downlinks, std::vector<OutageWatch> watches = {});

  // Runs the engine until every sample has ended. A sample that still waits for a link that has
  // stopped for good is then counted as dropped.
  void run();

  Samples& samples() { return samples_; }  // may be moved away when all is done
  StationCounts counts() const;

  void on_event(Token token) override;
  // The same for an engine that knows the kind beforehand.
  template <EventKind kind>
  void on(std::uint32_t owner, std::uint32_t id);

 private:
  struct Arriving {
    ArrivalDates dates;
    std::uint32_t arrived = 0;
  };
  void arrange_arrival(DeviceId device);
  void edge_goes_on(DeviceId device);
  void offload(SampleId sample, DeviceId device, const Decision& decision);
  void send_payload(SampleId sample);
  void broken_off(SampleId sample);
  void received(SampleId sample);
  void replied(SampleId sample);
  void timed_out(SampleId sample);
  // The edge's answer stands, if there is one.
  void settle_for_edge(SampleId sample);
  void never_sent(SampleId sample, SimTime now);
  void leave_behind(SampleId sample);
  void end(SampleId sample, Outcome outcome);
  // The meter of the sample's device; null where no policy looks at one.
  LinkMeter* meter_of(SampleId sample) {
    return meters_.empty() ? nullptr : &meters_[samples_.device[sample]];
  }

  const JourneyPlan& plan_;
  AnyEngine& engine_;
  Samples samples_;
  EdgePlan edge_plan_;
  std::vector<EdgeDevice> devices_;
  std::vector<Arriving> arriving_;
  std::vector<Radio> radios_;  // [device]; empty where there are none
  std::optional<LinkFailures> failures_;
  LinkStation uplink_;
  CloudServer cloud_;
  LinkStation downlink_;
  std::vector<LinkMeter> meters_;  // [device]; empty where the policy does not hear of replies
  std::vector<bool> limited_;      // [sample]: a time-out will end it; empty while there are none
  std::uint64_t late_replies_ = 0;
  Seconds unsent_wait_;
  SimTime last_act_;  // date of the last event that was not the timer of something long over
  SimTime last_end_;  // of a sample, or of the device's or cloud's work for one that had given up
};

}  // namespace updraft
