#include "sim/stations/link_station.hpp"

#include <algorithm>

namespace updraft {

LinkStation::LinkStation(LinkPlan plan, std::vector<LinkId> links, std::uint32_t devices,
                         EventKind done, EventKind received, StampColumns stamps)
    : plan_(plan),
      links_(std::move(links)),
      queues_(plan.sharing == LinkPlan::Sharing::fifo ? 1 : devices),
      on_link_(links_.size()),
      busy_since_(links_.size()),
      done_(done),
      received_(received),
      stamps_(stamps) {}

std::size_t LinkStation::queue_of(DeviceId device) const {
  return queues_.size() == 1 ? 0 : device;
}
std::size_t LinkStation::link_of(DeviceId device) const { return links_.size() == 1 ? 0 : device; }

std::uint32_t LinkStation::waiting(DeviceId device) const {
  return static_cast<std::uint32_t>(queues_[queue_of(device)].waiting.size());
}

void LinkStation::send(SampleId sample, DeviceId device, std::uint32_t bytes, Engine& engine) {
  Queue& queue = queues_[queue_of(device)];
  queue.waiting.push_back({sample, device, bytes});
  start_next(queue, engine);
  queue_max_ = std::max(queue_max_, static_cast<std::uint32_t>(queue.waiting.size()));
}

void LinkStation::start_next(Queue& queue, Engine& engine) {
  const std::uint32_t limit = plan_.sharing == LinkPlan::Sharing::fair ? plan_.streams : 1;
  while (!queue.waiting.empty() && (limit == 0 || queue.in_flight < limit)) {
    const Payload next = queue.waiting.front();
    queue.waiting.pop_front();
    ++queue.in_flight;
    const std::size_t link = link_of(next.device);
    if (on_link_[link]++ == 0) busy_since_[link] = engine.now();
    (*stamps_.started)[next.sample] = engine.now();
    engine.transfer(links_[link], Bytes(next.bytes), {done_, next.device, next.sample});
  }
}

void LinkStation::done(SampleId sample, DeviceId device, Engine& engine) {
  const std::size_t link = link_of(device);
  if (--on_link_[link] == 0) busy_ += engine.now() - busy_since_[link];
  if (stamps_.sent != nullptr) (*stamps_.sent)[sample] = engine.now();
  engine.wake(engine.now() + plan_.latency, {received_, device, sample});
  Queue& queue = queues_[queue_of(device)];
  --queue.in_flight;
  start_next(queue, engine);
}

}  // namespace updraft
