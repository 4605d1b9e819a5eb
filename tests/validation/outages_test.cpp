// Transfers over links that go down: hand sums for planned outages, the closed form for random ones
// (traces/channel_forms.hpp, (1) and (2)), through the whole simulation on both engines.
#include <cmath>

#include "tests/validation/simulated.hpp"

namespace updraft {
namespace {

constexpr std::uint64_t seed = 5;

std::string scenario_over(const std::string& uplink, const std::string& payload,
                          const std::string& arrivals, const std::string& more = "") {
  return "workload: {trace: none, payload: " + payload +
         ", reply: 0 B, seed: " + std::to_string(seed) + ", arrivals: " + arrivals + more +
         "}\nchannel: {uplink: " + uplink +
         ", downlink: 8 Mbps}\ncloud: {service: 0 s}\npolicies: [{policy: always_cloud}]\n";
}

struct Measured {
  std::size_t n = 0;
  double mean = 0;
  double half = 0;  // of the interval: 4 deviations of the mean
};

Measured measured(const std::vector<double>& times) {
  Measured out{times.size()};
  double squares = 0;
  for (const double t : times) {
    out.mean += t / static_cast<double>(out.n);
    squares += t * t / static_cast<double>(out.n);
  }
  out.half = 4 * std::sqrt((squares - out.mean * out.mean) / static_cast<double>(out.n));
  return out;
}

}  // namespace

TEST_CASE("a planned outage of 78 s stalls a transfer and loses nothing, at whatever rate") {
  // 100 kB at 1 MB/s, begun at 950: 50 kB until 1000, the rest from 79000 on; the next waits
  const ArrivalsFile arrivals(std::vector<double>{950, 2000});
  const Run run = simulated(
      scenario_over("{rate: 8 Mbps, outages: {at: 1 s, lasts: 78 s}}", "100 kB", arrivals.yaml()));
  check_dates("upload_started", run.samples.stamps.upload_started, {950, 79050});
  check_dates("sent", run.samples.stamps.sent, {79050, 79150});
  for (const Outcome outcome : run.samples.outcome) CHECK(outcome == Outcome::answered_cloud);
}

TEST_CASE("several planned outages, over a trace that goes on behind them") {
  const TemporaryFolder folder;
  // 1 MB/s until 1 s, 0.5 MB/s until 2 s, 2 MB/s until 9 s; down in [0.2, 0.5) and [1.5, 2.5) s.
  // 200 kB by 200, 500 more by 1000, 250 by 1500; nothing until 2500; 50 left at 2 MB/s: 25
  const auto trace = folder.file("steps.txt", "1 8\n2 4\n9 16\n");
  const ArrivalsFile arrivals(std::vector<double>{0});
  const Run run = simulated(scenario_over(
      "{trace: '" + trace + "', outages: [{at: 200 ms, lasts: 300 ms}, {at: 1.5 s, lasts: 1 s}]}",
      "1000 kB", arrivals.yaml()));
  check_dates("sent", run.samples.stamps.sent, {2525});
}

TEST_CASE("on/off: E[T] = (S/C)(1 + f/g), and its variance, for transfers that begin while up") {
  CAPTURE(seed);
  // S/C = 500 ms; up 1 s (f = 1/s), down 400 ms (g = 2.5/s): E[T] = .5 x 1.4 = 700 ms. Back to
  // back, each begins when the last has ended, and a transfer ends while the link is up: all but
  // the first.
  const Run run =
      simulated(scenario_over("{model: {on_off: {rate: 8 Mbps, up: 1 s, down: 400 ms}}}", "500 kB",
                              "back_to_back", ", samples: 20000"));
  std::vector<double> times;
  for (SampleId s = 1; s < run.samples.size(); ++s)
    times.push_back((run.samples.stamps.sent[s] - run.samples.stamps.upload_started[s]).si());
  const auto found = measured(times);
  CHECK(found.half < .02 * found.mean);
  CHECK(std::abs(found.mean - .7) < found.half);
  // Var[T] = 2 f S/C / g^2 = 2 x .5 / 6.25 = .16 s^2: the interval is as wide as that says, to 10 %
  CHECK(found.half ==
        doctest::Approx(4 * std::sqrt(.16 / static_cast<double>(found.n))).epsilon(.1));
}

TEST_CASE("on/off: 1/g more for transfers that begin while down") {
  CAPTURE(seed);
  // As above, one every 20 s, long after the last has ended: up or down as at any date. Which, the
  // same draw tells: 2/7 of the time down.
  const std::string scenario =
      scenario_over("{model: {on_off: {rate: 8 Mbps, up: 1 s, down: 400 ms}}}", "500 kB",
                    "{periodic: 20 s}", ", samples: 20000");
  const auto prepared = prepare_text(scenario, "test");
  const auto source = link_source(prepared->uplink, prepared->plan.seed, "uplink", 0, 0);
  const Run run = simulated(*prepared);
  std::vector<double> up;
  std::vector<double> down;
  RatePiece piece = source->next();
  for (SampleId s = 0; s < run.samples.size(); ++s) {
    const SimTime begun = run.samples.stamps.upload_started[s];
    while (piece.until <= begun) piece = source->next();
    (piece.rate.si() > 0 ? up : down).push_back((run.samples.stamps.sent[s] - begun).si());
  }
  const auto of_up = measured(up);
  const auto of_down = measured(down);
  CHECK(std::abs(of_up.mean - .7) < of_up.half);
  CHECK(std::abs(of_down.mean - (.7 + .4)) < of_down.half);
  CHECK(of_down.half < .05);
  const double share = static_cast<double>(of_down.n) / 20000;
  CHECK(std::abs(share - 2 / 7.) < 4 * std::sqrt(2 / 7. * 5 / 7. / 20000));
}

TEST_CASE("random outages over a rate are the on/off link") {
  CAPTURE(seed);
  const Run run = simulated(scenario_over("{rate: 8 Mbps, outages: {up: 1 s, down: 400 ms}}",
                                          "500 kB", "back_to_back", ", samples: 20000"));
  std::vector<double> times;
  for (SampleId s = 1; s < run.samples.size(); ++s)
    times.push_back((run.samples.stamps.sent[s] - run.samples.stamps.upload_started[s]).si());
  const auto found = measured(times);
  CHECK(std::abs(found.mean - .7) < found.half);
  CHECK(found.half < .02 * found.mean);
}

TEST_CASE("Gilbert-Elliott: many packets take S / goodput") {
  CAPTURE(seed);
  // 12 Mbps, bad 1/6 of the slots of 1 ms, 60 % lost there, 1 % else: 10.83 % lost. 1.5 MB at
  // 1.5 MB/s (1 - .10833): 1.1215 s
  const Run run =
      simulated(scenario_over("{model: {gilbert_elliott: {rate: 12 Mbps, p: 2 %, r: 10 %, "
                              "loss_good: 1 %, loss_bad: 60 %}}}",
                              "1.5 MB", "back_to_back", ", samples: 300"));
  std::vector<double> times;
  for (SampleId s = 0; s < run.samples.size(); ++s)
    times.push_back((run.samples.stamps.sent[s] - run.samples.stamps.upload_started[s]).si());
  const auto found = measured(times);
  CHECK(found.half < .03 * found.mean);
  CHECK(std::abs(found.mean - 1 / (1 - (.6 / 6 + .05 / 6))) < found.half);
}

TEST_CASE("outages are each device's own, unless they are the same for all") {
  const auto sources_differ = [](const std::string& more) {
    const auto prepared =
        prepare_text(scenario_over("{rate: 8 Mbps, outages: {up: 1 s, down: 1 s" + more + "}}",
                                   "1 kB", "{periodic: 1 Hz}", ", samples: 2"),
                     "test");
    const auto a = link_source(prepared->uplink, seed, "uplink", 0, 0);
    const auto b = link_source(prepared->uplink, seed, "uplink", 1, 0);
    return a->next().until != b->next().until;
  };
  CHECK(sources_differ(""));
  CHECK_FALSE(sources_differ(", same_for_all: true"));
}

TEST_CASE("outages do not change what the rate draws") {
  const std::string model = "{model: {on_off: {rate: 8 Mbps, up: 1 s, down: 1 s}}";
  const auto with = prepare_text(
      scenario_over(model + ", outages: {up: 3 s, down: 1 s}}", "1 kB", "{periodic: 1 Hz}"),
      "test");
  const auto without = prepare_text(scenario_over(model + "}", "1 kB", "{periodic: 1 Hz}"), "test");
  const auto a = rate_source(with->uplink.rate, seed, "uplink", 0, 0);
  const auto b = link_source(without->uplink, seed, "uplink", 0, 0);
  for (int i = 0; i < 20; ++i) CHECK(a->next().until == b->next().until);
}

}  // namespace updraft
