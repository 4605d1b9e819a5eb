#include "sim/metrics/figure_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "sim/core/check.hpp"

namespace updraft {
namespace {

using F = RunFigures;
constexpr auto count = FigureKind::count;
constexpr auto outcome = FigureKind::outcome;
constexpr auto figure = FigureKind::figure;
constexpr auto higher = Better::higher;
constexpr auto lower = Better::lower;
constexpr auto neither = Better::neither;

// The two versions of AppealNet (Li et al., DAC 2021): the edge/cloud text, whose numbers stand
// here, and the earlier Big/Little one.
constexpr std::string_view appealnet = "AppealNet";

// n: samples; sums and means run over all n unless a set is named. A: the answered samples.
constexpr FigureColumn columns[] = {
    {"samples", "samples", count, neither, "n, every sample that arrived", "", &F::samples},
    {"answered_edge", "samples", outcome, neither, "the edge's answer was accepted", "",
     &F::answered_edge},
    {"answered_cloud", "samples", outcome, neither, "the cloud's reply arrived", "",
     &F::answered_cloud},
    {"fell_back", "samples", outcome, neither, "offloaded, but the edge's answer stood", "",
     &F::fell_back},
    {"dropped", "samples", outcome, lower,
     "no answer: refused by a full cloud queue, left on a link that stopped for good, or timed out "
     "where no stage had run",
     "", &F::dropped},
    {"late_replies", "samples", count, neither,
     "came after the time-out, when the edge's answer stood: discarded", "", &F::late_replies},
    {"failed_uploads", "samples", count, neither,
     "uploads that an outage broke off, each try of a sample counted", "", &F::failed_uploads},
    {"stage_changes", "samples", count, neither,
     "for which the device ran another stage than for the one before: with dynamic sizing, changes "
     "of mode",
     "", &F::stage_changes},

    {"accuracy", "fraction", figure, higher,
     "samples whose final answer is right / n; a dropped sample is wrong", "AppealNet eq. 13",
     &F::accuracy},
    {"accuracy_edge_alone", "fraction", figure, neither,
     "Acc f1: the reference stage alone, on the same samples", appealnet, &F::accuracy_edge_alone},
    {"accuracy_cloud_alone", "fraction", figure, neither,
     "Acc f0: the reference variant alone, on the same samples", appealnet,
     &F::accuracy_cloud_alone},
    {"skipping_rate", "fraction", figure, higher, "SR = samples decided at the edge / n",
     "AppealNet eq. 11", &F::skipping_rate},
    {"appealing_rate", "fraction", figure, lower, "AR = 1 - SR: offload decisions / n",
     "AppealNet eq. 12", &F::appealing_rate},
    {"accuracy_improvement", "fraction", figure, higher,
     "AccI = (Acc - Acc f1) / (Acc f0 - Acc f1); empty where Acc f0 = Acc f1", "AppealNet eq. 14",
     &F::accuracy_improvement},
    {"accuracy_degradation", "fraction", figure, lower, "AD = Acc f0 - Acc",
     "AppealNet (Big/Little) eq. 16", &F::accuracy_degradation},
    {"cost_macs", "MAC", figure, lower,
     "mean of c1 (the stage that ran) where decided at the edge, of c0 = cloud network alone where "
     "offloaded (of a cut network, or one with an extractor: all of it, on both sides)",
     "AppealNet eq. 15, c0 as in its Table I", &F::cost_macs},
    {"cost_with_edge_macs", "MAC", figure, lower,
     "the same with c0 = cloud network + all that the edge ran before: stages, encoding (none: 0)",
     "AppealNet eq. 15, c0 as in its Sec. IV-A", &F::cost_with_edge_macs},

    {"latency_mean_s", "s", figure, lower, "mean of answered - arrived over A", "",
     &F::latency_mean_s},
    {"latency_p50_s", "s", figure, lower, "nearest rank: the ceil(0.50 |A|)-th smallest latency",
     "", &F::latency_p50_s},
    {"latency_p95_s", "s", figure, lower, "nearest rank: the ceil(0.95 |A|)-th smallest latency",
     "", &F::latency_p95_s},
    {"latency_p99_s", "s", figure, lower, "nearest rank: the ceil(0.99 |A|)-th smallest latency",
     "", &F::latency_p99_s},
    {"latency_max_s", "s", figure, lower, "the largest latency", "", &F::latency_max_s},
    {"deadline_miss_rate", "fraction", figure, lower,
     "samples not answered within the deadline / n; a dropped sample misses", "",
     &F::deadline_miss_rate},
    {"accuracy_in_deadline", "fraction", figure, higher,
     "samples answered right and within the deadline / n", "", &F::accuracy_in_deadline},
    {"throughput_per_s", "1/s", figure, higher, "|A| / horizon", "", &F::throughput_per_s},

    {"energy_J", "J", figure, lower,
     "edge_busy_J + edge_idle_J, and the four of its radio if it has one: what drains the device, "
     "per sample; no cloud",
     "", &F::energy_J},
    {"edge_busy_J", "J", figure, neither,
     "busy watts * time in stages and encoding, over devices, / n", "", &F::edge_busy_J},
    {"edge_idle_J", "J", figure, neither,
     "idle watts * (devices * horizon - that time) / n: device idling, shared out", "",
     &F::edge_idle_J},
    {"radio_transfer_J", "J", figure, neither,
     "(alpha * bytes carried, both directions, + base watts * time with something to send or "
     "receive, over devices) / n",
     "Huang et al., MobiSys 2012", &F::radio_transfer_J},
    {"radio_promotion_J", "J", figure, neither, "promotions * their watts * their delay / n",
     "Huang et al., MobiSys 2012", &F::radio_promotion_J},
    {"radio_tail_J", "J", figure, neither,
     "watts of the tails' phases * time in them / n; each device's last tail in full, even beyond "
     "the horizon",
     "Huang et al., MobiSys 2012", &F::radio_tail_J},
    {"radio_idle_J", "J", figure, neither,
     "idle watts of the radio * (devices * horizon - time not idle) / n", "", &F::radio_idle_J},
    {"cloud_busy_J", "J", figure, neither, "peak watts * time in batches, over servers, / n", "",
     &F::cloud_busy_J},
    {"cloud_idle_J", "J", figure, neither, "idle watts * (servers * horizon - time in batches) / n",
     "", &F::cloud_idle_J},
    {"uplink_B", "B", figure, lower,
     "payload bytes that left the device / n; of one given up on its way, or stuck there for good, "
     "those that had left",
     "", &F::uplink_B},
    {"downlink_B", "B", figure, lower,
     "reply bytes sent / n; of one stuck on its way for good, those that had left", "",
     &F::downlink_B},

    {"edge_wait_s", "s", figure, neither, "started - arrived", "", &F::edge_wait_s},
    {"stage_s", "s", figure, neither, "decided - started", "", &F::stage_s},
    {"encode_s", "s", figure, neither,
     "encoded - decided: coding, and the extractor where it did not run as the stage", "",
     &F::encode_s},
    {"upload_wait_s", "s", figure, neither,
     "upload_started - encoded: queue, radio, bundle, failed tries and their back-off", "",
     &F::upload_wait_s},
    {"upload_s", "s", figure, neither, "sent - upload_started", "", &F::upload_s},
    {"uplink_propagation_s", "s", figure, neither, "received - sent", "", &F::uplink_propagation_s},
    {"cloud_wait_s", "s", figure, neither, "served_start - received: queue and batching", "",
     &F::cloud_wait_s},
    {"serve_s", "s", figure, neither, "served - served_start", "", &F::serve_s},
    {"reply_wait_s", "s", figure, neither, "reply_started - served", "", &F::reply_wait_s},
    {"reply_s", "s", figure, neither,
     "answered - reply_started: sending and propagation of the reply", "", &F::reply_s},

    {"edge_busy_share", "fraction", figure, neither,
     "time in stages and encoding / (devices * horizon)", "", &F::edge_busy_share},
    {"uplink_busy_share", "fraction", figure, neither,
     "time with an upload under way / (uplinks * horizon)", "", &F::uplink_busy_share},
    {"cloud_busy_share", "fraction", figure, neither, "time in batches / (servers * horizon)", "",
     &F::cloud_busy_share},
    {"downlink_busy_share", "fraction", figure, neither,
     "time with a reply under way / (downlinks * horizon)", "", &F::downlink_busy_share},
    {"radio_active_share", "fraction", figure, neither,
     "time that radios were promoted, connected or in a tail until the horizon / (devices * "
     "horizon)",
     "", &F::radio_active_share},
    {"radio_promotions", "promotions", figure, neither,
     "times that an idle radio had to be connected, over devices", "", &F::radio_promotions},
    {"edge_queue_mean", "samples", figure, neither,
     "sum of edge waits / horizon: mean number waiting at all devices together", "Little's law",
     &F::edge_queue_mean},
    {"uplink_queue_mean", "samples", figure, neither,
     "sum of upload waits / horizon: mean number waiting for all uplinks together, with those that "
     "gave up or were left behind",
     "Little's law", &F::uplink_queue_mean},
    {"cloud_queue_mean", "samples", figure, neither,
     "sum of cloud waits / horizon: mean number waiting at the cloud", "Little's law",
     &F::cloud_queue_mean},
    {"edge_queue_max", "samples", figure, neither, "most samples that waited at one device", "",
     &F::edge_queue_max},
    {"uplink_queue_max", "samples", figure, neither, "most payloads that waited for one uplink", "",
     &F::uplink_queue_max},
    {"cloud_queue_max", "samples", figure, neither, "most samples that waited at the cloud", "",
     &F::cloud_queue_max},
    {"batch_size_mean", "samples", figure, neither, "samples served by the cloud / batches", "",
     &F::batch_size_mean},
    {"horizon_s", "s", figure, neither, "date at which the last sample ended", "", &F::horizon_s},
};

}  // namespace

std::span<const FigureColumn> figure_columns() { return columns; }

const FigureColumn& column_of(double RunFigures::*value) {
  const auto* found = std::find_if(std::begin(columns), std::end(columns),
                                   [&](const FigureColumn& c) { return c.value == value; });
  UPDRAFT_CHECK(found != std::end(columns), "a figure without a column");
  return *found;
}

std::string metric_dictionary() {
  std::string out = "| column | unit | better | formula | source |\n|---|---|---|---|---|\n";
  for (const FigureColumn& c : columns) {
    const char* better = c.better == higher ? "higher" : c.better == lower ? "lower" : "";
    std::string formula;  // a bar would end the table's cell
    for (const char letter : c.formula) formula += letter == '|' ? "\\|" : std::string(1, letter);
    fmt::format_to(std::back_inserter(out), "| `{}` | {} | {} | {} | {} |\n", c.name, c.unit,
                   better, formula, c.source);
  }
  return out;
}

}  // namespace updraft
