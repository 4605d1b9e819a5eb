// Events of one date come in the order: completions, timers, arrivals; then device or server; then
// sample. All durations here are powers of two of a second, so that dates coincide to the bit; each
// outcome would differ under another order. 125 kB at 8 Mbps take 1/8 s.
#include "tests/validation/simulated.hpp"

namespace updraft {

TEST_CASE(
    "a completion comes before a timer: a server that ends now is free for what arrives now") {
  // served 0 .. 125; received at 125 with no place to wait
  const ArrivalsFile arrivals(std::vector<double>{0, 125, 250});
  const Run run = simulated(
      "workload: {trace: none, payload: 0 B, reply: 0 B, arrivals: " + arrivals.yaml() + R"(}
channel: {uplink: 8 Mbps, downlink: 8 Mbps}
cloud: {service: 125 ms, queue_limit: 0}
policies: [{policy: always_cloud}]
)");
  for (const Outcome outcome : run.samples.outcome) CHECK(outcome == Outcome::answered_cloud);
  check_dates("served_start", run.samples.stamps.served_start, {0, 125, 250});
}

TEST_CASE("a completion comes before a timer that was set long before") {
  // Sample 1 leaves at 125 + 125 = 250 and is under way for 250 ms: its timer for 500 is set at
  // 250, before its rival, the completion at 500, has even started (375 + 125).
  const Run run = simulated(R"(
workload: {trace: none, payload: 125 kB, reply: 0 B, samples: 3, arrivals: {periodic: 8 Hz}}
channel: {uplink: {rate: 8 Mbps, latency: 250 ms}, downlink: 8 Mbps}
cloud: {service: 125 ms, queue_limit: 0}
policies: [{policy: always_cloud}]
)");
  check_dates("received", run.samples.stamps.received, {375, 500, 625});
  check_dates("answered", run.samples.stamps.answered, {500, 625, 750});
}

TEST_CASE("a completion comes before an arrival: the stage that ends now leaves no queue") {
  const Run run = simulated(R"(
workload: {trace: none, payload: 0 B, samples: 5, arrivals: {periodic: 8 Hz}}
device: {stage_time: 125 ms}
channel: {uplink: 8 Mbps, downlink: 8 Mbps}
policies: [{policy: always_edge}]
)");
  CHECK(run.counts.edge_queue_max == 0);
  check_dates("started", run.samples.stamps.started, {0, 125, 250, 375, 500});
}

TEST_CASE("among timers, what is received now still joins the batch that is due now") {
  // the oldest is due at 125, when the second is received; max 3, so that it is not full
  const ArrivalsFile arrivals(std::vector<double>{0, 125});
  const Run run = simulated(
      "workload: {trace: none, payload: 0 B, reply: 0 B, arrivals: " + arrivals.yaml() + R"(}
channel: {uplink: {rate: 8 Mbps, latency: 125 ms}, downlink: 8 Mbps}
cloud: {service: 125 ms, batch: {max: 3, delay: 125 ms}}
policies: [{policy: always_cloud}]
)");
  check_dates("enqueued", run.samples.stamps.enqueued, {125, 250});
  check_dates("served_start", run.samples.stamps.served_start, {250, 250});
}

TEST_CASE("among arrivals, the lower device comes first, whoever was in the calendar first") {
  // Device 1's arrival at 1 s is in the calendar from the start, device 0's only from 500 ms on.
  const ArrivalsFile arrivals({{500, 0}, {1000, 1}, {1000, 0}});
  const Run run = simulated(
      "workload: {trace: none, payload: 125 kB, reply: 0 B, arrivals: " + arrivals.yaml() + R"(}
device: {count: 2}
channel: {uplink: {rate: 8 Mbps, sharing: fifo}, downlink: 8 Mbps}
policies: [{policy: always_cloud}]
)");
  // device 0: 500, 1000; device 1: 1000
  check_dates("upload_started", run.samples.stamps.upload_started, {500, 1000, 1125});
}

TEST_CASE("among timers, the lower device comes first") {
  // both received at 125; one server and no place to wait
  const ArrivalsFile arrivals({{0, 1}, {0, 0}});
  const Run run = simulated(
      "workload: {trace: none, payload: 125 kB, reply: 0 B, arrivals: " + arrivals.yaml() + R"(}
device: {count: 2}
channel: {uplink: 8 Mbps, downlink: 8 Mbps}
cloud: {service: 125 ms, queue_limit: 0}
policies: [{policy: always_cloud}]
)");
  CHECK(run.samples.outcome[0] == Outcome::answered_cloud);
  CHECK(run.samples.outcome[1] == Outcome::dropped);
}

TEST_CASE("among completions, the lower server comes first, though its batch began later") {
  // Two servers; a batch of b takes 125 + 125 b ms, at most 2. Replies of 125 kB: 125 ms, one FIFO.
  //   server 0: A at 0 .. 250, C at 250 .. 500, F at 500 .. 750
  //   server 1: B at 125 .. 375, D and E at 375 .. 750
  // Both end at 750: F's reply goes first, then D's, then E's.
  const ArrivalsFile arrivals(std::vector<double>{0, 125, 250, 312.5, 343.75, 437.5});
  const Run run = simulated(
      "workload: {trace: none, payload: 0 B, reply: 125 kB, arrivals: " + arrivals.yaml() + R"(}
channel: {uplink: 8 Mbps, downlink: {rate: 8 Mbps, sharing: fifo}}
cloud: {service: {setup: 125 ms, each: 125 ms}, servers: 2, batch: {max: 2}}
policies: [{policy: always_cloud}]
)");
  check_dates("served_start", run.samples.stamps.served_start, {0, 125, 250, 375, 375, 500});
  check_dates("served", run.samples.stamps.served, {250, 375, 500, 750, 750, 750});
  check_dates("reply_started", run.samples.stamps.reply_started, {250, 375, 500, 875, 1000, 750});
}

}  // namespace updraft
