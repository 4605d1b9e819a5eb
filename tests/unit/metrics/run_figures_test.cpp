#include "sim/metrics/run_figures.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "sim/metrics/figure_columns.hpp"
#include "sim/metrics/samples_csv.hpp"
#include "synthetic.hpp"

using namespace updraft;

namespace {

constexpr double tight = 1e-12;
doctest::Approx about(double v) { return doctest::Approx(v).epsilon(tight); }

// Three samples, one of each fate: answered at the edge, answered by the cloud, dropped.
SyntheticRun three_samples() {
  SyntheticRun run;
  run.menu.rows = 3;
  run.menu.stages = {{"edge", Flops(2 * 10e6), "f", {}}};                         // 10 MMAC
  run.menu.variants = {{"image", "f", Flops(2 * 100e6), Flops(2 * 2e6), {}, 8}};  // 100 + 2
  run.truth = {3, {0, 1, 1}, {{1, 0, 0}}, {{1, 1, 1}}};
  run.samples = Samples(3);
  Samples& s = run.samples;
  Stamps& t = s.stamps;
  s.row = {0, 1, 2};
  s.stage = {0, 0, 0};
  s.variant = {-1, 0, 0};
  s.uplink_bytes = {0, 3000, 3000};
  s.downlink_bytes = {0, 8, 0};
  s.outcome = {Outcome::answered_edge, Outcome::answered_cloud, Outcome::dropped};
  const SimTime never = SimTime::never();
  t.arrived = {SimTime(0), SimTime(0.005), SimTime(0.020)};
  t.started = {SimTime(0), SimTime(0.010), SimTime(0.020)};
  t.decided = {SimTime(0.010), SimTime(0.020), SimTime(0.030)};
  t.encoded = {never, SimTime(0.022), SimTime(0.033)};
  t.upload_started = {never, SimTime(0.024), SimTime(0.050)};
  t.sent = {never, SimTime(0.050), SimTime(0.080)};
  t.received = {never, SimTime(0.060), SimTime(0.090)};
  t.enqueued = {never, SimTime(0.060), never};
  t.served_start = {never, SimTime(0.060), never};
  t.served = {never, SimTime(0.080), never};
  t.reply_started = {never, SimTime(0.080), never};
  t.answered = {SimTime(0.010), SimTime(0.100), never};
  run.counts.horizon = Seconds(0.100);
  run.counts.edge_busy = Seconds(0.035);    // 3 stages x 10 ms, 2 ms and 3 ms of encoding
  run.counts.uplink_busy = Seconds(0.056);  // 26 ms and 30 ms
  run.counts.cloud_busy = Seconds(0.020);
  run.counts.downlink_busy = Seconds(0.001);
  run.counts.devices = run.counts.uplinks = run.counts.downlinks = 1;
  run.counts.servers = 2;
  run.counts.batches = 1;
  run.counts.uplink_queue_max = 1;
  run.context = {0, 0, Seconds(0.050), Watts(2), Watts(6), Watts(10), Watts(70)};
  return run;
}

// The same, but the second was given up then, its payload encoded at 22 ms and never sent.
SyntheticRun three_samples_one_given_up_at(double date) {
  SyntheticRun run = three_samples();
  run.samples.outcome[1] = Outcome::fell_back;
  run.samples.stamps.answered[1] = SimTime(date);
  for (auto* stamps : {&run.samples.stamps.upload_started, &run.samples.stamps.sent})
    (*stamps)[1] = SimTime::never();
  return run;
}

RunFigures figures_of(const SyntheticRun& run) {
  return figures(run.samples, run.truth, run.menu, run.counts, run.context);
}

std::vector<std::string> fields(const std::string& line) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

}  // namespace

TEST_CASE("three samples, computed by hand: the papers' figures") {
  const RunFigures f = figures_of(three_samples());
  CHECK(f.samples == 3);
  CHECK(f.answered_edge == 1);
  CHECK(f.answered_cloud == 1);
  CHECK(f.dropped == 1);
  CHECK(f.fell_back == 0);
  // right: the edge on row 0, the cloud on row 1; row 2 was dropped: 2 of 3
  CHECK(f.accuracy == about(2.0 / 3));
  CHECK(f.accuracy_edge_alone == about(1.0 / 3));
  CHECK(f.accuracy_cloud_alone == about(1));
  CHECK(f.skipping_rate == about(1.0 / 3));
  CHECK(f.appealing_rate == about(2.0 / 3));
  // AccI = (2/3 - 1/3) / (1 - 1/3) = 1/2;  AD = 1 - 2/3
  CHECK(f.accuracy_improvement == about(0.5));
  CHECK(f.accuracy_degradation == about(1.0 / 3));
  // (10 + 100 + 100) / 3 = 70 MMAC;  (10 + (10 + 2 + 100) * 2) / 3 = 78 MMAC
  CHECK(f.cost_macs == about(70e6));
  CHECK(f.cost_with_edge_macs == about(78e6));
  // class 0: row 0 right; class 1: row 1 right, row 2 dropped; class 2: never seen
  REQUIRE(f.class_accuracy.size() == 3);
  CHECK(f.class_accuracy[0] == about(1));
  CHECK(f.class_accuracy[1] == about(0.5));
  CHECK(std::isnan(f.class_accuracy[2]));
}

TEST_CASE("three samples, computed by hand: times, load, bytes, energy") {
  const RunFigures f = figures_of(three_samples());
  // latencies of the answered: 10 ms and 100 - 5 = 95 ms
  CHECK(f.latency_mean_s == about(0.0525));
  CHECK(f.latency_p50_s == about(0.010));  // ceil(0.5 * 2) = 1st
  CHECK(f.latency_p95_s == about(0.095));  // ceil(0.95 * 2) = 2nd
  CHECK(f.latency_p99_s == about(0.095));
  CHECK(f.latency_max_s == about(0.095));
  // within 50 ms: sample 0 alone (right)
  CHECK(f.deadline_miss_rate == about(2.0 / 3));
  CHECK(f.accuracy_in_deadline == about(1.0 / 3));
  CHECK(f.throughput_per_s == about(2 / 0.1));
  // phases, means over the two answered
  CHECK(f.edge_wait_s == about(0.005 / 2));
  CHECK(f.stage_s == about((0.010 + 0.010) / 2));
  CHECK(f.encode_s == about(0.002 / 2));
  CHECK(f.upload_wait_s == about(0.002 / 2));  // from 22 to 24 ms
  CHECK(f.upload_s == about(0.026 / 2));
  CHECK(f.uplink_propagation_s == about(0.010 / 2));
  CHECK(f.cloud_wait_s == about(0));
  CHECK(f.serve_s == about(0.020 / 2));
  CHECK(f.reply_wait_s == about(0));
  CHECK(f.reply_s == about(0.020 / 2));
  // Little: sum of waits / 100 ms; for the uplink 24 - 22 = 2 ms, and the dropped sample 50 - 33 =
  // 17 ms
  CHECK(f.edge_queue_mean == about(0.05));
  CHECK(f.uplink_queue_mean == about(0.19));
  CHECK(f.cloud_queue_mean == about(0));
  CHECK(f.uplink_queue_max == 1);
  CHECK(f.edge_busy_share == about(0.35));
  CHECK(f.uplink_busy_share == about(0.56));
  CHECK(f.cloud_busy_share == about(0.020 / 0.2));  // two servers
  CHECK(f.downlink_busy_share == about(0.01));
  CHECK(f.uplink_B == about(2000));
  CHECK(f.downlink_B == about(8.0 / 3));
  // 6 W * 35 ms / 3;  2 W * 65 ms / 3;  70 W * 20 ms / 3;  10 W * (200 - 20) ms / 3
  CHECK(f.edge_busy_J == about(0.07));
  CHECK(f.edge_idle_J == about(0.13 / 3));
  CHECK(f.energy_J == about(0.07 + 0.13 / 3));
  CHECK(f.cloud_busy_J == about(1.4 / 3));
  CHECK(f.cloud_idle_J == about(1.8 / 3));
  CHECK(f.batch_size_mean == about(1));
  CHECK(f.horizon_s == about(0.1));
}

TEST_CASE("AccI is empty where the edge is as good as the cloud") {
  SyntheticRun run = three_samples();
  run.truth.edge_correct = {{1, 1, 1}};
  CHECK(std::isnan(figures_of(run).accuracy_improvement));
}

TEST_CASE("a sample whose cloud was too late is judged and timed by its edge answer") {
  SyntheticRun run = three_samples();
  run.samples.outcome[1] = Outcome::fell_back;
  run.samples.stamps.answered[1] = SimTime(0.055);  // while its last bit was on the way
  const RunFigures f = figures_of(run);
  CHECK(f.accuracy == about(1.0 / 3));        // the edge is wrong on row 1
  CHECK(f.appealing_rate == about(2.0 / 3));  // it was offloaded all the same
  CHECK(f.latency_max_s == about(0.050));
  CHECK(f.uplink_propagation_s == about(0.005 / 2));  // 50 to 55 ms
  CHECK(f.serve_s == about(0));
}

TEST_CASE("a sample that was given up while its payload was encoded spent the rest there") {
  SyntheticRun run = three_samples_one_given_up_at(0.021);
  const RunFigures f = figures_of(run);
  CHECK(f.encode_s == about(0.001 / 2));  // 20 to 21 ms
  CHECK(f.upload_wait_s == about(0));
  CHECK(f.upload_s == about(0));
  CHECK(f.uplink_queue_mean == about(0.17));  // the dropped one's alone
}

TEST_CASE("who waits for an upload that never begins waits, too") {
  SyntheticRun run = three_samples_one_given_up_at(0.040);
  run.counts.unsent_wait = Seconds(0.018);  // 22 to 40 ms, as its station counts it
  const RunFigures f = figures_of(run);
  CHECK(f.upload_wait_s == about(0.018 / 2));
  CHECK(f.uplink_queue_mean == about((0.018 + 0.017) / 0.1));  // and the dropped one's
}

TEST_CASE("what makes a payload is a part of the network that answers, whenever it ran") {
  // The variant's extractor: 5 MMAC. Sample 1: it ran as the stage; sample 2: a network of 10 MMAC
  // did, and then the extractor. Cloud 100, encoding 2.
  SyntheticRun run = three_samples();
  run.menu.stages.push_back({"extractor", Flops(2 * 5e6), "f", {}});
  run.truth.edge_correct.push_back({0, 0, 0});
  run.menu.variants[0].made_by = 1;
  run.samples.stage[1] = 1;
  const RunFigures f = figures_of(run);
  CHECK(f.cost_macs == about((10e6 + 105e6 + 105e6) / 3));
  // 10;  5 + 2 + 100;  10 + 5 + 2 + 100
  CHECK(f.cost_with_edge_macs == about((10e6 + 107e6 + 117e6) / 3));
}

TEST_CASE("a latency on the deadline is in time, one beyond it is not") {
  SyntheticRun run = three_samples();
  run.samples.stamps.arrived[1] = SimTime(0);
  run.samples.stamps.answered[1] = SimTime(0.125);
  run.context.deadline = Seconds(0.125);
  CHECK(figures_of(run).deadline_miss_rate == about(1.0 / 3));  // the dropped one
  run.context.deadline = Seconds(0.124);
  CHECK(figures_of(run).deadline_miss_rate == about(2.0 / 3));
  run.context.deadline.reset();
  CHECK(std::isnan(figures_of(run).deadline_miss_rate));
  CHECK(std::isnan(figures_of(run).accuracy_in_deadline));
}

TEST_CASE("percentiles are nearest ranks") {
  // latencies 1, 2, ..., n ms
  const auto of = [](std::size_t n) {
    SyntheticRun run = three_samples();
    run.samples = Samples(n);
    for (std::size_t i = 0; i < n; ++i) {
      run.samples.outcome[i] = Outcome::answered_edge;
      run.samples.stage[i] = 0;
      run.samples.stamps.arrived[i] = SimTime(0);
      run.samples.stamps.answered[i] = SimTime(static_cast<double>(n - i) / 1000);
    }
    return figures_of(run);
  };
  CHECK(of(100).latency_p50_s == about(0.050));
  CHECK(of(100).latency_p99_s == about(0.099));
  CHECK(of(101).latency_p99_s == about(0.100));  // ceil(99.99) = 100
  CHECK(of(20).latency_p95_s == about(0.019));   // 0.95 * 20 = 19 exactly, not 20
  CHECK(of(1).latency_p50_s == about(0.001));
}

TEST_CASE("nobody answered: times are empty, counts are not") {
  SyntheticRun run = three_samples();
  run.samples = Samples(1);
  run.samples.outcome[0] = Outcome::dropped;
  run.samples.variant[0] = 0;
  const RunFigures f = figures_of(run);
  CHECK(f.dropped == 1);
  CHECK(f.accuracy == 0);
  CHECK(std::isnan(f.latency_mean_s));
  CHECK(std::isnan(f.latency_p99_s));
  CHECK(std::isnan(f.stage_s));
  CHECK(f.throughput_per_s == 0);
}

TEST_CASE("a mean phase is a share of the mean latency: they sum to it") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    const RunFigures f = figures_of(synthetic_run(seed, 200));
    const double sum = f.edge_wait_s + f.stage_s + f.encode_s + f.upload_wait_s + f.upload_s +
                       f.uplink_propagation_s + f.cloud_wait_s + f.serve_s + f.reply_wait_s +
                       f.reply_s;
    CHECK(sum == about(f.latency_mean_s));
  }
}

// Everything again, plainly, from the text of samples.csv: what a doubtful reader would do.
TEST_CASE("the figures agree with a recomputation from samples.csv") {
  const auto path = std::filesystem::temp_directory_path() / "updraft_recomputed_samples.csv";
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    const SyntheticRun run = synthetic_run(seed, 300);
    const RunFigures f = figures_of(run);
    {
      SamplesCsv csv(path);
      csv.add("a policy, quoted", 0, run.samples, run.menu, run.truth);
      csv.close();
    }
    std::ifstream in(path);
    std::string line;
    std::getline(in, line);
    const auto names = fields(line);
    const std::map<std::string, double> stage_macs = {
        {"", 0}, {"small", 1e6}, {"big, slow", 3.5e6}};
    const std::map<std::string, double> cloud_macs = {{"image", 45e6}, {"coded image", 40e6}};
    const std::map<std::string, double> encode_macs = {{"image", 0}, {"coded image", 1.5e6}};
    double n = 0, right = 0, edge = 0, cost = 0, with_edge = 0, up = 0, in_time = 0, waits = 0;
    std::map<std::string, double> outcomes;
    std::multiset<double> latencies;
    while (std::getline(in, line)) {
      const auto values = fields(line);
      REQUIRE(values.size() == names.size());
      std::map<std::string, std::string> at;
      for (std::size_t k = 0; k < names.size(); ++k) at[names[k]] = values[k];
      const auto date = [&](const std::string& name) { return std::stod(at.at(name)); };
      CHECK(at["policy"] == "a policy, quoted");
      n += 1;
      right += at["correct"] == "1";
      up += std::stod(at["uplink_B"]);
      outcomes[at["outcome"]] += 1;
      if (at["variant"].empty()) {
        edge += 1;
        cost += stage_macs.at(at["stage"]);
        with_edge += stage_macs.at(at["stage"]);
      } else {
        cost += cloud_macs.at(at["variant"]);
        with_edge += stage_macs.at(at["stage"]) + encode_macs.at(at["variant"]) +
                     cloud_macs.at(at["variant"]);
        waits += date("upload_started_s") - date("encoded_s");
      }
      if (!at["answered_s"].empty()) {
        latencies.insert(date("answered_s") - date("arrived_s"));
        in_time += date("answered_s") - date("arrived_s") <= 0.05;
      }
    }
    CHECK(n == f.samples);
    CHECK(f.accuracy == about(right / n));
    CHECK(f.skipping_rate == about(edge / n));
    CHECK(f.cost_macs == about(cost / n));
    CHECK(f.cost_with_edge_macs == about(with_edge / n));
    CHECK(f.uplink_B == about(up / n));
    CHECK(f.answered_edge == outcomes["answered_edge"]);
    CHECK(f.answered_cloud == outcomes["answered_cloud"]);
    CHECK(f.dropped == outcomes["dropped"]);
    CHECK(f.deadline_miss_rate == about(1 - in_time / n));
    CHECK(f.throughput_per_s ==
          about(static_cast<double>(latencies.size()) / run.counts.horizon.si()));
    // dates have nine decimals in the file: 1 ns, and 1 us over 300 waits in 10 s
    CHECK(f.uplink_queue_mean * f.horizon_s == doctest::Approx(waits).epsilon(1e-6));
    double sum = 0;
    for (const double l : latencies) sum += l;
    CHECK(std::abs(f.latency_mean_s - sum / static_cast<double>(latencies.size())) < 2e-9);
    CHECK(std::abs(f.latency_max_s - *latencies.rbegin()) < 2e-9);
    const auto rank = [&](double p) {  // the smallest with at least p of all at or below it
      for (const double l : latencies) {
        const auto below = std::distance(latencies.begin(), latencies.upper_bound(l));
        if (static_cast<double>(below) >= p * static_cast<double>(latencies.size())) return l;
      }
      return -1.0;
    };
    CHECK(std::abs(f.latency_p50_s - rank(0.5)) < 2e-9);
    CHECK(std::abs(f.latency_p95_s - rank(0.95)) < 2e-9);
    CHECK(std::abs(f.latency_p99_s - rank(0.99)) < 2e-9);
  }
  std::filesystem::remove(path);
}

TEST_CASE("no two columns share a name, and every figure has its unit at the end of its name") {
  std::set<std::string_view> names;
  for (const FigureColumn& column : figure_columns()) {
    CAPTURE(column.name);
    CHECK(names.insert(column.name).second);
    CHECK_FALSE(column.formula.empty());
    const std::map<std::string_view, std::string_view> endings = {
        {"s", "_s"},      {"J", "_J"},       {"B", "_B"},
        {"MAC", "_macs"}, {"1/s", "_per_s"}, {"promotions", "_promotions"}};
    if (const auto found = endings.find(column.unit); found != endings.end()) {
      CHECK(column.name.ends_with(found->second));
    } else {
      CHECK((column.unit == "fraction" || column.unit == "samples"));
    }
  }
}
