#include "sim/stations/cloud_server.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "sim/core/random.hpp"

namespace updraft {

CloudServer::CloudServer(const CloudPlan& plan, std::vector<HostId> hosts, std::uint64_t seed,
                         std::uint64_t replication)
    : plan_(&plan),
      hosts_(std::move(hosts)),
      seed_(seed),
      replication_(replication),
      idle_(hosts_.size()),
      in_hand_(hosts_.size()) {
  std::iota(idle_.begin(), idle_.end(), 0U);  // ascending: a heap already
}

bool CloudServer::receive(SampleId sample, Engine& engine, Samples& samples) {
  queue_.push_back(sample);
  samples.stamps.enqueued[sample] = engine.now();
  start_batches(engine, samples);
  if (queue_.size() > plan_->queue_limit) {  // the newest found no place
    queue_.pop_back();
    samples.stamps.enqueued[sample] = SimTime::never();
    return false;
  }
  queue_max_ = std::max(queue_max_, static_cast<std::uint32_t>(queue_.size()));
  return true;
}

void CloudServer::batch_due(SampleId oldest, Engine& engine, Samples& samples) {
  due_ = oldest;
  start_batches(engine, samples);
}

const std::vector<SampleId>& CloudServer::batch_done(std::uint32_t server, Engine& engine,
                                                     Samples& samples) {
  ended_.swap(in_hand_[server]);
  in_hand_[server].clear();
  for (const SampleId sample : ended_) samples.stamps.served[sample] = engine.now();
  idle_.push_back(server);
  std::push_heap(idle_.begin(), idle_.end(), std::greater<>());
  start_batches(engine, samples);
  return ended_;
}

void CloudServer::start_batches(Engine& engine, Samples& samples) {
  while (!idle_.empty() && !queue_.empty()) {
    const SimTime due = samples.stamps.enqueued[queue_.front()] + plan_->batch_delay;
    const bool waited = engine.now() >= due || due_ == queue_.front();
    if (queue_.size() < plan_->batch_max && !waited) {
      // One timer per oldest sample. It is not cancelled when the batch fills up before: a timer
      // that finds nothing to do is harmless.
      if (std::exchange(timer_for_, queue_.front()) != queue_.front()) {
        engine.wake(due, {EventKind::batch_due, 0, queue_.front()});
      }
      return;
    }
    start_batch(engine, samples);
  }
}

void CloudServer::start_batch(Engine& engine, Samples& samples) {
  std::pop_heap(idle_.begin(), idle_.end(), std::greater<>());
  const std::uint32_t server = idle_.back();
  idle_.pop_back();
  auto& batch = in_hand_[server];
  const auto size = std::min<std::size_t>(queue_.size(), plan_->batch_max);
  batch.assign(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(size));
  queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(size));
  for (const SampleId sample : batch) samples.stamps.served_start[sample] = engine.now();
  const Seconds duration = batch_time(batch, samples);
  busy_ += duration;
  ++batches_;
  engine.execute(hosts_[server], duration, {EventKind::batch_done, server, batch.front()});
}

Seconds CloudServer::batch_time(const std::vector<SampleId>& batch, const Samples& samples) const {
  Seconds sum = plan_->times.setup;
  for (const SampleId sample : batch) {
    const Seconds each = plan_->times.each[static_cast<std::size_t>(samples.variant[sample])];
    sum += plan_->times.exponential
               ? Seconds(Stream(seed_, "service", sample, replication_).exponential(each.si()))
               : each;
  }
  return std::max(plan_->times.floor, sum);  // (1)
}

}  // namespace updraft
