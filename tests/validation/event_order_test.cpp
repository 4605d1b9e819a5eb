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

TEST_CASE("and the batch that is due when its server ends, for that completion comes first") {
  // delay 62.5; a batch takes 125. Sample 0 received at 125, served 187.5 .. 312.5. Sample 1
  // received at 250: due at 312.5, when the server ends and sample 2 is received. Both: 312.5 ..
  // 437.5.
  const ArrivalsFile arrivals(std::vector<double>{0, 125, 187.5});
  const Run run = simulated(
      "workload: {trace: none, payload: 0 B, reply: 0 B, arrivals: " + arrivals.yaml() + R"(}
channel: {uplink: {rate: 8 Mbps, latency: 125 ms}, downlink: 8 Mbps}
cloud: {service: {setup: 125 ms, each: 0 s}, batch: {max: 3, delay: 62.5 ms}}
policies: [{policy: always_cloud}]
)");
  check_dates("served_start", run.samples.stamps.served_start, {187.5, 312.5, 312.5});
  CHECK(run.counts.batches == 2);
}

TEST_CASE("whose delay was over before its server ended waits for nobody") {
  const ArrivalsFile arrivals(std::vector<double>{0, 109.375, 140.625});
  const auto starts = [&](const std::string& delay) {
    return in_ms(simulated("workload: {trace: none, payload: 0 B, reply: 0 B, arrivals: " +
                           arrivals.yaml() + R"(}
channel: {uplink: {rate: 8 Mbps, latency: 125 ms}, downlink: 8 Mbps}
cloud: {service: {setup: 125 ms, each: 0 s}, batch: {max: 3, delay: )" +
                           delay + R"(}}
policies: [{policy: always_cloud}]
)")
                     .samples.stamps.served_start);
  };
  // received 125, 234.375, 265.625
  // 15.625: sample 0 at 140.625 .. 265.625; sample 1 due at 250, long ago: alone at 265.625, for
  // the completion comes before sample 2 is received; that one is due at 281.25: 390.625
  CHECK(starts("15.625 ms") == std::vector<double>{140.625, 265.625, 390.625});
  // 0: sample 0 at 125 .. 250, sample 1 at 250 .. 375, sample 2 at 375
  CHECK(starts("0 s") == std::vector<double>{125, 250, 375});
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

TEST_CASE("the order holds where an outage moves a transfer's end to that date") {
  // 1 MB/s until 125, nothing until 250, then 1 MB/s. 125 kB that begin in between end at 375.
  const TemporaryFolder folder;
  const auto trace = folder.file("outage.txt", "0.125 8\n0.25 0\n2 8\n");
  for (const char* latency : {"0 ms", "125 ms"}) {
    CAPTURE(latency);
    // Device 1 begins before device 0; both are received at once; one server, no place to wait.
    const ArrivalsFile both({{125, 1}, {187.5, 0}});
    const Run run =
        simulated("workload: {trace: none, payload: 125 kB, reply: 0 B, arrivals: " + both.yaml() +
                  "}\ndevice: {count: 2}\nchannel: {uplink: {trace: '" + trace +
                  "', latency: " + latency + R"(}, downlink: 8 Mbps}
cloud: {service: 125 ms, queue_limit: 0}
policies: [{policy: always_cloud}]
)");
    check_dates("sent", run.samples.stamps.sent, {375, 375});
    CHECK(run.samples.outcome[0] == Outcome::answered_cloud);
    CHECK(run.samples.outcome[1] == Outcome::dropped);
  }
  // The server ends at 125 + 250 = 375, when the stalled one is received: it is free for it.
  const ArrivalsFile one_by_one(std::vector<double>{0, 187.5});
  const Run run = simulated("workload: {trace: none, payload: 125 kB, reply: 0 B, arrivals: " +
                            one_by_one.yaml() + "}\nchannel: {uplink: {trace: '" + trace + R"('},
          downlink: 8 Mbps}
cloud: {service: 250 ms, queue_limit: 0}
policies: [{policy: always_cloud}]
)");
  check_dates("served_start", run.samples.stamps.served_start, {125, 375});
  // What arrives at 375 finds the link free.
  const ArrivalsFile at_its_end(std::vector<double>{187.5, 375});
  const Run free = simulated("workload: {trace: none, payload: 125 kB, reply: 0 B, arrivals: " +
                             at_its_end.yaml() + "}\nchannel: {uplink: {trace: '" + trace + R"('},
          downlink: 8 Mbps}
cloud: {service: 0 s}
policies: [{policy: always_cloud}]
)");
  check_dates("upload_started", free.samples.stamps.upload_started, {187.5, 375});
  CHECK(free.counts.uplink_queue_max == 0);
}

TEST_CASE("the order holds on a fair link, whose transfers end when the others let them") {
  // two flows of 125 kB at half of 1 MB/s each: both end at 250 and are received together.
  // What arrives then goes out at once: 125 more.
  const ArrivalsFile arrivals({{0, 1}, {0, 0}, {250, 1}});
  const Run run = simulated(
      "workload: {trace: none, payload: 125 kB, reply: 0 B, arrivals: " + arrivals.yaml() + R"(}
device: {count: 2}
channel: {uplink: {rate: 8 Mbps, sharing: fair}, downlink: 8 Mbps}
cloud: {service: 125 ms, queue_limit: 0}
policies: [{policy: always_cloud}]
)");
  check_dates("sent", run.samples.stamps.sent, {250, 250, 375});
  CHECK(run.counts.uplink_queue_max == 0);
  CHECK(run.samples.outcome[0] == Outcome::answered_cloud);
  CHECK(run.samples.outcome[1] == Outcome::dropped);
}

TEST_CASE("a device's own rate on a fair link moves no transfer's end out of order") {
  // 125 kB at 1 MB/s, the device's own rate, on a link of 2 MB/s: 125 each. What arrives when one
  // has ended need not wait.
  const Run run = simulated(R"(
workload: {trace: none, payload: 125 kB, reply: 0 B, samples: 5, arrivals: {periodic: 8 Hz}}
channel: {uplink: {rate: 16 Mbps, sharing: fair, flow_rate: 8 Mbps}, downlink: 8 Mbps}
cloud: {service: 0 s}
policies: [{policy: always_cloud}]
)");
  check_dates("upload_started", run.samples.stamps.upload_started, {0, 125, 250, 375, 500});
  CHECK(run.counts.uplink_queue_max == 0);
}

TEST_CASE("the idle server with the lowest number serves next") {
  // Both samples are received at 0 and served until 125, the first by server 0, whose reply goes
  // first; and again at 500.
  const ArrivalsFile arrivals(std::vector<double>{0, 0, 500, 500});
  const Run run = simulated(
      "workload: {trace: none, payload: 0 B, reply: 125 kB, arrivals: " + arrivals.yaml() + R"(}
channel: {uplink: 8 Mbps, downlink: 8 Mbps}
cloud: {service: 125 ms, servers: 2}
policies: [{policy: always_cloud}]
)");
  check_dates("reply_started", run.samples.stamps.reply_started, {125, 250, 625, 750});
}

}  // namespace updraft
