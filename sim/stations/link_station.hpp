// A direction of the channel, uplink or downlink, for all devices: who may send when. The engine
// moves the bytes; propagation latency is a timer here and does not occupy the link: the next
// transfer starts when the last bit of this one has left. Sets the stamps it was made with.
#pragma once

#include <deque>
#include <vector>

#include "sim/core/sample.hpp"
#include "sim/engines/engine.hpp"

namespace updraft {

// How many transfers may run at once, and over which links.
struct LinkPlan {
  // per_device: a link each, FIFO. fifo: one link, one FIFO of all devices' transfers. fair: one
  // link, shared max-min by the transfers on it; each device sends `streams` at a time, FIFO (0:
  // all).
  enum class Sharing { per_device, fifo, fair };
  Sharing sharing = Sharing::per_device;
  std::uint32_t streams = 1;
  Seconds latency;
};

class LinkStation {
 public:
  struct StampColumns {
    std::vector<SimTime>* started;
    std::vector<SimTime>* sent;  // null: not recorded
  };
  // `links`: one per device (per_device) or one alone. `done` and `received` are the kinds of the
  // events that come back to done() and to whoever comes next.
  LinkStation(LinkPlan plan, std::vector<LinkId> links, std::uint32_t devices, EventKind done,
              EventKind received, StampColumns stamps);

  void send(SampleId sample, DeviceId device, std::uint32_t bytes, Engine& engine);
  // The last bit of `sample` has left; its `received` event follows one latency later.
  void done(SampleId sample, DeviceId device, Engine& engine);

  std::uint32_t waiting(DeviceId device) const;
  Seconds busy() const { return busy_; }
  std::uint32_t queue_max() const { return queue_max_; }
  std::uint32_t links() const { return static_cast<std::uint32_t>(links_.size()); }

 private:
  struct Payload {
    SampleId sample;
    DeviceId device;
    std::uint32_t bytes;
  };
  struct Queue {
    std::deque<Payload> waiting;
    std::uint32_t in_flight = 0;
  };
  std::size_t queue_of(DeviceId device) const;
  std::size_t link_of(DeviceId device) const;
  void start_next(Queue& queue, Engine& engine);

  LinkPlan plan_;
  std::vector<LinkId> links_;
  std::vector<Queue> queues_;
  std::vector<std::uint32_t> on_link_;  // transfers under way, per link
  std::vector<SimTime> busy_since_;
  EventKind done_;
  EventKind received_;
  StampColumns stamps_;
  Seconds busy_;
  std::uint32_t queue_max_ = 0;
};

}  // namespace updraft
