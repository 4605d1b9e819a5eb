// What is equal on paper: sums of decimal durations differ by an ulp or two in doubles, and neither
// the order of events nor a verdict may hang on that.
#include <algorithm>

#include "tests/validation/simulated.hpp"

namespace updraft {
namespace {

double dropped(const Run& run) {
  return static_cast<double>(
      std::count(run.samples.outcome.begin(), run.samples.outcome.end(), Outcome::dropped));
}

}  // namespace

TEST_CASE(
    "a server that is always free again just in time drops nothing, whatever k/100 rounds to") {
  // arrivals k * 10 ms, service 10 ms, no place to wait: every service ends as the next sample
  // comes
  for (const char* channel : {"{uplink: 8 Mbps, downlink: 8 Mbps}",
                              "{uplink: 8 Mbps, downlink: 8 Mbps, latency: 7 ms}"}) {
    for (const char* payload : {"0 B", "3 kB"}) {
      CAPTURE(channel);
      CAPTURE(payload);
      const Run run = simulated(
          std::string("workload: {trace: none, payload: ") + payload +
          ", reply: 0 B, samples: 1000, arrivals: {periodic: 100 Hz}}\nchannel: " + channel + R"(
cloud: {service: 10 ms, queue_limit: 0}
policies: [{policy: always_cloud}]
)");
      CHECK(dropped(run) == 0);
    }
  }
}

TEST_CASE("batches of samples that come every 10 ms, with a delay of 10 ms, are all alike") {
  // The first waits until 10 ms; what is received at 10 ms joins it (timers come before arrivals,
  // but a payload of 0 B on a link without latency is received by a timer of its own, after the
  // batch's).
  const Run run = simulated(R"(
workload: {trace: none, payload: 0 B, reply: 0 B, samples: 1000, arrivals: {periodic: 100 Hz}}
channel: {uplink: 8 Mbps, downlink: 8 Mbps}
cloud: {service: 5 ms, batch: {max: 4, delay: 10 ms}}
policies: [{policy: always_cloud}]
)");
  std::vector<double> waits;
  for (std::size_t i = 0; i + 1 < run.samples.size(); ++i) {
    waits.push_back((run.samples.stamps.served_start[i] - run.samples.stamps.enqueued[i]).si());
  }
  const auto [least, most] = std::minmax_element(waits.begin(), waits.end());
  CHECK(*most - *least < 1e-9);
}

TEST_CASE("an answer at the very deadline is in time") {
  // Nothing queues: 5 Hz, 100 ms. answered - arrived is 100 ms on paper, an ulp more or less in
  // doubles.
  for (const char* deadline : {"100 ms", "99.999 ms"}) {
    const auto prepared = prepare_text(std::string(R"(
workload: {trace: none, payload: 0 B, samples: 1000, arrivals: {periodic: 5 Hz}, deadline: )") +
                                           deadline + R"(}
device: {stage_time: 100 ms}
channel: {uplink: 8 Mbps, downlink: 8 Mbps}
policies: [{policy: always_edge}]
)",
                                       "test");
    const auto results = simulate(*prepared, {});
    CHECK(results[0].runs[0].deadline_miss_rate == (std::string(deadline) == "100 ms" ? 0 : 1));
  }
}

TEST_CASE(
    "every network model carries a payload through a stall, and at the rate that follows it") {
  // 0 until 1 s, then 8 Mbps: 1 kB takes 1 ms. Under CM02 and LV08 a transfer must not keep the
  // rate of its first moment; LV08 grants 97 % of the rate,
  // and both let acknowledgements (5 % of the payload) share the link.
  const TemporaryFolder folder;
  const std::string trace = folder.file("stall.txt", "1 0\n2 8\n2.5 0\n3 16\n");
  for (const auto& [model, share] :
       {std::pair("fluid", 1.0), std::pair("CM02", 1 / 1.05), std::pair("LV08", .97 / 1.05)}) {
    CAPTURE(model);
    const Run run = simulated(
        "workload: {trace: none, payload: 1 kB, reply: 0 B, samples: 1, arrivals: back_to_back}\n"
        "channel: {uplink: {trace: " +
        trace +
        "}, downlink: 8 Mbps}\n"
        "policies: [{policy: always_cloud}]\nnetwork_model: " +
        model + "\n");
    CHECK(run.samples.stamps.sent[0].si() == doctest::Approx(1 + .001 / share).epsilon(1e-9));
  }
}

TEST_CASE("bytes that never went over the air are not counted") {
  // Two at once, one server of 1 s, no place to wait: the second is dropped and gets no reply of
  // 500 B.
  const ArrivalsFile arrivals(std::vector<double>{0, 0});
  const Run run = simulated(
      "workload: {trace: none, payload: 1 kB, reply: 500 B, arrivals: " + arrivals.yaml() + R"(}
channel: {uplink: 8 Mbps, downlink: 8 Mbps}
cloud: {service: 1 s, queue_limit: 0}
policies: [{policy: always_cloud}]
)");
  CHECK(run.samples.outcome[1] == Outcome::dropped);
  CHECK(run.samples.uplink_bytes == std::vector<std::uint32_t>{1000, 1000});
  CHECK(run.samples.downlink_bytes == std::vector<std::uint32_t>{500, 0});
}

TEST_CASE(
    "a rate that changes within a picosecond after an arrival changes once, and nothing else "
    "happens") {
  // 8 Mbps until 1 s, then 4. Sample 0, 1 MB from 0.5 s: half by 1 s, the rest at 0.5 MB/s: 2 s.
  // Sample 1 arrives half a picosecond before 1 s, waits until 2 s and takes 2 s: 4 s.
  const TemporaryFolder folder;
  const std::string dates = folder.file("dates.csv", "arrived_s\n0.5\n0.9999999999995\n");
  const std::string trace = folder.file("trace.txt", "1 8\n100 4\n");
  const Run run = simulated(
      "workload: {trace: none, payload: 1 MB, reply: 0 B, arrivals: {dates: " + dates +
      ", column: arrived_s}}\nchannel: {uplink: {trace: " + trace + "}, downlink: 8 Mbps}\n" + R"(
cloud: {service: 0 s}
policies: [{policy: always_cloud}]
)");
  check_dates("sent", run.samples.stamps.sent, {2000, 4000});
}

}  // namespace updraft
