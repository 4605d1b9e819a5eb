// The cloud: k servers before one FIFO queue, bounded or not, with dynamic batching. The rule (as
// Triton's dynamic batcher): a free server takes a batch as soon as `batch_max` samples wait, or
// the oldest has waited `batch_delay`; it takes the oldest batch_max of them. Sets `enqueued`,
// `served_start`, `served`. A delay has passed when its timer says so, after all that is received
// at that date: a comparison of sums would leave it to an ulp who is in the batch.
//
//   t(b) = max(floor, setup + sum of each sample's own time)     (1)
//
// with the constants of platforms/catalog/clouds.yaml, of the layers behind a cut, or of the
// scenario's own `service:`. Where the samples of a batch differ, floor and setup are the largest
// among them: the cloud's parts of one network at several cuts lie in each other, and what is
// launched for the longest serves the others.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>
#include "sim/core/random.hpp"

#include "sim/core/menu.hpp"
#include "sim/core/sample.hpp"
#include "sim/engines/engine.hpp"
#include "sim/engines/one_date.hpp"

namespace updraft {

struct VariantTime {
  Seconds floor;
  Seconds setup;
  Seconds each;
};

struct CloudTimes {
  std::vector<VariantTime> of;  // per variant of the menu
  bool exponential = false;     // `each` is then a mean, drawn per sample
};

struct CloudPlan {
  CloudTimes times;
  std::uint32_t batch_max = 1;
  Seconds batch_delay;
  std::uint64_t queue_limit = UINT64_MAX;  // waiting samples, not those in service
};

class CloudServer {
 public:
  CloudServer(const CloudPlan& plan, std::vector<HostId> hosts, std::uint64_t seed,
              std::uint64_t replication);

  // Takes the sample into the queue, or refuses it: false, and the sample is dropped.
  template <class AnyEngine>
  bool receive(SampleId sample, AnyEngine& engine, Samples& samples);
  // `oldest` has waited batch_delay, if it still waits.
  template <class AnyEngine>
  void batch_due(SampleId oldest, AnyEngine& engine, Samples& samples);
  // The samples of the batch that has ended on `server`; valid until the next call.
  template <class AnyEngine>
  const std::vector<SampleId>& batch_done(std::uint32_t server, AnyEngine& engine,
                                          Samples& samples);

  Seconds busy() const { return busy_; }
  std::uint64_t batches() const { return batches_; }
  std::uint32_t queue_max() const { return queue_max_; }

 private:
  template <class AnyEngine>
  void start_batches(AnyEngine& engine, Samples& samples);
  bool has_waited(SampleId oldest, SimTime now, const Samples& samples) const;
  template <class AnyEngine>
  void start_batch(AnyEngine& engine, Samples& samples);
  Seconds batch_time(const std::vector<SampleId>& batch, const Samples& samples) const;

  const CloudPlan* plan_;
  std::vector<HostId> hosts_;
  std::uint64_t seed_;
  std::uint64_t replication_;
  std::deque<SampleId> queue_;
  std::vector<std::uint32_t> idle_;             // heap: the lowest number first
  std::vector<std::vector<SampleId>> in_hand_;  // per server
  std::vector<SampleId> ended_;
  std::optional<SampleId> timer_for_;
  std::optional<SampleId> due_;  // its timer has said so
  Seconds busy_;
  std::uint64_t batches_ = 0;
  std::uint32_t queue_max_ = 0;
};

inline CloudServer::CloudServer(const CloudPlan& plan, std::vector<HostId> hosts,
                                std::uint64_t seed, std::uint64_t replication)
    : plan_(&plan),
      hosts_(std::move(hosts)),
      seed_(seed),
      replication_(replication),
      idle_(hosts_.size()),
      in_hand_(hosts_.size()) {
  std::iota(idle_.begin(), idle_.end(), 0U);  // ascending: a heap already
}

template <class AnyEngine>
bool CloudServer::receive(SampleId sample, AnyEngine& engine, Samples& samples) {
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

template <class AnyEngine>
void CloudServer::batch_due(SampleId oldest, AnyEngine& engine, Samples& samples) {
  due_ = oldest;
  start_batches(engine, samples);
}

template <class AnyEngine>
const std::vector<SampleId>& CloudServer::batch_done(std::uint32_t server, AnyEngine& engine,
                                                     Samples& samples) {
  ended_.swap(in_hand_[server]);
  in_hand_[server].clear();
  for (const SampleId sample : ended_) samples.stamps.served[sample] = engine.now();
  idle_.push_back(server);
  std::push_heap(idle_.begin(), idle_.end(), std::greater<>());
  start_batches(engine, samples);
  return ended_;
}

template <class AnyEngine>
void CloudServer::start_batches(AnyEngine& engine, Samples& samples) {
  while (!idle_.empty() && !queue_.empty()) {
    const SampleId oldest = queue_.front();
    if (queue_.size() < plan_->batch_max && !has_waited(oldest, engine.now(), samples)) {
      // One timer per oldest sample: a server stays idle until it is served. It is not cancelled
      // when the batch fills up before: a timer that finds nothing to do is harmless.
      if (std::exchange(timer_for_, oldest) != oldest) {
        const SimTime due = samples.stamps.enqueued[oldest] + plan_->batch_delay;
        engine.wake(std::max(due, engine.now()), {EventKind::batch_due, 0, oldest});
      }
      return;
    }
    start_batch(engine, samples);
  }
}

// At the very date at which its delay is over it has not: its timer comes after all of this date.
// Without a delay there is nothing to wait for.
inline bool CloudServer::has_waited(SampleId oldest, SimTime now, const Samples& samples) const {
  if (due_ == oldest || plan_->batch_delay == Seconds(0)) return true;
  const SimTime due = samples.stamps.enqueued[oldest] + plan_->batch_delay;
  return now > due + Seconds(date_tolerance(now.si()));
}

template <class AnyEngine>
void CloudServer::start_batch(AnyEngine& engine, Samples& samples) {
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

inline Seconds CloudServer::batch_time(const std::vector<SampleId>& batch,
                                       const Samples& samples) const {
  Seconds floor;
  Seconds setup;
  for (const SampleId sample : batch) {
    const VariantTime& time = plan_->times.of[static_cast<std::size_t>(samples.variant[sample])];
    floor = std::max(floor, time.floor);
    setup = std::max(setup, time.setup);
  }
  Seconds sum = setup;
  for (const SampleId sample : batch) {
    const Seconds each = plan_->times.of[static_cast<std::size_t>(samples.variant[sample])].each;
    sum += plan_->times.exponential
               ? Seconds(Stream(seed_, "service", sample, replication_).exponential(each.si()))
               : each;
  }
  return std::max(floor, sum);  // (1)
}

}  // namespace updraft
