// Would someone else get the same? Two ways to say one thing must do one thing, stamp for stamp.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "sim/simulation.hpp"
#include "tests/unit/core/temporary_folder.hpp"
#include "traces/inference_trace.hpp"

namespace updraft {
namespace {

// 60 rows of 4 classes, random logits; the cloud's look at the label more.
InferenceTrace trace(std::uint64_t seed) {
  Stream random(seed, "differential");
  InferenceTrace out;
  out.dataset = "random";
  out.classes = 4;
  Split split;
  split.name = "test";
  Stage stage;
  stage.name = "edge";
  stage.work = Flops(2e7);
  Variant variant;
  variant.name = "cloud";
  variant.payload = Bytes(9000);
  variant.reply = Bytes(200);
  variant.cloud_work = Flops(2e9);
  Score q{"q", {}};
  for (int i = 0; i < 60; ++i) {
    const auto label = static_cast<int>(random.below(4));
    split.labels.push_back(label);
    for (int c = 0; c < 4; ++c) {
      const bool its = c == label;
      stage.answers.logits.push_back(static_cast<float>(3 * random.uniform() + (its ? .8 : 0)));
      variant.answers.logits.push_back(static_cast<float>(3 * random.uniform() + (its ? 2 : 0)));
    }
    q.values.push_back(static_cast<float>(random.uniform()));
  }
  stage.scores.push_back(q);
  split.stages.push_back(stage);
  split.variants.push_back(variant);
  out.splits.push_back(split);
  return out;
}

struct Ran {
  std::vector<Run> runs;
  std::vector<PolicyResult> results;
};

Ran run(const TemporaryFolder& folder, const std::string& policies) {
  const std::string text =
      "workload: {trace: " + folder.path("t.h5") +
      ", arrivals: {poisson: 12 Hz}}\n"
      "device: {count: 3, stage_time: {exponential: 30 ms}, idle: 1 W, busy: 5 W}\n"
      "channel: {uplink: {rate: 3 Mbps, sharing: fifo}, downlink: 3 Mbps, latency: 7 ms}\n"
      "cloud: {service: {setup: 4 ms, each: 3 ms}, servers: 2, batch: {max: 3, delay: 2 ms}}\n"
      "policies:\n" +
      policies;
  Ran out;
  const auto prepared = prepare_text(text, folder.path("differential.yaml"));
  out.results = simulate(
      *prepared, [&](std::size_t, std::size_t, const Run& one) { out.runs.push_back(one); });
  return out;
}

// All but the score that was looked at, which is what the two ways differ in.
bool same_journeys(Run a, Run b) {
  const auto stamps_a = all_stamps(a.samples.stamps);
  const auto stamps_b = all_stamps(b.samples.stamps);
  for (std::size_t k = 0; k < stamps_a.size(); ++k) {
    for (std::size_t i = 0; i < a.samples.size(); ++i) {
      const SimTime x = (*stamps_a[k])[i];
      const SimTime y = (*stamps_b[k])[i];
      if (x.set() != y.set() || (x.set() && x != y)) return false;
    }
  }
  return a.samples.outcome == b.samples.outcome && a.samples.variant == b.samples.variant &&
         a.samples.stage == b.samples.stage && a.samples.row == b.samples.row &&
         a.samples.uplink_bytes == b.samples.uplink_bytes;
}

// All but the first policy decide every sample alike and as the first does; `rate` of them is 1.
void check_same_as_first(const Ran& ran, double RunFigures::*rate) {
  REQUIRE(ran.runs.size() > 1);
  for (std::size_t p = 1; p < ran.runs.size(); ++p) {
    CAPTURE(p);
    CHECK(same_journeys(ran.runs[0], ran.runs[p]));
    CHECK(ran.results[p].runs[0].accuracy == ran.results[0].runs[0].accuracy);
    CHECK(ran.results[p].runs[0].*rate == 1);
  }
}

TEST_CASE("a threshold of 0 is always_edge, for every score in [0, 1]") {
  const TemporaryFolder folder;
  write_inference_trace(trace(1), folder.path("t.h5"));
  const auto ran = run(folder,
                       "  - {policy: always_edge}\n"
                       "  - {name: q, policy: threshold, score: q, delta: 0}\n"
                       "  - {name: msp, policy: threshold, score: msp, delta: 0}\n"
                       "  - {name: margin, policy: threshold, score: margin, delta: 0}\n"
                       // entropy is -H, in [-ln C, 0]: its least value is -ln 4 = -1.386
                       "  - {name: entropy, policy: threshold, score: entropy, delta: -1.4}\n");
  check_same_as_first(ran, &RunFigures::skipping_rate);
}

TEST_CASE("a threshold above every score is always_cloud that runs the stage") {
  const TemporaryFolder folder;
  write_inference_trace(trace(2), folder.path("t.h5"));
  const auto ran = run(folder,
                       "  - {policy: always_cloud, run_stage: true}\n"
                       "  - {name: q, policy: threshold, score: q, delta: 1.01}\n"
                       "  - {name: msp, policy: threshold, score: msp, delta: 1.01}\n"
                       "  - {name: margin, policy: threshold, score: margin, delta: 1.01}\n"
                       "  - {name: entropy, policy: threshold, score: entropy, delta: 0.01}\n"
                       "  - {name: coin, policy: random, offload: 100 %}\n");
  check_same_as_first(ran, &RunFigures::appealing_rate);
}

TEST_CASE("a threshold within the scores is neither: the two tests above can fail") {
  const TemporaryFolder folder;
  write_inference_trace(trace(1), folder.path("t.h5"));
  const auto ran = run(folder,
                       "  - {policy: always_edge}\n"
                       "  - {policy: always_cloud, run_stage: true}\n"
                       "  - {policy: threshold, score: q, delta: 0.5}\n");
  CHECK_FALSE(same_journeys(ran.runs[0], ran.runs[2]));
  CHECK_FALSE(same_journeys(ran.runs[1], ran.runs[2]));
}

TEST_CASE("no policy beats the oracle at its own rate of offloads") {
  const TemporaryFolder folder;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    write_inference_trace(trace(seed), folder.path("t.h5"));  // each row replayed once
    const auto ran = run(
        folder, fmt::format("  - {{name: a, policy: random, offload: {}}}\n"
                            "  - {{name: b, policy: threshold, score: q, delta: {}}}\n"
                            "  - {{name: c, policy: threshold, score: margin, delta: {}}}\n"
                            "  - {{name: d, policy: threshold, score: entropy, delta: -{}}}\n"
                            "  - {{policy: always_cloud}}\n  - {{policy: always_edge}}\n",
                            .1 * static_cast<double>(seed % 10), .09 * static_cast<double>(seed),
                            .08 * static_cast<double>(seed), .13 * static_cast<double>(seed)));
    std::string oracles;
    for (std::size_t p = 0; p < ran.results.size(); ++p) {
      REQUIRE(ran.results[p].runs[0].dropped == 0);
      oracles += fmt::format("  - {{name: o{}, policy: oracle, budget: {:.17g}}}\n", p,
                             ran.results[p].runs[0].appealing_rate);
    }
    const auto best = run(folder, oracles);
    for (std::size_t p = 0; p < ran.results.size(); ++p) {
      CAPTURE(p);
      const RunFigures& of_policy = ran.results[p].runs[0];
      const RunFigures& of_oracle = best.results[p].runs[0];
      CHECK(of_oracle.accuracy >= of_policy.accuracy);
      CHECK(of_oracle.appealing_rate <= of_policy.appealing_rate);
    }
  }
}

}  // namespace
}  // namespace updraft
