#include "sim/metrics/run_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/metrics/verdicts.hpp"

namespace updraft {
namespace {

using F = RunFigures;

std::size_t at(std::int16_t id) { return static_cast<std::size_t>(id); }

double macs(Flops work) { return work.si() / 2; }  // 1 MAC = 2 FLOP

double over(double sum, double n) { return n > 0 ? sum / n : RunFigures::none; }

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

// What is summed up in one walk over the samples. Each sum is of one figure, in the order of the
// samples; one walk and not one a figure, so that a sample is looked at while it is at hand.
class Sums {
 public:
  Sums(const Samples& samples, const Truth& truth, const Menu& menu, const MetricsContext& context)
      : samples_(samples), truth_(truth), menu_(menu), context_(context) {
    latency_.reserve(samples.size());
    of_class_.resize(static_cast<std::size_t>(truth.classes));
    right_of_class_.resize(of_class_.size());
  }

  void add(std::size_t i) {
    const Outcome outcome = samples_.outcome[i];
    ++ended_[static_cast<std::size_t>(outcome)];
    const bool right = answered_right(samples_, i, truth_);
    judge(i, right);
    stage_changes_ += changes_stage(i);
    spend(i);
    wait(i);
    if (outcome == Outcome::dropped || outcome == Outcome::pending) return;
    time(i, right);
    split(i, outcome == Outcome::answered_edge);
  }

  void report(RunFigures& out);
  double edge_wait() const { return edge_wait_; }
  double upload_wait() const { return upload_wait_; }
  double cloud_wait() const { return cloud_wait_; }
  double served() const { return served_; }

 private:
  // A device's samples stand together, in the order in which it took them up.
  bool changes_stage(std::size_t i) const {
    return i > 0 && samples_.device[i] == samples_.device[i - 1] &&
           samples_.stage[i] != samples_.stage[i - 1] && stamps_.started[i].set();
  }

  void judge(std::size_t i, bool right) {
    const std::uint32_t row = samples_.row[i];
    right_ += right;
    edge_right_ += context_.reference_stage == no_stage
                       ? RunFigures::none
                       : truth_.edge_correct[at(context_.reference_stage)][row];
    cloud_right_ += context_.reference_variant < 0
                        ? RunFigures::none
                        : truth_.cloud_correct[at(context_.reference_variant)][row];
    if (of_class_.empty()) return;
    const auto label = static_cast<std::size_t>(truth_.label[row]);
    of_class_[label] += 1;
    right_of_class_[label] += right;
  }

  void spend(std::size_t i) {
    const double c1 =
        samples_.stage[i] == no_stage ? 0 : macs(menu_.stages[at(samples_.stage[i])].work);
    if (samples_.variant[i] < 0) {
      cost_ += c1;
      cost_with_edge_ += c1;
      return;
    }
    const MenuVariant& variant = menu_.variants[at(samples_.variant[i])];
    offloads_ += 1;
    // Of a network that is cut, or has an extractor, the edge has run a part: eq. 15 costs all of
    // the one that answers.
    const double part =
        variant.made_by == no_stage ? 0 : macs(menu_.stages[at(variant.made_by)].work);
    const bool ran_before = variant.made_by == samples_.stage[i];
    cost_ += macs(variant.cloud_work) + part;
    cost_with_edge_ +=
        c1 + (ran_before ? 0 : part) + macs(variant.encode_work) + macs(variant.cloud_work);
    uplink_ += samples_.uplink_bytes[i];
    downlink_ += samples_.downlink_bytes[i];
  }

  void wait(std::size_t i) {
    const Stamps& stamps = samples_.stamps;
    add_wait(stamps.arrived[i], stamps.started[i], edge_wait_);
    if (samples_.variant[i] < 0) return;
    add_wait(stamps.encoded[i], stamps.upload_started[i], upload_wait_);
    add_wait(stamps.enqueued[i], stamps.served_start[i], cloud_wait_);
    served_ += stamps.served[i].set();
  }
  static void add_wait(SimTime from, SimTime to, double& sum) {
    if (from.set() && to.set()) sum += (to - from).si();
  }

  void time(std::size_t i, bool right) {
    const Seconds took = samples_.stamps.answered[i] - samples_.stamps.arrived[i];
    latency_.push_back(took.si());
    latency_sum_ += took.si();
    // To the nanosecond, as samples.csv shows dates: a sum of doubles that is the deadline on paper
    // is in time.
    if (context_.deadline && took <= *context_.deadline + Seconds(0.5e-9)) {
      in_time_ += 1;
      right_in_time_ += right;
    }
  }

  // A phase ends at the next station's stamp, or where the answer stood before (or without) it: so
  // the phases of an answered sample sum to its latency whichever way it took. An answer of the
  // edge ends its second, and the others last no time.
  void split(std::size_t i, bool at_the_edge) {
    const SimTime end = samples_.stamps.answered[i];
    SimTime last = samples_.stamps.arrived[i];
    const std::size_t phases = at_the_edge ? 2 : dates_.size();
    for (std::size_t k = 0; k < phases; ++k) {
      const SimTime stamp = (*dates_[k])[i];
      const SimTime until = stamp < end ? stamp : end;  // never() is not less
      phase_[k] += (until - last).si();
      last = until;
    }
  }

  void set_quantile_ends(RunFigures& out) {
    if (latency_.empty()) return;
    std::sort(latency_.begin(), latency_.end());
    const auto ends = [&](double p) {
      const auto [l, u] = quantile_ranks(latency_.size(), p);
      return Ends{l == 0 ? 0 : latency_[l - 1],  // no latency is less
                  u > latency_.size() ? std::numeric_limits<double>::infinity() : latency_[u - 1]};
    };
    out.latency_p50_ends = ends(0.50);
    out.latency_p95_ends = ends(0.95);
    out.latency_p99_ends = ends(0.99);
  }

  const Samples& samples_;
  const Truth& truth_;
  const Menu& menu_;
  const MetricsContext& context_;
  const Stamps& stamps_ = samples_.stamps;
  const std::array<const std::vector<SimTime>*, 10> dates_ = {
      &stamps_.started,       &stamps_.decided,  &stamps_.encoded,      &stamps_.upload_started,
      &stamps_.sent,          &stamps_.received, &stamps_.served_start, &stamps_.served,
      &stamps_.reply_started, &stamps_.answered};
  std::array<double, outcome_names.size()> ended_{};
  double stage_changes_ = 0;
  double right_ = 0;
  double edge_right_ = 0;
  double cloud_right_ = 0;
  std::vector<double> of_class_;
  std::vector<double> right_of_class_;
  double offloads_ = 0;
  double cost_ = 0;
  double cost_with_edge_ = 0;
  double uplink_ = 0;
  double downlink_ = 0;
  double edge_wait_ = 0;
  double upload_wait_ = 0;
  double cloud_wait_ = 0;
  double served_ = 0;
  std::vector<double> latency_;
  double latency_sum_ = 0;
  double in_time_ = 0;
  double right_in_time_ = 0;
  std::array<double, 10> phase_{};
};

void Sums::report(RunFigures& out) {
  const double n = static_cast<double>(samples_.size());
  out.samples = n;
  const auto ended = [&](Outcome how) { return ended_[static_cast<std::size_t>(how)]; };
  UPDRAFT_CHECK(
      ended(Outcome::pending) == 0,
      fmt::format("{} samples of a finished run have not ended", ended(Outcome::pending)));
  out.answered_edge = ended(Outcome::answered_edge);
  out.answered_cloud = ended(Outcome::answered_cloud);
  out.fell_back = ended(Outcome::fell_back);
  out.dropped = ended(Outcome::dropped);
  out.stage_changes = stage_changes_;

  out.accuracy = over(right_, n);
  out.accuracy_edge_alone = over(edge_right_, n);
  out.accuracy_cloud_alone = over(cloud_right_, n);
  out.accuracy_degradation = out.accuracy_cloud_alone - out.accuracy;
  // From the counts, so that equal accuracies are equal and not nearly so.
  if (cloud_right_ != edge_right_)
    out.accuracy_improvement = (right_ - edge_right_) / (cloud_right_ - edge_right_);
  for (std::size_t c = 0; c < of_class_.size(); ++c)
    out.class_accuracy.push_back(over(right_of_class_[c], of_class_[c]));

  out.skipping_rate = over(n - offloads_, n);
  out.appealing_rate = over(offloads_, n);
  out.cost_macs = over(cost_, n);
  out.cost_with_edge_macs = over(cost_with_edge_, n);
  out.uplink_B = over(uplink_, n);
  out.downlink_B = over(downlink_, n);

  const auto answered = static_cast<double>(latency_.size());
  out.latency_mean_s = over(latency_sum_, answered);
  if (context_.quantile_ends) set_quantile_ends(out);
  Ranks ranks(latency_);
  out.latency_p50_s = ranks.percentile(50);
  out.latency_p95_s = ranks.percentile(95);
  out.latency_p99_s = ranks.percentile(99);
  out.latency_max_s = ranks.percentile(100);
  if (context_.deadline) {
    out.deadline_miss_rate = over(n - in_time_, n);
    out.accuracy_in_deadline = over(right_in_time_, n);
  }
  const std::array phases = {
      &F::edge_wait_s,          &F::stage_s,      &F::encode_s, &F::upload_wait_s, &F::upload_s,
      &F::uplink_propagation_s, &F::cloud_wait_s, &F::serve_s,  &F::reply_wait_s,  &F::reply_s};
  static_assert(phases.size() == std::tuple_size_v<decltype(phase_)>);
  for (std::size_t k = 0; k < phases.size(); ++k) out.*phases[k] = over(phase_[k], answered);
}

void measure_load(const Sums& sums, const StationCounts& counts, RunFigures& out) {
  const double horizon = counts.horizon.si();
  const auto share = [&](Seconds busy, std::uint32_t of) { return over(busy.si(), of * horizon); };
  out.horizon_s = horizon;
  out.late_replies = static_cast<double>(counts.late_replies);
  out.failed_uploads = static_cast<double>(counts.failed_uploads);
  out.throughput_per_s = over(out.samples - out.dropped, horizon);
  out.edge_busy_share = share(counts.edge_busy, counts.devices);
  out.uplink_busy_share = share(counts.uplink_busy, counts.uplinks);
  out.downlink_busy_share = share(counts.downlink_busy, counts.downlinks);
  out.cloud_busy_share = share(counts.cloud_busy, counts.servers);
  out.edge_queue_mean = over(sums.edge_wait(), horizon);
  out.uplink_queue_mean = over(sums.upload_wait() + counts.unsent_wait.si(), horizon);
  out.cloud_queue_mean = over(sums.cloud_wait(), horizon);
  out.edge_queue_max = counts.edge_queue_max;
  out.uplink_queue_max = counts.uplink_queue_max;
  out.cloud_queue_max = counts.cloud_queue_max;
  out.batch_size_mean = over(sums.served(), static_cast<double>(counts.batches));
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
  if (!context.radio_idle) return;
  const RadioCounts& radio = counts.radio;
  const Seconds radio_idle = counts.horizon * counts.devices - radio.awake;
  out.radio_transfer_J = over(radio.transfer.si(), n);
  out.radio_promotion_J = over(radio.promotion.si(), n);
  out.radio_tail_J = over(radio.tail.si(), n);
  out.radio_idle_J = over((*context.radio_idle * radio_idle).si(), n);
  out.radio_active_share = over(radio.awake.si(), counts.devices * counts.horizon.si());
  out.radio_promotions = static_cast<double>(radio.promotions);
  out.energy_J +=
      out.radio_transfer_J + out.radio_promotion_J + out.radio_tail_J + out.radio_idle_J;
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
  out.recorded_rows = context.recorded_rows;
  Sums sums(samples, truth, menu, context);
  for (std::size_t i = 0; i < samples.size(); ++i) sums.add(i);
  sums.report(out);
  measure_load(sums, counts, out);
  add_up_energy(counts, context, out);
  return out;
}

}  // namespace updraft
