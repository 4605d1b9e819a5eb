#include "sim/metrics/run_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "sim/core/check.hpp"

namespace updraft {
namespace {

using F = RunFigures;

std::size_t at(std::int16_t id) { return static_cast<std::size_t>(id); }

bool answered(const Samples& samples, std::size_t i) {
  return samples.outcome[i] == Outcome::answered_edge ||
         samples.outcome[i] == Outcome::answered_cloud || samples.outcome[i] == Outcome::fell_back;
}

double macs(Flops work) { return work.si() / 2; }  // 1 MAC = 2 FLOP

double over(double sum, double n) { return n > 0 ? sum / n : RunFigures::none; }

void count_outcomes(const Samples& samples, RunFigures& out) {
  out.samples = static_cast<double>(samples.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    switch (samples.outcome[i]) {
      case Outcome::answered_edge:
        ++out.answered_edge;
        break;
      case Outcome::answered_cloud:
        ++out.answered_cloud;
        break;
      case Outcome::fell_back:
        ++out.fell_back;
        break;
      case Outcome::dropped:
        ++out.dropped;
        break;
      case Outcome::pending:
        UPDRAFT_CHECK(false, fmt::format("sample {} of a finished run has not ended", i));
    }
  }
}

void judge_answers(const Samples& samples, const Truth& truth, const MetricsContext& context,
                   RunFigures& out) {
  const auto& edge = truth.edge_correct[at(context.reference_stage)];
  const auto& cloud = truth.cloud_correct[at(context.reference_variant)];
  const auto classes = static_cast<std::size_t>(truth.classes);
  std::vector<double> of_class(classes);
  std::vector<double> right_of_class(classes);
  double right = 0;
  double edge_right = 0;
  double cloud_right = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::uint32_t row = samples.row[i];
    const bool is_right = answered_right(samples, i, truth);
    right += is_right;
    edge_right += edge[row];
    cloud_right += cloud[row];
    if (classes > 0) {
      const auto label = static_cast<std::size_t>(truth.label[row]);
      of_class[label] += 1;
      right_of_class[label] += is_right;
    }
  }
  const double n = out.samples;
  out.accuracy = over(right, n);
  out.accuracy_edge_alone = over(edge_right, n);
  out.accuracy_cloud_alone = over(cloud_right, n);
  out.accuracy_degradation = out.accuracy_cloud_alone - out.accuracy;
  // From the counts, so that equal accuracies are equal and not nearly so.
  if (cloud_right != edge_right) {
    out.accuracy_improvement = (right - edge_right) / (cloud_right - edge_right);
  }
  for (std::size_t c = 0; c < classes; ++c) {
    out.class_accuracy.push_back(over(right_of_class[c], of_class[c]));
  }
}

void add_up_costs(const Samples& samples, const Menu& menu, RunFigures& out) {
  double offloads = 0;
  double cost = 0;
  double cost_with_edge = 0;
  double uplink = 0;
  double downlink = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double c1 =
        samples.stage[i] == no_stage ? 0 : macs(menu.stages[at(samples.stage[i])].work);
    if (samples.variant[i] < 0) {
      cost += c1;
      cost_with_edge += c1;
    } else {
      const MenuVariant& variant = menu.variants[at(samples.variant[i])];
      offloads += 1;
      cost += macs(variant.cloud_work);
      cost_with_edge += c1 + macs(variant.encode_work) + macs(variant.cloud_work);
    }
    uplink += samples.uplink_bytes[i];
    downlink += samples.downlink_bytes[i];
  }
  const double n = out.samples;
  out.skipping_rate = over(n - offloads, n);
  out.appealing_rate = over(offloads, n);
  out.cost_macs = over(cost, n);
  out.cost_with_edge_macs = over(cost_with_edge, n);
  out.uplink_B = over(uplink, n);
  out.downlink_B = over(downlink, n);
}

// Percentiles by nearest rank: observed values, exact at every n. Asked in ascending order, each
// search leaves the smaller values behind: O(n) where sorting would be the dearest step of all.
class Ranks {
 public:
  explicit Ranks(std::vector<double>& values) : values_(values) {}
  double percentile(std::size_t percent) {
    if (values_.empty()) return RunFigures::none;
    const std::size_t rank = std::max<std::size_t>((percent * values_.size() + 99) / 100, 1) - 1;
    const auto found = values_.begin() + static_cast<std::ptrdiff_t>(rank);
    std::nth_element(values_.begin() + static_cast<std::ptrdiff_t>(below_), found, values_.end());
    below_ = rank;
    return *found;
  }

 private:
  std::vector<double>& values_;
  std::size_t below_ = 0;
};

void time_answers(const Samples& samples, const Truth& truth, const MetricsContext& context,
                  RunFigures& out) {
  std::vector<double> latency;
  latency.reserve(samples.size());
  double sum = 0;
  double in_time = 0;
  double right_in_time = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (!answered(samples, i)) continue;
    const Seconds took = samples.stamps.answered[i] - samples.stamps.arrived[i];
    latency.push_back(took.si());
    sum += took.si();
    // To the nanosecond, as samples.csv shows dates: a sum of doubles that is the deadline on paper
    // is in time.
    if (context.deadline && took <= *context.deadline + Seconds(0.5e-9)) {
      in_time += 1;
      right_in_time += answered_right(samples, i, truth);
    }
  }
  out.latency_mean_s = over(sum, static_cast<double>(latency.size()));
  Ranks ranks(latency);
  out.latency_p50_s = ranks.percentile(50);
  out.latency_p95_s = ranks.percentile(95);
  out.latency_p99_s = ranks.percentile(99);
  out.latency_max_s = ranks.percentile(100);
  if (context.deadline) {
    out.deadline_miss_rate = over(out.samples - in_time, out.samples);
    out.accuracy_in_deadline = over(right_in_time, out.samples);
  }
}

// A phase ends at the next station's stamp, or where the answer stood before (or without) it: so
// the phases of an answered sample sum to its latency whichever way it took.
void split_latency(const Samples& samples, RunFigures& out) {
  const Stamps& stamps = samples.stamps;
  const std::array dates = {&stamps.started, &stamps.decided,       &stamps.upload_started,
                            &stamps.sent,    &stamps.received,      &stamps.served_start,
                            &stamps.served,  &stamps.reply_started, &stamps.answered};
  std::array<double, dates.size()> sum{};
  double n = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (!answered(samples, i)) continue;
    n += 1;
    const SimTime end = stamps.answered[i];
    SimTime last = stamps.arrived[i];
    for (std::size_t k = 0; k < dates.size(); ++k) {
      const SimTime stamp = (*dates[k])[i];
      const SimTime until = stamp.set() && stamp < end ? stamp : end;
      sum[k] += (until - last).si();
      last = until;
    }
  }
  const std::array phases = {
      &F::edge_wait_s,  &F::stage_s, &F::upload_wait_s, &F::upload_s, &F::uplink_propagation_s,
      &F::cloud_wait_s, &F::serve_s, &F::reply_wait_s,  &F::reply_s};
  static_assert(phases.size() == dates.size());
  for (std::size_t k = 0; k < phases.size(); ++k) out.*phases[k] = over(sum[k], n);
}

double total_wait(const std::vector<SimTime>& from, const std::vector<SimTime>& to) {
  double sum = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (from[i].set() && to[i].set()) sum += (to[i] - from[i]).si();
  }
  return sum;
}

void measure_load(const Samples& samples, const StationCounts& counts, RunFigures& out) {
  const double horizon = counts.horizon.si();
  const auto share = [&](Seconds busy, std::uint32_t of) { return over(busy.si(), of * horizon); };
  const Stamps& stamps = samples.stamps;
  out.horizon_s = horizon;
  out.late_replies = static_cast<double>(counts.late_replies);
  out.throughput_per_s = over(out.samples - out.dropped, horizon);
  out.edge_busy_share = share(counts.edge_busy, counts.devices);
  out.uplink_busy_share = share(counts.uplink_busy, counts.uplinks);
  out.downlink_busy_share = share(counts.downlink_busy, counts.downlinks);
  out.cloud_busy_share = share(counts.cloud_busy, counts.servers);
  out.edge_queue_mean = over(total_wait(stamps.arrived, stamps.started), horizon);
  out.uplink_queue_mean = over(total_wait(stamps.decided, stamps.upload_started), horizon);
  out.cloud_queue_mean = over(total_wait(stamps.enqueued, stamps.served_start), horizon);
  out.edge_queue_max = counts.edge_queue_max;
  out.uplink_queue_max = counts.uplink_queue_max;
  out.cloud_queue_max = counts.cloud_queue_max;
  const auto served = std::count_if(stamps.served.begin(), stamps.served.end(),
                                    [](SimTime date) { return date.set(); });
  out.batch_size_mean = over(static_cast<double>(served), static_cast<double>(counts.batches));
}

void add_up_energy(const StationCounts& counts, const MetricsContext& context, RunFigures& out) {
  const double n = out.samples;
  const Seconds edge_idle = counts.horizon * counts.devices - counts.edge_busy;
  const Seconds cloud_idle = counts.horizon * counts.servers - counts.cloud_busy;
  out.edge_busy_J = over((context.edge_busy * counts.edge_busy).si(), n);
  out.edge_idle_J = over((context.edge_idle * edge_idle).si(), n);
  out.cloud_busy_J = over((context.cloud_peak * counts.cloud_busy).si(), n);
  out.cloud_idle_J = over((context.cloud_idle * cloud_idle).si(), n);
  out.energy_J = out.edge_busy_J + out.edge_idle_J;
}

}  // namespace

bool answered_right(const Samples& samples, std::size_t i, const Truth& truth) {
  const std::uint32_t row = samples.row[i];
  switch (samples.outcome[i]) {
    case Outcome::answered_edge:
    case Outcome::fell_back:
      return samples.stage[i] != no_stage && truth.edge_correct[at(samples.stage[i])][row] != 0;
    case Outcome::answered_cloud:
      return truth.cloud_correct[at(samples.variant[i])][row] != 0;
    case Outcome::dropped:
    case Outcome::pending:
      return false;
  }
  return false;
}

RunFigures figures(const Samples& samples, const Truth& truth, const Menu& menu,
                   const StationCounts& counts, const MetricsContext& context) {
  RunFigures out;
  count_outcomes(samples, out);
  judge_answers(samples, truth, context, out);
  add_up_costs(samples, menu, out);
  time_answers(samples, truth, context, out);
  split_latency(samples, out);
  measure_load(samples, counts, out);
  add_up_energy(counts, context, out);
  return out;
}

}  // namespace updraft
