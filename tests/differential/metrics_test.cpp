// Would someone else get the same? Every figure of summary.csv and summary.json, computed again by
// brute force from samples.csv alone and the few numbers of the scenario written beside it here. It
// shares no code with sim/metrics on purpose.
//
// samples.csv keeps nine decimals, so a date is known to 5e-10 s and a difference of two to 1e-9 s.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "sim/core/random.hpp"
#include "tests/bad_input/program.hpp"
#include "tests/unit/traces/scratch.hpp"
#include "traces/inference_trace.hpp"

namespace updraft {
namespace {

using Row = std::map<std::string, std::string>;

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> out(1);
  for (const char c : line) {
    if (c == ',') {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

std::vector<Row> table(const std::string& csv) {
  std::istringstream in(csv);
  std::string line;
  std::getline(in, line);
  const auto header = cells(line);
  std::vector<Row> rows;
  while (std::getline(in, line)) {
    const auto values = cells(line);
    REQUIRE(values.size() == header.size());
    Row row;
    for (std::size_t i = 0; i < header.size(); ++i) row[header[i]] = values[i];
    rows.push_back(row);
  }
  return rows;
}

double number(const std::string& text) { return text.empty() ? NAN : std::stod(text); }

// What the scenario below says, and samples.csv does not.
constexpr double deadline = .1;
constexpr double edge_macs = 1e7;
constexpr double cloud_macs = 1e9;
constexpr double encode_macs = 3e5;
constexpr int classes = 3;
constexpr double devices = 3;
constexpr double servers = 1;
constexpr double idle_W = 1.5;
constexpr double busy_W = 6;
constexpr double down_latency = .004;

const std::string scenario = R"(
workload: {trace: t.h5, samples: 150, arrivals: {poisson: 14 Hz}, deadline: 100 ms, seed: 5}
device: {count: 3, stage_time: {exponential: 25 ms}, encode_time: 6 ms, idle: 1.5 W, busy: 6 W}
channel:
  uplink: {rate: 4 Mbps, sharing: fifo}
  downlink: {rate: 2 Mbps, latency: 4 ms}
  latency: 9 ms
cloud: {service: {setup: 20 ms, each: 4 ms}, servers: 1, batch: {max: 4, delay: 3 ms}, queue_limit: 1}
policies:
  - {policy: always_edge, name: edge}
  - {policy: always_cloud, name: cloud}
  - {policy: threshold, name: margin, score: margin, delta: 0.4}
  - {policy: random, name: coin, offload: 60 %}
replications: 3
)";

InferenceTrace trace() {
  Stream random(3, "metrics");
  InferenceTrace out;
  out.dataset = "random";
  out.classes = classes;
  Split split;
  split.name = "test";
  Stage stage;
  stage.name = "edge";
  stage.work = Flops(2 * edge_macs);
  Variant variant;
  variant.name = "cloud";
  variant.reply = Bytes(700);
  variant.cloud_work = Flops(2 * cloud_macs);
  variant.encode_work = Flops(2 * encode_macs);
  for (int i = 0; i < 40; ++i) {
    const auto label = static_cast<int>(random.below(classes));
    split.labels.push_back(label);
    variant.payload_bytes.push_back(static_cast<std::uint32_t>(2000 + random.below(9000)));
    for (int c = 0; c < classes; ++c) {
      const bool its = c == label;
      stage.answers.logits.push_back(static_cast<float>(3 * random.uniform() + (its ? .8 : 0)));
      variant.answers.logits.push_back(static_cast<float>(3 * random.uniform() + (its ? 2 : 0)));
    }
  }
  split.stages.push_back(stage);
  split.variants.push_back(variant);
  out.splits.push_back(split);
  return out;
}

// Total length of a union of intervals.
double covered(std::vector<std::pair<double, double>> spans) {
  std::sort(spans.begin(), spans.end());
  double sum = 0;
  double until = -INFINITY;
  for (const auto& [from, to] : spans) {
    sum += std::max(0., to - std::max(from, until));
    until = std::max(until, to);
  }
  return sum;
}

// How many of `spans` wait at most at once: from their begin, until just before their end.
double most_at_once(const std::vector<std::pair<double, double>>& spans) {
  double most = 0;
  for (const auto& [date, _] : spans) {
    double n = 0;
    for (const auto& [from, to] : spans) n += from <= date && to > date + 2e-9;
    most = std::max(most, n);
  }
  return most;
}

using Figures = std::map<std::string, double>;

// Whether the edge and the cloud are right on each recorded row: what the two plain policies say.
struct Right {
  std::map<std::string, bool> edge;
  std::map<std::string, bool> cloud;
};

Figures figures_of(const std::vector<Row>& run, const Right& right, std::vector<double>& by_class) {
  Figures f;
  const auto n = static_cast<double>(run.size());
  std::vector<double> latencies;
  std::map<std::string, double> phase;
  std::vector<std::pair<double, double>> uploads;
  std::map<std::string, std::vector<std::pair<double, double>>> replies;
  std::map<std::string, std::vector<std::pair<double, double>>> edge_waits;
  std::vector<std::pair<double, double>> upload_waits;
  std::vector<std::pair<double, double>> cloud_waits;
  std::set<std::pair<double, double>> batches;
  std::vector<double> of_class(classes);
  by_class.assign(classes, 0);
  double edge_alone = 0;
  double cloud_alone = 0;
  double correct = 0;
  double offloads = 0;
  double in_time = 0;
  double right_in_time = 0;
  double edge_busy = 0;
  double horizon = 0;
  double served = 0;
  for (const char* name :
       {"answered_edge", "answered_cloud", "fell_back", "dropped", "late_replies", "stage_changes"})
    f[name] = 0;
  f["failed_uploads"] = 0;  // no outages here; tests/validation/failures_test.cpp counts them
  const Row* before = nullptr;
  for (const Row& row : run) {
    const auto at = [&](const std::string& stamp) { return number(row.at(stamp + "_s")); };
    const bool is_right = row.at("correct") == "1";
    const bool offloaded = !row.at("variant").empty();
    const bool ran = !row.at("stage").empty();
    const bool answered = row.at("outcome") != "dropped";
    ++f[row.at("outcome")];
    f["stage_changes"] += before != nullptr && before->at("device") == row.at("device") &&
                          before->at("stage") != row.at("stage");
    before = &row;
    correct += is_right;
    offloads += offloaded;
    edge_alone += right.edge.at(row.at("row"));
    cloud_alone += right.cloud.at(row.at("row"));
    const auto label = static_cast<std::size_t>(std::stoi(row.at("label")));
    of_class[label] += 1;
    by_class[label] += is_right;
    f["cost_macs"] += offloaded ? cloud_macs : ran ? edge_macs : 0;
    f["cost_with_edge_macs"] += (ran ? edge_macs : 0) + (offloaded ? encode_macs + cloud_macs : 0);
    f["uplink_B"] += number(row.at("uplink_B"));
    f["downlink_B"] += number(row.at("downlink_B"));
    edge_busy += at("decided") - at("started");
    edge_waits[row.at("device")].emplace_back(at("arrived"), at("started"));
    if (offloaded) {
      uploads.emplace_back(at("upload_started"), at("sent"));
      upload_waits.emplace_back(at("encoded"), at("upload_started"));
      edge_busy += at("encoded") - at("decided");
    }
    if (!row.at("served_s").empty()) {
      ++served;
      cloud_waits.emplace_back(at("enqueued"), at("served_start"));
      batches.emplace(at("served_start"), at("served"));
      replies[row.at("device")].emplace_back(at("reply_started"), at("answered") - down_latency);
    }
    horizon = std::max(horizon, answered ? at("answered") : at("received"));
    if (!answered) continue;
    const double latency = at("answered") - at("arrived");
    latencies.push_back(latency);
    in_time += latency <= deadline;
    right_in_time += latency <= deadline && is_right;
    phase["edge_wait_s"] += at("started") - at("arrived");
    phase["stage_s"] += at("decided") - at("started");
    if (!offloaded) continue;
    phase["encode_s"] += at("encoded") - at("decided");
    phase["upload_wait_s"] += at("upload_started") - at("encoded");
    phase["upload_s"] += at("sent") - at("upload_started");
    phase["uplink_propagation_s"] += at("received") - at("sent");
    phase["cloud_wait_s"] += at("served_start") - at("received");
    phase["serve_s"] += at("served") - at("served_start");
    phase["reply_wait_s"] += at("reply_started") - at("served");
    phase["reply_s"] += at("answered") - at("reply_started");
  }
  for (const char* name : {"cost_macs", "cost_with_edge_macs", "uplink_B", "downlink_B"})
    f[name] /= n;
  const auto answered = static_cast<double>(latencies.size());
  for (const char* name :
       {"edge_wait_s", "stage_s", "encode_s", "upload_wait_s", "upload_s", "uplink_propagation_s",
        "cloud_wait_s", "serve_s", "reply_wait_s", "reply_s"})
    f[name] = phase[name] / answered;
  for (std::size_t c = 0; c < classes; ++c) by_class[c] /= of_class[c];
  f["samples"] = n;
  f["accuracy"] = correct / n;
  f["accuracy_edge_alone"] = edge_alone / n;
  f["accuracy_cloud_alone"] = cloud_alone / n;
  f["appealing_rate"] = offloads / n;
  f["skipping_rate"] = 1 - offloads / n;
  f["accuracy_improvement"] = (correct - edge_alone) / (cloud_alone - edge_alone);
  f["accuracy_degradation"] = (cloud_alone - correct) / n;
  std::sort(latencies.begin(), latencies.end());
  const auto percentile = [&](double p) {
    return latencies[static_cast<std::size_t>(std::ceil(p * answered)) - 1];
  };
  double sum = 0;
  for (const double latency : latencies) sum += latency;
  f["latency_mean_s"] = sum / answered;
  f["latency_p50_s"] = percentile(.5);
  f["latency_p95_s"] = percentile(.95);
  f["latency_p99_s"] = percentile(.99);
  f["latency_max_s"] = latencies.back();
  f["deadline_miss_rate"] = 1 - in_time / n;
  f["accuracy_in_deadline"] = right_in_time / n;
  f["throughput_per_s"] = answered / horizon;
  f["horizon_s"] = horizon;
  f["edge_busy_J"] = busy_W * edge_busy / n;
  f["edge_idle_J"] = idle_W * (devices * horizon - edge_busy) / n;
  f["energy_J"] = f["edge_busy_J"] + f["edge_idle_J"];
  // No radio here; with one, tests/validation/radio_test.cpp does the sums.
  for (const char* name : {"radio_transfer_J", "radio_promotion_J", "radio_tail_J", "radio_idle_J",
                           "radio_active_share", "radio_promotions"})
    f[name] = NAN;
  f["cloud_busy_J"] = f["cloud_idle_J"] = 0;  // `ideal` draws nothing
  f["edge_busy_share"] = edge_busy / (devices * horizon);
  f["uplink_busy_share"] = covered(uploads) / horizon;  // fifo: one link
  double down = 0;
  for (const auto& [device, spans] : replies) down += covered(spans);
  f["downlink_busy_share"] = down / (devices * horizon);
  double cloud_busy = 0;  // one server: a batch is what began and ended together
  for (const auto& [from, to] : batches) cloud_busy += to - from;
  f["cloud_busy_share"] = cloud_busy / (servers * horizon);
  f["batch_size_mean"] = batches.empty() ? NAN : served / static_cast<double>(batches.size());
  const auto queue = [&](const std::vector<std::pair<double, double>>& waits) {
    double total = 0;
    for (const auto& [from, to] : waits) total += to - from;
    return total / horizon;
  };
  double most_at_a_device = 0;
  f["edge_queue_mean"] = 0;
  for (const auto& [device, waits] : edge_waits) {
    f["edge_queue_mean"] += queue(waits);
    most_at_a_device = std::max(most_at_a_device, most_at_once(waits));
  }
  f["edge_queue_max"] = most_at_a_device;
  f["uplink_queue_mean"] = queue(upload_waits);
  f["uplink_queue_max"] = most_at_once(upload_waits);
  f["cloud_queue_mean"] = queue(cloud_waits);
  f["cloud_queue_max"] = most_at_once(cloud_waits);
  return f;
}

bool same(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return std::abs(a - b) <= 5e-9 + 2e-8 * std::abs(b);
}

bool is_count(const std::string& name) {
  return name == "samples" || name == "answered_edge" || name == "answered_cloud" ||
         name == "fell_back" || name == "dropped" || name == "late_replies" ||
         name == "failed_uploads" || name == "stage_changes";
}

// Over replications: counts add up, figures average; the half width is t s / sqrt(3) with t
// = 4.3027 (Student, 2 degrees of freedom, 97.5 %).
struct Combined {
  double value = 0;
  double half_width = 0;
};
Combined combine(const std::vector<Figures>& runs, const std::string& name) {
  Combined out;
  for (const auto& run : runs) out.value += run.at(name);
  if (is_count(name)) return out;
  out.value /= 3;
  double squares = 0;
  for (const auto& run : runs) squares += std::pow(run.at(name) - out.value, 2);
  out.half_width = 4.302652729911275 * std::sqrt(squares / 2) / std::sqrt(3.);
  return out;
}

TEST_CASE("summary.csv and summary.json are what samples.csv alone adds up to") {
  const Scratch folder;
  write_inference_trace(trace(), folder.path("t.h5"));
  folder.write("s.yaml", scenario);
  const Said said =
      run_updraft({"run", "s.yaml", "-o", "out", "--samples", "--quiet"}, folder.path(""));
  REQUIRE(said.err == "");
  REQUIRE(said.status == 0);
  std::map<std::string, std::map<std::string, std::vector<Row>>> runs;  // [policy][replication]
  Right right;
  for (const Row& row : table(bytes_of(folder.path("out/samples.csv")))) {
    runs[row.at("policy")][row.at("replication")].push_back(row);
    if (row.at("outcome") == "answered_edge") right.edge[row.at("row")] = row.at("correct") == "1";
    if (row.at("outcome") == "answered_cloud")
      right.cloud[row.at("row")] = row.at("correct") == "1";
  }
  REQUIRE(right.edge.size() == 40);
  REQUIRE(right.cloud.size() == 40);
  std::map<std::string, std::vector<Figures>> figures;
  std::map<std::string, std::vector<double>> class_accuracy;
  double dropped = 0;
  for (const auto& [policy, of_policy] : runs) {
    REQUIRE(of_policy.size() == 3);
    class_accuracy[policy].assign(classes, 0);
    for (const auto& [replication, rows] : of_policy) {
      std::vector<double> by_class;
      figures[policy].push_back(figures_of(rows, right, by_class));
      dropped += figures[policy].back()["dropped"];
      for (std::size_t c = 0; c < classes; ++c) class_accuracy[policy][c] += by_class[c] / 3;
    }
  }
  CHECK(dropped > 0);  // else the full queue would not have been tried

  const auto summary = table(bytes_of(folder.path("out/summary.csv")));
  const auto json = nlohmann::json::parse(bytes_of(folder.path("out/summary.json")));
  REQUIRE(summary.size() == 4);
  for (std::size_t p = 0; p < summary.size(); ++p) {
    const std::string policy = summary[p].at("policy");
    CAPTURE(policy);
    CHECK(json[p]["policy"] == policy);
    std::size_t compared = 0;
    for (const auto& [name, text] : summary[p]) {
      if (name == "policy" || name == "replications" || name == "delta" || name.ends_with("_ci95"))
        continue;
      CAPTURE(name);
      REQUIRE(figures[policy][0].contains(name));  // a new figure must be computed here, too
      const Combined mine = combine(figures[policy], name);
      CHECK_MESSAGE(same(number(text), mine.value), name, " = ", text, ", here ", mine.value);
      const bool outcome = is_count(name) && name != "samples" && name != "late_replies" &&
                           name != "failed_uploads" && name != "stage_changes";
      const auto& in_json = outcome ? json[p]["outcomes"][name] : json[p][name];
      CHECK(same(in_json.is_null() ? NAN : in_json.get<double>(), mine.value));
      ++compared;
      if (is_count(name)) continue;
      CHECK_MESSAGE(same(number(summary[p].at(name + "_ci95")), mine.half_width), name,
                    "_ci95 = ", summary[p].at(name + "_ci95"), ", here ", mine.half_width);
    }
    CHECK(compared == figures[policy][0].size());
    for (std::size_t c = 0; c < classes; ++c)
      CHECK(same(json[p]["class_accuracy"][c].get<double>(), class_accuracy[policy][c]));
  }

  // Differences from the first policy, run by run.
  for (const Row& row : table(bytes_of(folder.path("out/paired.csv")))) {
    const std::string name = row.at("figure");
    std::vector<Figures> differences(3);
    for (std::size_t r = 0; r < 3; ++r)
      differences[r][name] = figures[row.at("policy")][r][name] - figures["edge"][r][name];
    const Combined mine = combine(differences, name);
    CAPTURE(row.at("policy"));
    CAPTURE(name);
    CHECK(row.at("reference") == "edge");
    CHECK(same(number(row.at("difference")), mine.value));
    CHECK(same(number(row.at("ci95")), mine.half_width));
  }
}

// Little's law on what samples.csv alone shows, where most wait in vain.
TEST_CASE("those that gave up waiting for the uplink are among those that wait for it") {
  const Scratch folder;
  folder.write("s.yaml", R"(
workload: {trace: none, samples: 300, payload: 1 kB, reply: 0 B, arrivals: {periodic: 10 Hz}}
device: {stage_time: 1 ms}
channel: {uplink: {rate: 8 Mbps, bundle: {max: 100, delay: 10 s}}, downlink: 1 Mbps, latency: 1 ms}
cloud: {service: 1 ms}
policies: [{policy: always_cloud, run_stage: true, timeout: 1 s}]
)");
  const Said said =
      run_updraft({"run", "s.yaml", "-o", "out", "--samples", "--quiet"}, folder.path(""));
  REQUIRE(said.err == "");
  double waited = 0;
  double horizon = 0;
  std::size_t in_vain = 0;
  for (const Row& row : table(bytes_of(folder.path("out/samples.csv")))) {
    const double encoded = number(row.at("encoded_s"));
    const double started = number(row.at("upload_started_s"));
    const double answered = number(row.at("answered_s"));
    horizon = std::max(horizon, answered);
    in_vain += std::isnan(started);
    waited += (std::isnan(started) ? answered : started) - encoded;
  }
  CHECK(in_vain > 200);
  const auto summary = table(bytes_of(folder.path("out/summary.csv")));
  CHECK(same(number(summary[0].at("uplink_queue_mean")), waited / horizon));
}

}  // namespace
}  // namespace updraft
