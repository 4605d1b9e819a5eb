// Queues through the whole simulator, within the 99 % interval of 20 independent runs (seed 1) of
// the formulas; the numbers are worked out here, not by sim/queueing_theory. Loads are moderate on
// purpose: the intervals are then 2 to 4 % wide. `updraft validate` runs others, at higher loads.
#include <cmath>

#include "sim/validate_check.hpp"
#include "tests/validation/simulated.hpp"

namespace updraft {
namespace {

// 20 runs of 10,000 samples.
void check_queue(const std::string& rest, double arrivals_Hz,
                 const std::vector<Question>& questions) {
  const std::string scenario =
      "workload: {trace: none, payload: 0 B, reply: 0 B, samples: 10000, arrivals: {poisson: " +
      std::to_string(arrivals_Hz) +
      " Hz}}\nchannel: {uplink: 8 Mbps, downlink: 8 Mbps}\nreplications: 20\n" + rest;
  for (const Check& check : ask("test", scenario, middle_of(10000 / arrivals_Hz), questions)) {
    CAPTURE(check.quantity);
    CAPTURE(check.expected);
    CAPTURE(check.simulated);
    CAPTURE(check.half_99);
    CHECK(std::abs(check.simulated - check.expected) <= check.half_99);
    CHECK(check.half_99 < .06 * check.expected);  // or it would say little
  }
}

}  // namespace

TEST_CASE("M/M/1: E[W] = rho s / (1 - rho) and a sojourn that is exponential") {
  // s = 10, rho = 0.5: 0.5 * 10 / 0.5 = 10 ms; P(T > 20 ms) = exp(-20 / (10 / 0.5)) = exp(-1)
  check_queue("device: {stage_time: {exponential: 10 ms}}\npolicies: [{policy: always_edge}]\n", 50,
              {{"wait, ms", 10, &Stamps::arrived, &Stamps::started, mean_ms()},
               {"sojourn > 20 ms, %", 100 * std::exp(-1), &Stamps::arrived, &Stamps::answered,
                share_above(.020)}});
}

TEST_CASE("M/M/k: E[W] = C s / (k - a), P(W > t) = C exp(-(k - a) t / s)") {
  // k = 2, a = 1: Erlang B = (1/2) / (1 + 1 + 1/2) = 0.2, C = 0.2 / (1 - 0.5 * 0.8) = 1/3.
  // s = 20: E[W] = 20 / 3 ms; P(W > 10 ms) = exp(-0.5) / 3
  check_queue(
      "cloud: {service: {exponential: 20 ms}, servers: 2}\npolicies: [{policy: "
      "always_cloud}]\n",
      50,
      {{"wait, ms", 20 / 3., &Stamps::enqueued, &Stamps::served_start, mean_ms()},
       {"wait > 10 ms, %", 100 * std::exp(-.5) / 3, &Stamps::enqueued, &Stamps::served_start,
        share_above(.010)}});
}

TEST_CASE("M/D/1: E[W] = rho s / (2 (1 - rho)), and a quantile by Crommelin's formula") {
  // s = 10, rho = 0.5: 5 ms. P(W <= 20 ms) = 0.5 (e^1 - 0.5 e^0.5 + 0) = 0.946961: the quantile of
  // that share is 20 ms.
  const double share = .5 * (std::exp(1) - .5 * std::exp(.5));
  const std::vector<Question> at_edge{
      {"wait, ms", 5, &Stamps::arrived, &Stamps::started, mean_ms()},
      {"quantile, ms", 20, &Stamps::arrived, &Stamps::started, quantile_ms(share)},
      {"wait > 20 ms, %", 100 * (1 - share), &Stamps::arrived, &Stamps::started,
       share_above(.020)}};
  check_queue("device: {stage_time: 10 ms}\npolicies: [{policy: always_edge}]\n", 50, at_edge);
  // the same queue at the cloud
  check_queue("cloud: {service: 10 ms}\npolicies: [{policy: always_cloud}]\n", 50,
              {{"wait, ms", 5, &Stamps::enqueued, &Stamps::served_start, mean_ms()}});
}

TEST_CASE("M/G/1 shared fairly: E[T] = s / (1 - rho)") {
  // 10 kB at 8 Mbps: s = 10, rho = 0.5: 20 ms
  const std::string scenario = R"(
workload: {trace: none, payload: 10 kB, reply: 0 B, samples: 10000, arrivals: {poisson: 50 Hz}}
channel: {uplink: {rate: 8 Mbps, sharing: fair, streams: all}, downlink: 8 Mbps}
cloud: {service: 0 s}
policies: [{policy: always_cloud}]
replications: 20
)";
  const auto checks = ask("test", scenario, middle_of(200),
                          {{"upload, ms", 20, &Stamps::decided, &Stamps::sent, mean_ms()}});
  CHECK(std::abs(checks[0].simulated - 20) <= checks[0].half_99);
  CHECK(checks[0].half_99 < 1);
}

TEST_CASE(
    "D/D/1 is exact: below load 1 nobody waits, above it everybody more than the one before") {
  std::vector<double> expected;
  // every 20, 15 each
  for (int k = 0; k < 500; ++k) expected.push_back(20 * k + 15);
  check_dates("answered",
              simulated(R"(
workload: {trace: none, payload: 0 B, samples: 500, arrivals: {periodic: 50 Hz}}
device: {stage_time: 15 ms}
channel: {uplink: 8 Mbps, downlink: 8 Mbps}
policies: [{policy: always_edge}]
)")
                  .samples.stamps.answered,
              expected);
  // every 20, 25 each, at the cloud: sample k from 25 k to 25 (k + 1)
  for (int k = 0; k < 500; ++k) expected[static_cast<std::size_t>(k)] = 25 * (k + 1);
  check_dates("answered",
              simulated(R"(
workload: {trace: none, payload: 0 B, reply: 0 B, samples: 500, arrivals: {periodic: 50 Hz}}
channel: {uplink: 8 Mbps, downlink: 8 Mbps}
cloud: {service: 25 ms}
policies: [{policy: always_cloud}]
)")
                  .samples.stamps.answered,
              expected);
}

TEST_CASE("the reference scenario is the workload that `updraft validate` simulates") {
  // One run of scenarios/01_reference.yaml: means near the theory (20.42 and 89.88 ms). Its 30,000
  // offloaded samples have a standard error of about 0.1 ms; 0.33 ms is the theory's own doubt.
  const auto theory = reference_theory();
  CHECK(theory.edge.si() == doctest::Approx(.0204167).epsilon(1e-5));  // 20 + 0.04 * 20 / 1.92
  CHECK(theory.offloaded().si() == doctest::Approx(.0899).epsilon(1e-3));
  const auto prepared = prepare("scenarios/01_reference.yaml", {"workload.samples=100000"});
  simulate(*prepared, [&](std::size_t policy, std::size_t, const Run& run) {
    if (prepared->scenario.policies[policy].name != "random") return;
    double sum[2] = {0, 0};
    double count[2] = {0, 0};
    for (SampleId s = 0; s < run.samples.size(); ++s) {
      const bool cloud = run.samples.outcome[s] == Outcome::answered_cloud;
      sum[cloud] += (run.samples.stamps.answered[s] - run.samples.stamps.arrived[s]).si();
      ++count[cloud];
    }
    CHECK(std::abs(sum[0] / count[0] - theory.edge.si()) < .05e-3);
    CHECK(std::abs(sum[1] / count[1] - theory.offloaded().si()) < .3e-3 + .33e-3);
  });
}

}  // namespace updraft
