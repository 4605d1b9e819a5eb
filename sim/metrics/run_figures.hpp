// What one simulated run amounts to: the papers' figures (accuracy, SR, AR, AccI, AD, cost) and the
// system's (latency, energy, traffic, load). Their names, units and formulas stand in
// figure_columns.hpp. Nothing is simulated or written here; several runs are combined in
// replications.hpp.
#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "sim/core/menu.hpp"
#include "sim/core/sample.hpp"

namespace updraft {

// What the figures need to know of the scenario beside the run itself.
struct MetricsContext {
  StageId reference_stage = 0;        // f1 of AccI and AD; no_stage: none
  VariantId reference_variant = 0;    // f0
  std::optional<Seconds> deadline{};  // after arrival; absent: nothing about deadlines is reported
  Watts edge_idle{};                  // of one device
  Watts edge_busy{};
  Watts cloud_idle{};  // of one server
  Watts cloud_peak{};
  std::optional<Watts> radio_idle{};  // of one device; absent: it has none
  bool quantile_ends = false;         // also the *_ends below, which cost a sort
  // How many rows of a recording stand behind all runs together; 0: none is recorded.
  double recorded_rows = 0;
};

// Of a 95 % interval; NaN: there is none.
struct Ends {
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
};

// NaN: does not apply (no deadline, nobody answered, Acc f0 = Acc f1). Formulas:
// figure_columns.hpp.
struct RunFigures {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();

  double samples = 0;
  double recorded_rows = 0;  // as the context has them; no column
  double answered_edge = 0;
  double answered_cloud = 0;
  double fell_back = 0;
  double dropped = 0;
  double late_replies = 0;
  double failed_uploads = 0;
  double stage_changes = 0;

  double accuracy = none;
  double accuracy_edge_alone = none;
  double accuracy_cloud_alone = none;
  double skipping_rate = none;
  double appealing_rate = none;
  double accuracy_improvement = none;
  double accuracy_degradation = none;
  double cost_macs = none;
  double cost_with_edge_macs = none;

  double latency_mean_s = none;
  double latency_p50_s = none;
  double latency_p95_s = none;
  double latency_p99_s = none;
  double latency_max_s = none;
  double deadline_miss_rate = none;
  double accuracy_in_deadline = none;
  double throughput_per_s = none;

  double energy_J = none;
  double edge_busy_J = none;
  double edge_idle_J = none;
  double radio_transfer_J = none;
  double radio_promotion_J = none;
  double radio_tail_J = none;
  double radio_idle_J = none;
  double cloud_busy_J = none;
  double cloud_idle_J = none;
  double uplink_B = none;
  double downlink_B = none;

  double edge_wait_s = none;
  double stage_s = none;
  double encode_s = none;
  double upload_wait_s = none;
  double upload_s = none;
  double uplink_propagation_s = none;
  double cloud_wait_s = none;
  double serve_s = none;
  double reply_wait_s = none;
  double reply_s = none;

  double edge_busy_share = none;
  double uplink_busy_share = none;
  double cloud_busy_share = none;
  double downlink_busy_share = none;
  double radio_active_share = none;
  double radio_promotions = none;
  double edge_queue_mean = none;
  double uplink_queue_mean = none;
  double cloud_queue_mean = none;
  double edge_queue_max = none;
  double uplink_queue_max = none;
  double cloud_queue_max = none;
  double batch_size_mean = none;
  double horizon_s = none;

  // Order statistics, where the context asks for them (verdicts.hpp).
  Ends latency_p50_ends{};
  Ends latency_p95_ends{};
  Ends latency_p99_ends{};

  std::vector<double> class_accuracy{};  // [classes]; NaN: no sample of that class
};

// Was the answer that stood right: the edge stage's, or the cloud's. Dropped samples are wrong.
bool answered_right(const Samples& samples, std::size_t i, const Truth& truth);

// Every sample has ended; `truth` and `menu` are of the replayed split, whose rows samples.row
// names. O(n log n) for the quantiles.
RunFigures figures(const Samples& samples, const Truth& truth, const Menu& menu,
                   const StationCounts& counts, const MetricsContext& context);

}  // namespace updraft
