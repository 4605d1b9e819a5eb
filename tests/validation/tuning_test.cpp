// Does tuning by simulation find what theory says is best, and does what it finds keep the budget?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/metrics/verdicts.hpp"
#include "sim/tuning_by_simulation.hpp"
#include "tests/unit/traces/scratch.hpp"
#include "tests/validation/simulated.hpp"
#include "traces/inference_trace.hpp"

namespace updraft {
namespace {

// 600 rows a split: the score is even in [0, 1), the edge is right with that chance, the cloud
// always. So the more is offloaded, the more is right, and only a budget holds it back.
InferenceTrace honest_scores() {
  InferenceTrace trace;
  trace.dataset = "honest scores";
  trace.classes = 2;
  for (const char* name : {"calibration", "test"}) {
    Stream random(11, name);
    Split split;
    split.name = name;
    Stage stage;
    stage.name = "edge";
    stage.work = Flops(2e6);
    Score q{"q", {}};
    Variant variant;
    variant.name = "image";
    variant.payload = Bytes(5000);
    variant.reply = Bytes(10);
    variant.cloud_work = Flops(2e8);
    for (int i = 0; i < 600; ++i) {
      split.labels.push_back(i % 2);
      q.values.push_back(static_cast<float>(random.uniform()));
      stage.answers.correct.push_back(random.uniform() < static_cast<double>(q.values.back()));
      variant.answers.correct.push_back(1);
    }
    stage.scores.push_back(q);
    split.stages.push_back(stage);
    split.variants.push_back(variant);
    trace.splits.push_back(split);
  }
  return trace;
}

// Uplink 5000 B at 2 Mbps: 20 ms; 30 samples a second.
std::string threshold_scenario(const std::string& file, const std::string& policy,
                               const std::string& rest = "") {
  return fmt::format(
      "workload: {{trace: '{}', samples: 1200, arrivals: {{poisson: 30 Hz}}, deadline: 200 ms, "
      "seed: 3}}\ndevice: {{stage_time: 1 ms}}\nchannel: {{uplink: 2 Mbps, downlink: 20 Mbps, "
      "latency: 5 ms}}\ncloud: {{service: 1 ms}}\npolicies: [{}]\n{}",
      file, policy, rest);
}

double delta_of(const Prepared& prepared) { return *prepared.replications[0].policies[0]->delta(); }

// All figures of one threshold, on the runs that tuning saw.
PolicyResult on_tuning_runs(const std::string& file, double delta, const std::string& budgets) {
  std::string text =
      threshold_scenario(file, fmt::format("{{policy: threshold, score: q, delta: {}}}", delta),
                         "replications: 5\nbudgets: " + budgets + "\n");
  text.replace(text.find("seed: 3"), 7,
               fmt::format("seed: {}, split: calibration", tuning_seed(3)));
  return simulate(*prepare_text(text, "test"), OnRun{}).front();
}

}  // namespace

TEST_CASE("M/D/1: the largest share of offloads within a mean latency is the formula's") {
  // 80 samples a second, each offloaded with chance p: thinned Poisson arrivals at an uplink that
  // takes D = 10 kB / 8 Mbps = 10 ms. With rho = 80 p * 0.01 = 0.8 p the mean over all samples is
  //   p (D + rho D / (2 (1 - rho))) = p (10 + 4 p / (1 - 0.8 p)) ms, edge and cloud taking no time;
  // it is 8 ms at 10 p - 8 p^2 + 4 p^2 = 8 - 6.4 p, i.e. 4 p^2 - 16.4 p + 8 = 0:
  //   p = (16.4 - sqrt(268.96 - 128)) / 8 = 0.565917
  const double best = (16.4 - std::sqrt(16.4 * 16.4 - 128)) / 8;
  const auto prepared = prepare_tuned_text(
      "workload: {trace: none, payload: 10 kB, reply: 0 B, samples: 20000, arrivals: {poisson: 80 "
      "Hz}, seed: 4}\nchannel: {uplink: 8 Mbps, downlink: 8 Mbps}\npolicies: [{policy: random, "
      "tune: {budget: {latency_mean: 8 ms}, maximize: appealing_rate}}]\n",
      "test");
  const auto results = simulate(*prepared, OnRun{});
  CAPTURE(results[0].note);
  const double found = results[0].runs[0].appealing_rate;
  // A step of the second grid is 1 / 256 = 0.0039. The latency rises with p by 25 ms (from 7.9 to
  // 8.1 ms between p = 0.5617 and 0.5701); five runs of 20,000 know it to some 0.05 ms (standard
  // error), that is 0.002 of p: 4 of these. The share of this run's coins: sqrt(.25 / 20000) =
  // 0.0035, 4 of these.
  CHECK(std::abs(found - best) <= .0039 + 4 * .002 + 4 * .0035);
  CHECK(results[0].note.find("offload 0.5") == 0);
}

TEST_CASE("a tuned threshold keeps its budget on calibration and no other does better") {
  const Scratch folder;
  const std::string file = folder.path("honest.h5");
  write_inference_trace(honest_scores(), file);
  const std::string budgets = "{latency_p95: 60 ms, energy_per_sample: 1 J}";
  const auto prepared = prepare_tuned_text(
      threshold_scenario(file, "{policy: threshold, score: q, tune: {budget: " + budgets +
                                   ", maximize: accuracy}}"),
      "test");
  const PolicyResult found = on_tuning_runs(file, delta_of(*prepared), budgets);
  CAPTURE(prepared->tuned[0]);
  CHECK(found.budgets[0].room() >= 0);
  CHECK(found.budgets[1].room() >= 0);
  // Brute force, 0.02 apart: accuracy rises with delta here, so what is better misses the budget.
  int beyond = 0;
  const FigureColumn& accuracy = column_of(&RunFigures::accuracy);
  for (double delta = 0; delta <= 1; delta += .02) {
    const PolicyResult other = on_tuning_runs(file, delta, budgets);
    CAPTURE(delta);
    const bool better = combined(other, accuracy).value > combined(found, accuracy).value + .002;
    if (better) CHECK(other.budgets[0].room() < 0);
    beyond += better;
  }
  CHECK(beyond > 5);
  // Latency jumps between two thresholds where one more row in a hundred is offloaded at most.
  CHECK(found.budgets[0].margin() < .25);
}

TEST_CASE("the same seed finds the same, another seed meets other noise") {
  const Scratch folder;
  const std::string file = folder.path("honest.h5");
  write_inference_trace(honest_scores(), file);
  std::string text = threshold_scenario(
      file, "{policy: threshold, score: q, tune: {budget: {latency_p95: 60 ms}}}");
  const auto first = prepare_tuned_text(text, "test");
  const auto again = prepare_tuned_text(text, "test");
  CHECK(delta_of(*first) == delta_of(*again));
  CHECK(first->tuned == again->tuned);
  text.replace(text.find("seed: 3"), 7, "seed: 9");
  CHECK(prepare_tuned_text(text, "test")->tuned != first->tuned);
  CHECK(tuning_seed(3) != 3);
  CHECK(tuning_seed(3) != tuning_seed(9));
  CHECK(tuning_seed(~std::uint64_t{0}) < std::uint64_t{1} << 53);
}

TEST_CASE("sure asks for the interval, closest takes what it gets, minimize turns round") {
  const Scratch folder;
  const std::string file = folder.path("honest.h5");
  write_inference_trace(honest_scores(), file);
  const auto tuned = [&](const std::string& tune) {
    return prepare_tuned_text(
        threshold_scenario(file, "{policy: threshold, score: q, tune: " + tune + "}"), "test");
  };
  const auto mean = tuned("{budget: {latency_p95: 60 ms}}");
  const auto sure = tuned("{budget: {latency_p95: 60 ms}, sure: 95 %}");
  CHECK(delta_of(*sure) < delta_of(*mean));
  CHECK(on_tuning_runs(file, delta_of(*sure), "{latency_p95: 60 ms}").budgets[0].verdict ==
        Verdict::met);
  CHECK_THROWS_AS(tuned("{budget: {latency_p95: 1 us}}"), InputError);
  const auto closest = tuned("{budget: {latency_p95: 1 us}, otherwise: closest}");
  CHECK(closest->tuned[0].find("no candidate meets the budgets") != std::string::npos);
  // The cheapest that is right in 80 of 100: of all offloaded, 1; of none, 0.5.
  const auto cheap = tuned("{budget: {accuracy: 80 %}, minimize: uplink_per_sample}");
  const PolicyResult at = on_tuning_runs(file, delta_of(*cheap), "{accuracy: 80 %}");
  CHECK(at.budgets[0].room() >= 0);
  CHECK(at.budgets[0].margin() < .01);
}

TEST_CASE("the scenario's budgets hold where tune names none, and the run reports them") {
  const Scratch folder;
  const std::string file = folder.path("honest.h5");
  write_inference_trace(honest_scores(), file);
  const auto prepared = prepare_tuned_text(
      threshold_scenario(file, "{policy: threshold, score: q, tune: {maximize: accuracy}}",
                         "budgets: {latency_p95: 60 ms}\nreplications: 5\n"),
      "test");
  const auto own = prepare_tuned_text(
      threshold_scenario(file,
                         "{policy: threshold, score: q, tune: {budget: {latency_p95: 60 ms}}}"),
      "test");
  CHECK(delta_of(*prepared) == delta_of(*own));
  const auto results = simulate(*prepared, OnRun{});
  REQUIRE(results[0].budgets.size() == 1);
  CHECK(results[0].budgets[0].by == "replications");
  CHECK(results[0].note == prepared->tuned[0]);
}

}  // namespace updraft
