// Does a simulated cut take what its sum says? Hand-made layer tables, sums in ms; then real
// profiles on catalog machines against T(k) of candidate_cut.hpp. Both engines.
#include <algorithm>
#include <ctime>

#include "policies/partition/linear_cost.hpp"
#include "policies/partition/partition_times.hpp"
#include "policies/partition/rate_map.hpp"
#include "policies/partition/solvers.hpp"
#include "tests/validation/simulated.hpp"
#include "traces/inference_trace.hpp"
#include "traces/layer_profile.hpp"

namespace updraft {
namespace {

// layer   edge  cloud   puts out
// image                  3000 B
// a         10      1    1000 B
// b         20      2     500 B
// c         30      3      40 B   the output
// 0.8 Mbps carry 100 B a ms; 5 ms each way; a reply of 16 B at 8 Mbps takes 0.016 ms.
class Tables {
 public:
  std::string yaml() const {
    return "partition: {layers: '" + layers_ + "', times: {edge: '" + edge_ + "', cloud: '" +
           cloud_ + "'}}\n";
  }

 private:
  TemporaryFolder folder_;
  std::string layers_ = folder_.file("layers.yaml",
                                     "format: updraft-layers\n"
                                     "name: net\n"
                                     "source: written for this test\n"
                                     "layers:\n"
                                     "  image: {type: input, shape: [3000], bytes: 3000 B}\n"
                                     "  a: {type: convolution, from: [image], shape: [250]}\n"
                                     "  b: {type: convolution, from: [a], shape: [125]}\n"
                                     "  c: {type: linear, from: [b], shape: [10]}\n"
                                     "outputs: [c]\n");
  std::string edge_ = folder_.file("edge.yaml", "layers: {a: 10 ms, b: 20 ms, c: 30 ms}\n");
  std::string cloud_ = folder_.file("cloud.yaml", "layers: {a: 1 ms, b: 2 ms, c: 3 ms}\n");
};

std::string scenario(const Tables& tables, const std::string& policy,
                     const std::string& workload = "arrivals: back_to_back, samples: 3",
                     const std::string& uplink = "0.8 Mbps", const std::string& rest = "") {
  return "workload: {trace: none, payload: 3000 B, reply: 16 B, " + workload +
         "}\nchannel: {uplink: " + uplink + ", downlink: 8 Mbps, latency: 5 ms}\n" + tables.yaml() +
         rest + "policies: [{" + policy + "}]\n";
}

void check_latency(const Run& run, double expected_ms) {
  for (const double latency : latencies_ms(run)) CHECK(std::abs(latency - expected_ms) <= 1e-8);
}

}  // namespace

TEST_CASE("a lone stream takes edge + upload + cloud + both ways + reply at every cut") {
  const Tables tables;
  const auto at = [&](const std::string& after) {
    return simulated(scenario(tables, "policy: fixed_cut, after: " + after));
  };
  check_latency(at("input"), 0 + 30 + 6 + 10 + .016);
  check_latency(at("a"), 10 + 10 + 5 + 10 + .016);
  check_latency(at("b"), 30 + 5 + 3 + 10 + .016);
  check_latency(at("output"), 60);
  // At the edge alone nothing is sent; after b, 500 B a sample.
  CHECK(at("output").samples.uplink_bytes == std::vector<std::uint32_t>{0, 0, 0});
  CHECK(at("b").samples.uplink_bytes == std::vector<std::uint32_t>{500, 500, 500});
}

TEST_CASE("tensors go as they are coded, the image as it is") {
  const Tables tables;
  // int8: a quarter of 1000 B; the image stays 3000 B.
  std::string text = scenario(tables, "policy: fixed_cut, after: a");
  const auto at = text.find("partition: {");
  text.insert(at + 12, "coding: int8, ");
  check_latency(simulated(text), 10 + 2.5 + 5 + 10 + .016);
  std::string whole = scenario(tables, "policy: fixed_cut, after: input");
  whole.insert(whole.find("partition: {") + 12, "coding: int8, ");
  check_latency(simulated(whole), 0 + 30 + 6 + 10 + .016);
}

TEST_CASE("all three resources queue") {
  // Cut after a, an image every 8 ms: the edge (10 ms) is what limits; the second sample waits 2
  // ms, the third 4 ms. Uplink 10 ms a tensor: the k-th leaves the edge at 10 k, is sent until 10
  // (k + 1).
  const Tables tables;
  const Run run = simulated(
      scenario(tables, "policy: fixed_cut, after: a", "arrivals: {periodic: 8 ms}, samples: 3"));
  check_dates("started", run.samples.stamps.started, {0, 10, 20});
  check_dates("decided", run.samples.stamps.decided, {10, 20, 30});
  check_dates("sent", run.samples.stamps.sent, {20, 30, 40});
  check_dates("received", run.samples.stamps.received, {25, 35, 45});
  check_dates("served", run.samples.stamps.served, {30, 40, 50});
}

TEST_CASE("a sample that is cut has no answer of its own to fall back to") {
  // The reply would come after 35.016 ms. At 20 ms the edge has run layer a alone: dropped. The
  // whole network at the edge answers.
  const Tables tables;
  const Run run = simulated(scenario(tables, "policy: fixed_cut, after: a, timeout: 10 ms"));
  for (const Outcome outcome : run.samples.outcome) CHECK(outcome == Outcome::dropped);
  const Run edge = simulated(scenario(tables, "policy: fixed_cut, after: output, timeout: 10 ms"));
  for (const Outcome outcome : edge.samples.outcome) CHECK(outcome == Outcome::answered_edge);
}

TEST_CASE("the best cut moves with the measured rate, not with the true one") {
  // T in ms, x ms a byte: input 16.016 + 3000 x, a 25.016 + 1000 x, b 43.016 + 500 x, output 60.
  //   input = a at 2000 x = 9    x = .0045    1.7778 Mbps
  //   a = output at 1000 x = 34.984    x = .034984   228.7 kbps, where b is 43.016 + 17.49 > 60
  // First 8 Mbps are assumed: input. That payload goes at 0.8 Mbps, which the next sample knows: a.
  const Tables tables;
  const std::string cut = "policy: best_cut, first_rate: 8 Mbps";
  const Run slow = simulated(scenario(tables, cut));
  CHECK(slow.samples.uplink_bytes == std::vector<std::uint32_t>{3000, 1000, 1000});
  const auto prepared = prepare_text(scenario(tables, cut), "test");
  const auto note = prepared->replications[0].policies[0]->note();
  CHECK(note == "cut after output, from 0.229 Mbps a, from 1.78 Mbps input");
}

TEST_CASE("a device that keeps all looks at its uplink now and then") {
  // At 0.08 Mbps the output is best, from the first sample on; after 2 that stayed one goes by the
  // best offloading cut, which is b there: 43.016 + 500 / 10 against 25.016 + 1000 / 10.
  const Tables tables;
  const Run run = simulated(scenario(tables, "policy: min_cut, first_rate: 0.08 Mbps, probe: 2",
                                     "arrivals: back_to_back, samples: 7", "0.08 Mbps"));
  CHECK(run.samples.uplink_bytes == std::vector<std::uint32_t>{0, 0, 500, 0, 0, 500, 0});
  const Run never_looks =
      simulated(scenario(tables, "policy: min_cut, first_rate: 0.08 Mbps, probe: 0",
                         "arrivals: back_to_back, samples: 7", "8 Mbps"));
  CHECK(never_looks.samples.uplink_bytes == std::vector<std::uint32_t>(7, 0));
}

TEST_CASE("a real network on catalog machines: simulated is predicted, at every cut and rate") {
  for (const std::string layers : {"alexnet", "resnet18"}) {
    for (const std::string rate : {"0.5 Mbps", "20 Mbps", "1 Gbps"}) {
      const auto text = [&](const std::string& policies) {
        return "workload: {trace: none, payload: 150528 B, reply: 16 B, arrivals: back_to_back, "
               "samples: 2}\ndevice: {use: jetson-tx2}\ncloud: {use: t4}\nchannel: {uplink: " +
               rate + ", downlink: 20 Mbps, latency: 25 ms}\npartition: {layers: " +
               UPDRAFT_SOURCE_DIR "/traces/layers/" + layers + ".yaml}\npolicies: [" + policies +
               "]\n";
      };
      const auto all = prepare_text(text("{policy: min_cut, first_rate: 1 Mbps}"), "test");
      const PartitionMenu& menu = all->partition->partition;
      REQUIRE(menu.cuts.size() > 8);
      const auto bytes_per_second = std::get<BytesPerSecond>(all->uplink.rate.rate);
      std::string policies;
      for (std::size_t k = 0; k < menu.cuts.size(); ++k) {
        policies += (k > 0 ? ", " : "") + std::string("{name: c") + std::to_string(k) +
                    ", policy: fixed_cut, after: '" + menu.cuts[k].after + "'}";
      }
      // Those that min_cut alone offers are not among a fixed_cut's scenario's own: keep one.
      policies += ", {policy: min_cut, first_rate: 1 Mbps}";
      const auto prepared = prepare_text(text(policies), "test");
      const auto as_predicted = [&](std::size_t p, std::size_t, const Run& run) {
        if (p >= menu.cuts.size()) return;
        const double predicted = latency(menu.cuts[p], menu.costs, bytes_per_second).si();
        CAPTURE(menu.cuts[p].after);
        for (const double ms : latencies_ms(run))
          CHECK(std::abs(ms / 1e3 - predicted) <= 1e-12 * (1 + predicted));
      };
      simulate(*prepared, EngineKind::native, as_predicted);
      if (rate == "20 Mbps") simulate(*prepared, EngineKind::simgrid, as_predicted);
    }
  }
}

TEST_CASE("samples that are cut are batched in the cloud like all others") {
  // Two devices, cut after a: received at 10 + 10 + 5 = 25; a batch of two takes twice 2 + 3 = 10.
  const Tables tables;
  const Run run = simulated(
      scenario(tables, "policy: fixed_cut, after: a", "arrivals: {periodic: 1 s}, samples: 2",
               "0.8 Mbps", "cloud: {batch: {max: 2, delay: 100 ms}}\ndevice: {count: 2}\n"));
  check_dates("served_start", run.samples.stamps.served_start, {25, 25});
  check_dates("served", run.samples.stamps.served, {35, 35});
}

// GoogLeNet between a TX2 and a T4, near enough for cuts inside its blocks.
std::string googlenet(const std::string& policies) {
  return "workload: {trace: none, payload: 150528 B, reply: 16 B, arrivals: back_to_back, samples: "
         "1}\n"
         "device: {use: jetson-tx2}\ncloud: {use: t4}\n"
         "channel: {uplink: 20 Mbps, downlink: 20 Mbps}\n"
         "partition: {coding: int8, layers: " UPDRAFT_SOURCE_DIR
         "/traces/layers/googlenet.yaml}\npolicies:\n" +
         policies;
}

TEST_CASE("what a policy chooses among depends on it alone, wherever it stands") {
  const auto notes = [](const std::string& policies) {
    const auto prepared = prepare_text(googlenet(policies), "test");
    std::vector<std::string> out;
    for (const PolicyPlan* plan : prepared->replications[0].policies) out.push_back(plan->note());
    return out;
  };
  const std::string best = "  - {policy: best_cut, first_rate: 1 Mbps}\n";
  const std::string cut = "policy: min_cut, first_rate: 1 Mbps, objective: energy";
  const std::string least = "  - {" + cut + "}\n";
  const auto together = notes(best + least);
  CHECK(notes(best) == std::vector<std::string>{together[0]});
  CHECK(notes(least) == std::vector<std::string>{together[1]});
  CHECK(together[0].find('+') == std::string::npos);
  CHECK(together[1].find("inception4a_1x1+") != std::string::npos);  // several tensors of a block
  const auto held = notes("  - {policy: dynamic_sizing, good_rate: 5 Mbps, good: {" + cut +
                          "}, poor: {policy: best_cut, first_rate: 1 Mbps}}\n");
  CHECK(held[0] == "good: " + together[1] + "; poor: " + together[0]);
}

TEST_CASE("a cut network is no reference of a tuned threshold: calibration has none") {
  CHECK_THROWS_WITH(
      prepare_text(
          "workload: {trace: " UPDRAFT_SOURCE_DIR
          "/traces/inference/cifar10.h5, arrivals: {poisson: 20 Hz}, samples: 10}\n"
          "channel: {uplink: 5 Mbps, downlink: 5 Mbps}\n"
          "partition: {times: ideal, answers: image, layers: " UPDRAFT_SOURCE_DIR
          "/traces/layers/resnet20.yaml}\n"
          "policies: [{policy: threshold, stage: shufflenet, variant: image, score: margin, "
          "reference: 'resnet20:output', tune: {accuracy_improvement: 50 %}}]\n",
          "test"),
      doctest::Contains("policies[0].reference = resnet20:output; expected resnet8"));
}

TEST_CASE("a threshold, cuts and a crop stand in one table, alike on both engines") {
  const TemporaryFolder folder;
  Stream random(21, "one table");
  InferenceTrace trace;
  trace.dataset = "all ways";
  trace.classes = 2;
  Split split;
  split.name = "test";
  constexpr std::size_t rows = 60;
  const auto logits = [&] {
    std::vector<float> out;
    for (std::size_t i = 0; i < 2 * rows; ++i) out.push_back(static_cast<float>(random.uniform()));
    return out;
  };
  for (std::size_t i = 0; i < rows; ++i)
    split.labels.push_back(static_cast<std::int32_t>(random.below(2)));
  Stage small;
  small.name = "small";
  small.work = Flops(1e7);
  small.answers.logits = logits();
  Stage look;
  look.name = "look";
  look.work = Flops(2e6);
  look.answers.correct.assign(rows, 0);
  look.theta.assign(4 * rows, .5F);
  look.theta_convention = "of this test";
  split.stages = {small, look};
  Variant image;
  image.name = "image";
  image.cloud_work = Flops(2e7);
  image.payload = Bytes(3000);
  image.reply = Bytes(16);
  image.answers.logits = logits();
  Variant found = image;
  found.name = "look";
  found.payload = Bytes(100);
  found.answers.logits = logits();
  Variant coded = image;
  coded.name = "coded";
  coded.encode_work = Flops(1e5);
  coded.payload = Bytes(1500);
  coded.answers.logits = logits();
  split.variants = {image, coded, found};
  trace.splits.push_back(split);
  write_inference_trace(trace, folder.path("ways.h5"));
  const Tables tables;
  const auto prepared = prepare_text(
      "workload: {trace: " + folder.path("ways.h5") +
          ", arrivals: {poisson: 20 Hz}}\n"
          "channel: {uplink: {rate: 0.8 Mbps, outages: {up: 1 s, down: 200 ms}}, downlink: 8 Mbps, "
          "latency: 5 ms}\ndevice: {count: 2}\ncloud: {batch: {max: 4, delay: 3 ms}}\n" +
          tables.yaml() +
          "policies:\n  - {policy: threshold, variant: image, score: margin, delta: 0.1}\n"
          "  - {policy: fixed_cut, after: b}\n  - {policy: best_cut, first_rate: 1 Mbps}\n"
          "  - {policy: min_cut, first_rate: 1 Mbps}\n  - {policy: crop}\n  - {policy: codec}\n",
      "test");
  // The network of the image answers for what a codec leaves of it, too: the same layers, the same
  // times. An extractor's is another, served by the catalog's.
  const auto& times = prepared->plan.cloud.times.of;
  CHECK(times[1].setup == times[0].setup);
  CHECK(times[1].each == times[0].each);
  CHECK(times[2].each != times[0].each);
  for (std::size_t p = 0; p < prepared->scenario.policies.size(); ++p) {
    CAPTURE(p);
    std::optional<Run> reference;
    simulate(*prepared, EngineKind::simgrid, [&](std::size_t policy, std::size_t, const Run& run) {
      if (policy == p) reference = run;
    });
    const Run native = simulate_here(*prepared, p, 0, EngineKind::native);
    const Difference difference = compare(native, *reference);
    CHECK(difference.largest.si() <= 1e-9);
    CHECK(difference.decisions + difference.outcomes + difference.bytes == 0);
    CHECK(std::ranges::count(native.samples.outcome, Outcome::answered_cloud) > 0);
  }
}

TEST_CASE("a crop is made by its extractor, which has no answer") {
  // Extractor: 1 MMAC at 1 GMAC/s = 1 ms; 100 B at 0.8 Mbps = 1 ms; cloud: 10 MMAC at 1 TMAC/s =
  // 0.01 ms; 5 ms each way.
  const TemporaryFolder folder;
  InferenceTrace trace;
  trace.dataset = "crops";
  trace.classes = 2;
  Split split;
  split.name = "test";
  split.labels = {0, 1};
  Stage look;
  look.name = "look";
  look.work = Flops(2e6);
  look.answers.correct = {0, 0};
  look.theta.assign(8, .5F);
  look.theta_convention = "of this test";
  split.stages.push_back(look);
  Variant found;
  found.name = "look";
  found.cloud_work = Flops(2e7);
  found.payload = Bytes(100);
  found.answers.correct = {1, 0};
  split.variants.push_back(found);
  trace.splits.push_back(split);
  write_inference_trace(trace, folder.path("crops.h5"));
  const auto run = [&](const std::string& policy) {
    return "workload: {trace: " + folder.path("crops.h5") +
           ", arrivals: back_to_back, order: recorded}\nchannel: {uplink: 0.8 Mbps, downlink: 8 "
           "Mbps, latency: 5 ms}\npolicies: [{" +
           policy + "}]\n";
  };
  check_latency(simulated(run("policy: crop")), 1 + 1 + .01 + 10);
  for (const Outcome outcome : simulated(run("policy: crop, timeout: 5 ms")).samples.outcome)
    CHECK(outcome == Outcome::dropped);
  check_latency(simulated(run("policy: always_cloud")), 1 + 1 + .01 + 10);  // found all the same
  CHECK_THROWS(prepare_text(run("policy: always_edge"), "test"));
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr double slower = 50;  // a build that watches every access
#else
constexpr double slower = 1;
#endif

TEST_CASE("ResNet-101 is cut in under 5 ms") {
  const LayerGraph graph = read_layer_profile(UPDRAFT_SOURCE_DIR "/traces/layers/resnet101.yaml");
  const std::vector<Seconds> edge(graph.layers.size(), Seconds(1e-3));
  const std::vector<Seconds> cloud(graph.layers.size(), Seconds(1e-4));
  const PartitionTimes times = partition_times(graph, edge, cloud, Coding::int8);
  double least_s = 1;
  for (int turn = 0; turn < 5; ++turn) {
    const std::clock_t begun = std::clock();
    const MinCut found = min_cut(graph, weights_at(1e-6, times, linear_cost(1, 0, {})));
    least_s = std::min(least_s, static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC);
    CHECK(found.cost > 0);
  }
  MESSAGE(graph.layers.size(), " layers: ", 1e3 * least_s, " ms");
  CHECK(least_s < slower * 5e-3);
}

}  // namespace updraft
