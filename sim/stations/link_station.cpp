#include "sim/stations/link_station.hpp"

#include <algorithm>
#include <cmath>

namespace updraft {

LinkStation::LinkStation(LinkPlan plan, std::vector<LinkId> links, std::uint32_t devices,
                         EventKind done, EventKind received, Columns columns)
    : plan_(plan),
      queues_(plan.sharing == LinkPlan::Sharing::fifo ? 1 : devices),
      neighbours_(columns.device->size()),
      done_(done),
      received_(received),
      columns_(columns) {
  links_.reserve(links.size());
  for (const LinkId id : links) links_.push_back({id, 0, {}});
}

void LinkStation::send(SampleId sample, Engine& engine) {
  Queue& queue = queues_[queue_of((*columns_.device)[sample])];
  append(queue, sample);
  start_next(queue, engine);
  queue_max_ = std::max(queue_max_, queue.waiting);
}

void LinkStation::append(Queue& queue, SampleId sample) {
  neighbours_[sample] = {queue.last, none};
  (queue.last == none ? queue.first : neighbours_[queue.last].behind) = sample;
  queue.last = sample;
  ++queue.waiting;
}

void LinkStation::unlink(Queue& queue, SampleId sample) {
  const Neighbours its = neighbours_[sample];
  (its.before == none ? queue.first : neighbours_[its.before].behind) = its.behind;
  (its.behind == none ? queue.last : neighbours_[its.behind].before) = its.before;
  --queue.waiting;
}

void LinkStation::start_next(Queue& queue, Engine& engine) {
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
  }
}

void LinkStation::done(SampleId sample, Engine& engine) {
  const DeviceId device = (*columns_.device)[sample];
  if (columns_.sent != nullptr) (*columns_.sent)[sample] = engine.now();
  engine.wake(engine.now() + plan_.latency, {received_, device, sample});
  free_link(device, engine);
}

void LinkStation::free_link(DeviceId device, Engine& engine) {
  Link& link = link_of(device);
  if (--link.in_flight == 0) busy_ += engine.now() - link.busy_since;
  Queue& queue = queues_[queue_of(device)];
  --queue.in_flight;
  start_next(queue, engine);
}

std::uint32_t LinkStation::give_up(SampleId sample, Engine& engine) {
  const DeviceId device = (*columns_.device)[sample];
  if (!(*columns_.started)[sample].set()) {
    unlink(queues_[queue_of(device)], sample);
    return 0;
  }
  const auto transfer = static_cast<TransferId>(neighbours_[sample].before);
  const Bytes carried = engine.cancel(link_of(device).id, transfer, {done_, device, sample});
  free_link(device, engine);
  // A byte that is whole on paper is whole here.
  const double whole = std::floor(carried.si() + 1e-3);
  return std::min(static_cast<std::uint32_t>(whole), (*columns_.bytes)[sample]);
}

}  // namespace updraft
