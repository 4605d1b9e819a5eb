// A direction of the channel, uplink or downlink, for all devices: who may send when. The engine
// moves the bytes; propagation latency is a timer here and does not occupy the link: the next
// transfer starts when the last bit of this one has left. Sets the stamps it was made with.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "sim/core/sample.hpp"
#include "sim/engines/engine.hpp"
#include "sim/stations/link_failures.hpp"
#include "sim/stations/radio.hpp"

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
  // What a device sends leaves in bundles: held back until so many wait, or the first of them has
  // waited bundle_delay. 1: nothing is held back.
  std::uint32_t bundle_max = 1;
  Seconds bundle_delay{};
};

// What must be connected before anything of a device goes this way.
struct LinkRadios {
  Radio* of_device = nullptr;  // [device]; null: there are none, and nothing waits for one
  Radio::Direction direction = Radio::Direction::up;
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
              EventKind received, Columns columns, LinkRadios radios = {});

  // Its bytes stand in their column.
  template <class AnyEngine>
  void send(SampleId sample, AnyEngine& engine);
  // The same for one that failed: it has waited long enough, and is in no bundle any more.
  template <class AnyEngine>
  void send_again(SampleId sample, AnyEngine& engine) {
    send_alone(sample, engine);
  }
  // The last bit of `sample` has left; its `received` event follows one latency later.
  template <class AnyEngine>
  void done(SampleId sample, AnyEngine& engine);
  // The bundle of `device` that was opened as its `serial`-th has waited long enough. False: it has
  // left already.
  template <class AnyEngine>
  bool bundle_due(DeviceId device, std::uint32_t serial, AnyEngine& engine);
  // The radio of `device` is: what was held back for it joins the queue.
  template <class AnyEngine>
  void radio_is_connected(DeviceId device, AnyEngine& engine);
  // A sent sample that has not left yet is given up, queued or under way. The whole bytes of it
  // that have left.
  template <class AnyEngine>
  std::uint32_t give_up(SampleId sample, AnyEngine& engine);
  // After the run, of one that is under way for ever: the same. Then, for all of them, that the
  // links they are on were busy until `end`.
  template <class AnyEngine>
  std::uint32_t strand(SampleId sample, AnyEngine& engine);
  void close(SimTime end);

  // From now on outages break off what is under way, as `failures` (which outlives it) says.
  void fails_as(LinkFailures* failures) { failures_ = failures; }

  // Also for the device's radio, or for others of a bundle.
  std::uint32_t waiting(DeviceId device) const {
    return queues_[queue_of(device)].waiting + (held_.empty() ? 0 : held_[device].waiting) +
           (bundles_.empty() ? 0 : bundles_[device].queue.waiting);
  }
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
  // An open one has a timer.
  struct Bundle {
    Queue queue;
    std::uint32_t serial = 0;
    bool open = false;
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
  template <class AnyEngine>
  Bytes withdraw(SampleId sample, AnyEngine& engine);
  std::uint32_t whole_bytes(Bytes carried, SampleId sample) const;
  void append(Queue& queue, SampleId sample);
  void unlink(Queue& queue, SampleId sample);
  bool holds(const Queue& queue, SampleId sample) const;
  template <class AnyEngine>
  void bundle(SampleId sample, AnyEngine& engine);
  template <class AnyEngine>
  void close_bundle(DeviceId device, AnyEngine& engine);
  template <class AnyEngine>
  void send_alone(SampleId sample, AnyEngine& engine);
  template <class AnyEngine>
  void start_next(Queue& queue, AnyEngine& engine);
  template <class AnyEngine>
  void free_link(DeviceId device, AnyEngine& engine);

  LinkPlan plan_;
  std::vector<Link> links_;
  std::vector<Queue> queues_;
  std::vector<Queue> held_;  // [device], until its radio is connected; empty where there are none
  std::vector<Bundle> bundles_;         // [device]; empty where nothing is bundled
  std::vector<Neighbours> neighbours_;  // [sample]
  EventKind done_;
  EventKind received_;
  Columns columns_;
  LinkRadios radios_;
  LinkFailures* failures_ = nullptr;
  Seconds busy_;
  std::uint32_t queue_max_ = 0;
};

inline LinkStation::LinkStation(LinkPlan plan, std::vector<LinkId> links, std::uint32_t devices,
                                EventKind done, EventKind received, Columns columns,
                                LinkRadios radios)
    : plan_(plan),
      queues_(plan.sharing == LinkPlan::Sharing::fifo ? 1 : devices),
      held_(radios.of_device == nullptr ? 0 : devices),
      bundles_(plan.bundle_max > 1 ? devices : 0),
      neighbours_(columns.device->size()),
      done_(done),
      received_(received),
      columns_(columns),
      radios_(radios) {
  links_.reserve(links.size());
  for (const LinkId id : links) links_.push_back({id, 0, {}});
}

template <class AnyEngine>
void LinkStation::send(SampleId sample, AnyEngine& engine) {
  if (bundles_.empty()) return send_alone(sample, engine);
  bundle(sample, engine);
}

template <class AnyEngine>
void LinkStation::bundle(SampleId sample, AnyEngine& engine) {
  const DeviceId device = (*columns_.device)[sample];
  Bundle& its = bundles_[device];
  append(its.queue, sample);
  queue_max_ = std::max(queue_max_, waiting(device));
  if (its.queue.waiting == plan_.bundle_max) return close_bundle(device, engine);
  if (its.open) return;
  its.open = true;
  engine.wake(engine.now() + plan_.bundle_delay, {EventKind::bundle_due, device, its.serial});
}

template <class AnyEngine>
void LinkStation::close_bundle(DeviceId device, AnyEngine& engine) {
  Bundle& its = bundles_[device];
  its.open = false;
  ++its.serial;
  while (its.queue.first != none) {
    const SampleId sample = its.queue.first;
    unlink(its.queue, sample);
    send_alone(sample, engine);
  }
}

template <class AnyEngine>
bool LinkStation::bundle_due(DeviceId device, std::uint32_t serial, AnyEngine& engine) {
  if (!bundles_[device].open || bundles_[device].serial != serial) return false;
  close_bundle(device, engine);
  return true;
}

template <class AnyEngine>
void LinkStation::send_alone(SampleId sample, AnyEngine& engine) {
  const DeviceId device = (*columns_.device)[sample];
  if (!held_.empty() && !radios_.of_device[device].begin(radios_.direction, engine)) {
    append(held_[device], sample);
    queue_max_ = std::max(queue_max_, waiting(device));
    return;
  }
  Queue& queue = queues_[queue_of(device)];
  append(queue, sample);
  start_next(queue, engine);
  queue_max_ = std::max(queue_max_, queue.waiting);
}

template <class AnyEngine>
void LinkStation::radio_is_connected(DeviceId device, AnyEngine& engine) {
  while (held_[device].first != none) {
    const SampleId sample = held_[device].first;
    unlink(held_[device], sample);
    send_alone(sample, engine);
  }
}

inline void LinkStation::append(Queue& queue, SampleId sample) {
  neighbours_[sample] = {queue.last, none};
  (queue.last == none ? queue.first : neighbours_[queue.last].behind) = sample;
  queue.last = sample;
  ++queue.waiting;
}

inline void LinkStation::unlink(Queue& queue, SampleId sample) {
  const Neighbours its = neighbours_[sample];
  (its.before == none ? queue.first : neighbours_[its.before].behind) = its.behind;
  (its.behind == none ? queue.last : neighbours_[its.behind].before) = its.before;
  --queue.waiting;
}

inline bool LinkStation::holds(const Queue& queue, SampleId sample) const {
  SampleId each = queue.first;
  while (each != none && each != sample) each = neighbours_[each].behind;
  return each == sample;
}

template <class AnyEngine>
void LinkStation::start_next(Queue& queue, AnyEngine& engine) {
  const std::uint32_t limit = plan_.sharing == LinkPlan::Sharing::fair ? plan_.streams : 1;
  while (queue.first != none && (limit == 0 || queue.in_flight < limit)) {
    const SampleId sample = queue.first;
    unlink(queue, sample);
    ++queue.in_flight;
    const DeviceId device = (*columns_.device)[sample];
    Link& link = link_of(device);
    if (link.in_flight++ == 0) link.busy_since = engine.now();
    (*columns_.started)[sample] = engine.now();
    const TransferId transfer =
        engine.transfer(link.id, device, Bytes((*columns_.bytes)[sample]), {done_, device, sample});
    neighbours_[sample].before = static_cast<SampleId>(transfer);
    if (failures_ != nullptr)
      failures_->began(sample, device, links_.size() == 1 ? 0 : device, engine);
  }
}

template <class AnyEngine>
void LinkStation::done(SampleId sample, AnyEngine& engine) {
  const DeviceId device = (*columns_.device)[sample];
  if (columns_.sent != nullptr) (*columns_.sent)[sample] = engine.now();
  engine.wake(engine.now() + plan_.latency, {received_, device, sample});
  if (!held_.empty()) {
    const Bytes carried((*columns_.bytes)[sample]);
    radios_.of_device[device].end(radios_.direction, carried, engine.now());
  }
  free_link(device, engine);
}

template <class AnyEngine>
void LinkStation::free_link(DeviceId device, AnyEngine& engine) {
  Link& link = link_of(device);
  if (--link.in_flight == 0) busy_ += engine.now() - link.busy_since;
  Queue& queue = queues_[queue_of(device)];
  --queue.in_flight;
  start_next(queue, engine);
}

template <class AnyEngine>
std::uint32_t LinkStation::give_up(SampleId sample, AnyEngine& engine) {
  const DeviceId device = (*columns_.device)[sample];
  Radio* const radio = held_.empty() ? nullptr : &radios_.of_device[device];
  if (!(*columns_.started)[sample].set()) {
    if (!bundles_.empty() && holds(bundles_[device].queue, sample)) {
      Bundle& its = bundles_[device];
      unlink(its.queue, sample);  // its timer stays for the others, if there are any
      if (its.queue.waiting == 0) {
        its.open = false;
        ++its.serial;
      }
      return 0;
    }
    const bool held = radio != nullptr && radio->promoting();
    unlink(held ? held_[device] : queues_[queue_of(device)], sample);
    if (radio != nullptr && !held) radio->end(radios_.direction, Bytes(0), engine.now());
    return 0;
  }
  const Bytes carried = withdraw(sample, engine);
  if (radio != nullptr) radio->end(radios_.direction, carried, engine.now());
  free_link(device, engine);
  return whole_bytes(carried, sample);
}

template <class AnyEngine>
std::uint32_t LinkStation::strand(SampleId sample, AnyEngine& engine) {
  const Bytes carried = withdraw(sample, engine);
  if (!held_.empty()) {
    Radio& radio = radios_.of_device[(*columns_.device)[sample]];
    radio.stays_connected(radios_.direction, carried);
  }
  return whole_bytes(carried, sample);
}

inline void LinkStation::close(SimTime end) {
  for (const Link& link : links_) {
    if (link.in_flight > 0) busy_ += std::max(Seconds(0), end - link.busy_since);
  }
}

// Takes what is under way from the engine. What it has carried.
template <class AnyEngine>
Bytes LinkStation::withdraw(SampleId sample, AnyEngine& engine) {
  const DeviceId device = (*columns_.device)[sample];
  const auto transfer = static_cast<TransferId>(neighbours_[sample].before);
  return engine.cancel(link_of(device).id, transfer, {done_, device, sample});
}

// A byte that is whole on paper is whole here.
inline std::uint32_t LinkStation::whole_bytes(Bytes carried, SampleId sample) const {
  const double whole = std::floor(carried.si() + 1e-3);
  return std::min(static_cast<std::uint32_t>(whole), (*columns_.bytes)[sample]);
}

}  // namespace updraft
