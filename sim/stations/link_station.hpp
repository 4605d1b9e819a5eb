// A direction of the channel, uplink or downlink, for all devices: who may send when. The engine
// moves the bytes; propagation latency is a timer here and does not occupy the link: the next
// transfer starts when the last bit of this one has left. Sets the stamps it was made with.
#pragma once

#include <cstdint>
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
  // The columns of the samples that it reads and sets.
  struct Columns {
    const std::vector<DeviceId>* device;
    const std::vector<std::uint32_t>* bytes;
    std::vector<SimTime>* started;
    std::vector<SimTime>* sent;  // null: not recorded
  };
  // `links`: one per device (per_device) or one alone. `done` and `received` are the kinds of the
  // events that come back to done() and to whoever comes next.
  LinkStation(LinkPlan plan, std::vector<LinkId> links, std::uint32_t devices, EventKind done,
              EventKind received, Columns columns);

  // Its bytes stand in their column.
  void send(SampleId sample, Engine& engine);
  // The last bit of `sample` has left; its `received` event follows one latency later.
  void done(SampleId sample, Engine& engine);
  // A sent sample that has not left yet is given up, queued or under way. The whole bytes of it
  // that have left.
  std::uint32_t give_up(SampleId sample, Engine& engine);

  std::uint32_t waiting(DeviceId device) const { return queues_[queue_of(device)].waiting; }
  Seconds busy() const { return busy_; }
  std::uint32_t queue_max() const { return queue_max_; }
  std::uint32_t links() const { return static_cast<std::uint32_t>(links_.size()); }

 private:
  static constexpr SampleId none = UINT32_MAX;
  // A list through neighbours_: no allocation per sample.
  struct Queue {
    SampleId first = none;
    SampleId last = none;
    std::uint32_t waiting = 0;
    std::uint32_t in_flight = 0;
  };
  // Of a waiting sample. What is under way needs none, and keeps its TransferId there.
  struct Neighbours {
    SampleId before = none;
    SampleId behind = none;
  };
  struct Link {
    LinkId id;
    std::uint32_t in_flight = 0;
    SimTime busy_since;
  };
  std::size_t queue_of(DeviceId device) const { return queues_.size() == 1 ? 0 : device; }
  Link& link_of(DeviceId device) { return links_[links_.size() == 1 ? 0 : device]; }
  void append(Queue& queue, SampleId sample);
  void unlink(Queue& queue, SampleId sample);
  void start_next(Queue& queue, Engine& engine);
  void free_link(DeviceId device, Engine& engine);

  LinkPlan plan_;
  std::vector<Link> links_;
  std::vector<Queue> queues_;
  std::vector<Neighbours> neighbours_;  // [sample]
  EventKind done_;
  EventKind received_;
  Columns columns_;
  Seconds busy_;
  std::uint32_t queue_max_ = 0;
};

}  // namespace updraft
