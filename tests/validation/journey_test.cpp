#include "tests/validation/simulated.hpp"

namespace updraft {

TEST_CASE("three samples through every station: each stamp is the sum done by hand") {
  // One device: stage 20 ms, then always offload 50 kB at 1 MB/s = 50 ms, latency 10 ms each way.
  // Cloud: 2 at a time, or what has come 60 ms after the oldest; a batch of b takes 20 + 10 b ms.
  // Reply: 5 kB at 125 kB/s = 40 ms.                                       sample:  0    1    2
  const ArrivalsFile arrivals(std::vector<double>{0, 5, 133});
  const Run run = simulated(
      "workload: {trace: none, payload: 50 kB, reply: 5 kB, arrivals: " + arrivals.yaml() + R"(}
device: {stage_time: 20 ms}
channel: {uplink: 8 Mbps, downlink: 1 Mbps, latency: 10 ms}
cloud: {service: {setup: 20 ms, each: 10 ms}, batch: {max: 2, delay: 60 ms}}
policies: [{policy: always_cloud, run_stage: true}]
)");
  const Stamps& at = run.samples.stamps;
  check_dates("arrived", at.arrived, {0, 5, 133});
  // edge wait 0, 15, 0: sample 1 until sample 0's stage has ended
  check_dates("started", at.started, {0, 20, 133});
  // + 20
  check_dates("decided", at.decided, {20, 40, 153});
  // upload wait 0, 30, 0: sample 1 until sample 0's last bit has left
  check_dates("upload_started", at.upload_started, {20, 70, 153});
  // + 50
  check_dates("sent", at.sent, {70, 120, 203});
  // + 10
  check_dates("received", at.received, {80, 130, 213});
  check_dates("enqueued", at.enqueued, {80, 130, 213});
  // 0 waits for a second one until 80 + 60 = 140; sample 1 fills the batch at 130. Sample 2 waits
  // in vain: 213 + 60 = 273
  check_dates("served_start", at.served_start, {130, 130, 273});
  // + 20 + 2 * 10, and + 20 + 10
  check_dates("served", at.served, {170, 170, 303});
  // reply wait 0, 40, 0: one reply after the other
  check_dates("reply_started", at.reply_started, {170, 210, 303});
  // + 40 + 10
  check_dates("answered", at.answered, {220, 260, 353});
  for (const Outcome outcome : run.samples.outcome) CHECK(outcome == Outcome::answered_cloud);

  CHECK(run.counts.batches == 2);
  CHECK(run.counts.edge_busy.si() == doctest::Approx(.060).epsilon(1e-12));      // 3 * 20
  CHECK(run.counts.uplink_busy.si() == doctest::Approx(.150).epsilon(1e-12));    // 3 * 50
  CHECK(run.counts.cloud_busy.si() == doctest::Approx(.070).epsilon(1e-12));     // 40 + 30
  CHECK(run.counts.downlink_busy.si() == doctest::Approx(.120).epsilon(1e-12));  // 3 * 40
  CHECK(run.counts.horizon.si() == doctest::Approx(.353).epsilon(1e-12));
}

TEST_CASE("a sample that the edge answers visits no further station") {
  const Run run = simulated(R"(
workload: {trace: none, payload: 50 kB, samples: 2, arrivals: {periodic: 100 Hz}}
device: {stage_time: 20 ms}
channel: {uplink: 8 Mbps, downlink: 1 Mbps, latency: 10 ms}
policies: [{policy: always_edge}]
)");
  const Stamps& at = run.samples.stamps;
  check_dates("started", at.started, {0, 20});
  check_dates("decided", at.decided, {20, 40});
  check_dates("answered", at.answered, {20, 40});
  for (const auto* stamp : {&at.upload_started, &at.sent, &at.received, &at.enqueued,
                            &at.served_start, &at.served, &at.reply_started}) {
    check_dates("not visited", *stamp, {never, never});
  }
}

TEST_CASE("back to back: a device's next sample arrives when its last one has ended") {
  // Two devices share a FIFO uplink: stage 20, send 30, latency 5, serve 10 (two servers), reply 0
  // and latency 5.
  //   device 0: 0 + 20; sends 20..50; 55; served 65; answered 70.  device 1: sends 50..80; .. 100
  //   device 0: 70 + 20 = 90; sends 90..120; answered 140.         device 1: 120; sends 120..150;
  //   170
  const Run run = simulated(R"(
workload: {trace: none, payload: 30 kB, reply: 0 B, samples: 4, arrivals: back_to_back}
device: {stage_time: 20 ms, count: 2}
channel: {uplink: {rate: 8 Mbps, sharing: fifo}, downlink: 8 Mbps, latency: 5 ms}
cloud: {service: 10 ms, servers: 2}
policies: [{policy: always_cloud, run_stage: true}]
)");
  check_dates("arrived", run.samples.stamps.arrived, {0, 70, 0, 100});
  check_dates("sent", run.samples.stamps.sent, {50, 120, 80, 150});
  check_dates("answered", run.samples.stamps.answered, {70, 140, 100, 170});
}

}  // namespace updraft
