// The cloud: k servers before one FIFO queue, bounded or not, with dynamic batching. The rule (as
// Triton's dynamic batcher): a free server takes a batch as soon as `batch_max` samples wait, or
// the oldest has waited `batch_delay`; it takes the oldest batch_max of them. Sets `enqueued`,
// `served_start`, `served`.
//
//   t(b) = max(floor, setup + sum of each sample's own time)     (1)
//
// with the constants of platforms/catalog/clouds.yaml or the scenario's own `service:`.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "sim/core/menu.hpp"
#include "sim/core/sample.hpp"
#include "sim/engines/engine.hpp"

namespace updraft {

struct CloudTimes {
  Seconds floor;
  Seconds setup;
  std::vector<Seconds> each;  // per variant of the menu
  bool exponential = false;   // `each` is then a mean, drawn per sample
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
  bool receive(SampleId sample, Engine& engine, Samples& samples);
  // `oldest` has waited batch_delay, if it still waits.
  void batch_due(SampleId oldest, Engine& engine, Samples& samples);
  // The samples of the batch that has ended on `server`; valid until the next call.
  const std::vector<SampleId>& batch_done(std::uint32_t server, Engine& engine, Samples& samples);

  Seconds busy() const { return busy_; }
  std::uint64_t batches() const { return batches_; }
  std::uint32_t queue_max() const { return queue_max_; }

 private:
  void start_batches(Engine& engine, Samples& samples);
  void start_batch(Engine& engine, Samples& samples);
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
  std::optional<SampleId> due_;  // told so by its timer: dates of one event may differ by an ulp
  Seconds busy_;
  std::uint64_t batches_ = 0;
  std::uint32_t queue_max_ = 0;
};

}  // namespace updraft
