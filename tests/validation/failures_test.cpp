// What an outage does to an upload, by hand. 125 kB at 8 Mbps take 125 ms; dates in ms.
#include "tests/validation/simulated.hpp"

namespace updraft {
namespace {

// A stage of 10 ms, then every sample is offloaded; the uplink is down from 100 to 500.
std::string with_outage(const std::string& workload, const std::string& uplink,
                        const std::string& policy) {
  return "workload: {trace: none, payload: 125 kB, reply: 0 B, " + workload +
         "}\ndevice: {stage_time: 10 ms}\ncloud: {service: 0 s}\n"
         "channel: {uplink: {rate: 8 Mbps, outages: {at: 100 ms, lasts: 400 ms}" +
         uplink + "}, downlink: 8 Mbps}\npolicies: [{policy: always_cloud" + policy + "}]\n";
}

std::string one(const std::string& uplink, const std::string& policy = ", run_stage: true") {
  return with_outage("samples: 1, arrivals: {periodic: 1 Hz}", uplink, policy);
}

const std::string tries =
    ", on_outage: {fail_after: 50 ms, retries: 5, backoff: 100 ms, factor: 2}";

}  // namespace

TEST_CASE("without more a transfer stalls while the link is down") {
  // 10 .. 100, 90 ms of 125; the other 35 from 500: 535
  for (const std::string uplink : {"", ", on_outage: stall"}) {
    const Run run = simulated(one(uplink));
    check_dates("upload_started", run.samples.stamps.upload_started, {10});
    check_dates("sent", run.samples.stamps.sent, {535});
    CHECK(run.samples.uplink_bytes == std::vector<std::uint32_t>{125000});
    CHECK(run.counts.failed_uploads == 0);
  }
}

TEST_CASE(
    "a transfer fails once the link has been down for so long, and is sent anew from its first "
    "byte") {
  // from 10; down at 100, failed at 150 with 90,000 B on their way; again at 150 + 100 = 250: still
  // down, failed at 300; again at 300 + 200 = 500: up, sent at 625. 90,000 + 0 + 125,000 B.
  for (const std::string sharing : {"per_device", "fifo", "fair"}) {
    CAPTURE(sharing);
    const Run run = simulated(one(tries + ", sharing: " + sharing));
    check_dates("upload_started", run.samples.stamps.upload_started, {500});
    check_dates("sent", run.samples.stamps.sent, {625});
    CHECK(run.samples.uplink_bytes == std::vector<std::uint32_t>{215000});
    CHECK(run.counts.failed_uploads == 2);
    CHECK(run.samples.outcome[0] == Outcome::answered_cloud);
    // under way 10 .. 150, 250 .. 300 and 500 .. 625
    CHECK(1e3 * run.counts.uplink_busy.si() == doctest::Approx(140 + 50 + 125));
  }
}

TEST_CASE("an outage as long as the patience does no harm, a longer one does") {
  // Down for 400 ms: on paper at 500 the rate is back, and the transfer goes on.
  const auto patience = [&](const std::string& after) {
    return simulated(one(", on_outage: {fail_after: " + after + ", backoff: 1 s}"));
  };
  const Run held = patience("400 ms");
  check_dates("sent", held.samples.stamps.sent, {535});
  CHECK(held.counts.failed_uploads == 0);
  const Run failed = patience("399 ms");
  check_dates("sent", failed.samples.stamps.sent, {499 + 1000 + 125});
  CHECK(failed.counts.failed_uploads == 1);
}

TEST_CASE(
    "when the tries are used up the edge's answer stands, or the sample is lost without one") {
  const std::string once = ", on_outage: {fail_after: 50 ms, retries: 1, backoff: 100 ms}";
  const Run fell_back = simulated(one(once));  // failed at 150 and at 300
  check_dates("answered", fell_back.samples.stamps.answered, {300});
  check_dates("upload_started", fell_back.samples.stamps.upload_started, {never});
  CHECK(fell_back.samples.outcome[0] == Outcome::fell_back);
  CHECK(fell_back.samples.uplink_bytes == std::vector<std::uint32_t>{90000});
  CHECK(fell_back.counts.failed_uploads == 2);
  CHECK(1e3 * fell_back.counts.unsent_wait.si() == doctest::Approx(300 - 10));
  const Run dropped = simulated(one(once, ""));  // begins at 0: failed at 150 with 100,000 B
  CHECK(dropped.samples.outcome[0] == Outcome::dropped);
  CHECK(dropped.samples.uplink_bytes == std::vector<std::uint32_t>{100000});
  CHECK(1e3 * dropped.counts.unsent_wait.si() == doctest::Approx(300));
  const Run never_again =
      simulated(one(", on_outage: {fail_after: 0 s, retries: 0}"));  // failed at 100
  check_dates("answered", never_again.samples.stamps.answered, {100});
  CHECK(never_again.counts.failed_uploads == 1);
}

TEST_CASE("a time-out ends a sample that waits for its next try") {
  // failed at 150, next try at 250; decided 10, its time is up at 210
  const Run run = simulated(one(tries, ", run_stage: true, timeout: 200 ms"));
  check_dates("answered", run.samples.stamps.answered, {210});
  CHECK(run.samples.outcome[0] == Outcome::fell_back);
  CHECK(run.samples.uplink_bytes == std::vector<std::uint32_t>{90000});
  CHECK(run.counts.failed_uploads == 1);
  CHECK(1e3 * run.counts.unsent_wait.si() == doctest::Approx(210 - 10));
}

TEST_CASE("while one waits for its next try the link is the others'") {
  // Sample 0 from 10, failed at 150, back at 550; sample 1 (decided 30) begins at 150, is down from
  // its first bit, fails at 200 and is back at 600. At 550 the link is free: 550 .. 675, then
  // sample 1, which has waited since 600: 675 .. 800.
  const ArrivalsFile arrivals(std::vector<double>{0, 20});
  const Run run = simulated(with_outage(
      "arrivals: " + arrivals.yaml(),
      ", on_outage: {fail_after: 50 ms, retries: 5, backoff: 400 ms}", ", run_stage: true"));
  check_dates("upload_started", run.samples.stamps.upload_started, {550, 675});
  check_dates("sent", run.samples.stamps.sent, {675, 800});
  CHECK(run.counts.failed_uploads == 2);
}

TEST_CASE(
    "a policy sees the fade that holds a try up, whether or not a payload waits in a bundle") {
  // 100 kB in 100 ms at first, nothing from 500 to 800, then 10 kB/s. Bundles of two:
  // samples 0, 1: decided 1, 2; sent 102, 202 at 8 Mbps; 2, 3: decided 451, 452, fail at 600 and
  // 700, tried again at 1000 and 1100. At 5 s sample 2 has been under way for 4 s: 100 kB / 4 s =
  // 0.2 Mbps, which is poor; the payload of 901, in its bundle, changes nothing.
  const TemporaryFolder folder;
  const std::string fade = folder.file("fade.txt", "0.5 8\n0.8 0\n100 0.08\n");
  for (const auto& dates : {std::vector<double>{0, 1, 450, 451, 5000},
                            std::vector<double>{0, 1, 450, 451, 900, 5000}}) {
    CAPTURE(dates.size());
    const ArrivalsFile arrivals(dates);
    const Run run = simulated(
        "workload: {trace: none, payload: 100 kB, reply: 0 B, arrivals: " + arrivals.yaml() +
        "}\ndevice: {stage_time: 1 ms}\ncloud: {service: 0 s}\n"
        "channel: {uplink: {trace: '" +
        fade +
        "', at_end: hold, bundle: {max: 2, delay: 10 s}, on_outage: {fail_after: 100 ms, "
        "retries: 5, backoff: 400 ms, factor: 1}}, downlink: 8 Mbps}\n"
        "policies: [{policy: dynamic_sizing, good_rate: 2 Mbps, poor_rate: 1 Mbps, unanswered: "
        "1000, good: {policy: always_cloud, run_stage: true}, poor: {policy: always_cloud}}]\n");
    CHECK(1e3 * run.samples.stamps.upload_started[2].si() == doctest::Approx(1000));
    CHECK(run.samples.stage[3] == 0);             // good
    CHECK(run.samples.stage.back() == no_stage);  // poor
  }
}

TEST_CASE("waits between tries grow to the longest and no further") {
  // Tries at 10, then each fails at once while the link is down (from 100 to 500): 100, and after
  // 50, 100, 120, 120 ms: 150, 250, 370, 490, 610.
  const Run run = simulated(
      one(", on_outage: {fail_after: 0 s, retries: 9, backoff: 50 ms, factor: 2, most: 120 ms}"));
  check_dates("upload_started", run.samples.stamps.upload_started, {610});
  CHECK(run.counts.failed_uploads == 5);
}

TEST_CASE(
    "what is stuck for good ends the run with the last event, not with a timer of what is over") {
  // Sent at 10 + 125 = 135, served at once; the reply finds a downlink that stopped at 50. The look
  // at the uplink that was due 60 s after 10 says nothing of this run.
  const TemporaryFolder folder;
  const std::string stops = folder.file("stops.txt", "0.05 8\n0.1 0\n");
  const Run run = simulated(
      "workload: {trace: none, payload: 125 kB, reply: 1 kB, samples: 1, arrivals: {periodic: 1 "
      "Hz}}\ndevice: {stage_time: 10 ms}\ncloud: {service: 0 s}\n"
      "channel: {uplink: {rate: 8 Mbps, on_outage: {fail_after: 1 s}}, downlink: {trace: " +
      stops + ", at_end: hold}}\npolicies: [{policy: always_cloud, run_stage: true}]\n");
  CHECK(run.samples.outcome[0] == Outcome::dropped);
  CHECK(1e3 * run.counts.horizon.si() == doctest::Approx(135));
}

TEST_CASE("on a link without outages a transfer that its own rate stops for good ends the run") {
  const TemporaryFolder folder;
  const std::string stops = folder.file("stops.txt", "0.05 8\n0.1 0\n");
  const Run run = simulated(
      "workload: {trace: none, payload: 125 kB, reply: 0 B, samples: 1, arrivals: {periodic: 1 "
      "Hz}}\ndevice: {stage_time: 10 ms}\n"
      "channel: {uplink: {rate: 8 Mbps, sharing: fair, flow_rate: {trace: " +
      stops + ", at_end: hold}, on_outage: {fail_after: 1 s}}, downlink: 8 Mbps}\n" +
      "policies: [{policy: always_cloud, run_stage: true}]\n");
  CHECK(run.samples.outcome[0] == Outcome::dropped);
  CHECK(run.counts.failed_uploads == 0);
  CHECK(run.samples.uplink_bytes[0] == 40000);  // 10 .. 50
}

TEST_CASE("what a link has carried when it stops for good has left, and the link stays busy") {
  // Decided 10, 30, 500, which is the end of the run. The link stops at 50.
  const TemporaryFolder folder;
  const std::string stops = folder.file("stops.txt", "0.05 8\n0.1 0\n");
  const ArrivalsFile arrivals(std::vector<double>{0, 20, 490});
  const auto stuck = [&](const std::string& payload, const std::string& reply,
                         const std::string& channel) {
    return simulated("workload: {trace: none, payload: " + payload + ", reply: " + reply +
                     ", arrivals: " + arrivals.yaml() +
                     "}\ndevice: {stage_time: 10 ms}\ncloud: {service: 0 s}\nchannel: {" + channel +
                     "}\npolicies: [{policy: always_cloud, run_stage: true}]\n");
  };
  const std::string dead = "{trace: '" + stops + "', at_end: hold, sharing: ";
  using Sizes = std::vector<std::uint32_t>;
  for (const std::string sharing : {"per_device", "fifo", "fair"}) {
    CAPTURE(sharing);
    const Run up = stuck("125 kB", "0 B", "uplink: " + dead + sharing + "}, downlink: 8 Mbps");
    CHECK(1e3 * up.counts.horizon.si() == doctest::Approx(500));
    CHECK(up.samples.uplink_bytes == Sizes{40000, 0, 0});                 // 10 .. 50
    CHECK(1e3 * up.counts.uplink_busy.si() == doctest::Approx(490));      // 10 .. 500
    CHECK(1e3 * up.counts.unsent_wait.si() == doctest::Approx(470 + 0));  // 30 .. 500, and 500
    const Run down = stuck("0 B", "125 kB", "uplink: 8 Mbps, downlink: " + dead + sharing + "}");
    CHECK(down.samples.downlink_bytes == Sizes{40000, 0, 0});
    CHECK(1e3 * down.counts.downlink_busy.si() == doctest::Approx(490));
    CHECK(down.counts.unsent_wait == Seconds(0));
  }
  // alone 10 .. 30, two together 30 .. 50: 20 + 10 and 10 kB; the third finds it dead
  const Run all =
      stuck("125 kB", "0 B", "uplink: " + dead + "fair, streams: all}, downlink: 8 Mbps");
  CHECK(all.samples.uplink_bytes == Sizes{30000, 10000, 0});
  CHECK(1e3 * all.counts.uplink_busy.si() == doctest::Approx(490));
}

TEST_CASE("through an outage of 78 s no sample is lost, whatever the scenario does about it") {
  // 20 samples a second for 100 s, 3 kB each; the link is down from 10 to 88 s.
  for (const std::string uplink :
       {"", ", on_outage: {fail_after: 1 s, retries: 3, backoff: 500 ms, factor: 2}",
        ", on_outage: {fail_after: 0 s, retries: 100, backoff: 5 s}"}) {
    for (const std::string policy : {"", ", timeout: 300 ms"}) {
      CAPTURE(uplink);
      CAPTURE(policy);
      const Run run = simulated(
          "workload: {trace: none, payload: 3 kB, reply: 16 B, samples: 2000, arrivals: {periodic: "
          "20 Hz}}\ndevice: {stage_time: 10 ms}\ncloud: {service: 5 ms}\n"
          "channel: {uplink: {rate: 8 Mbps, outages: {at: 10 s, lasts: 78 s}" +
          uplink + "}, downlink: 8 Mbps, latency: 10 ms}\n" +
          "policies: [{policy: always_cloud, run_stage: true" + policy + "}]\n");
      std::size_t lost = 0;
      for (const Outcome outcome : run.samples.outcome)
        lost += outcome != Outcome::answered_cloud && outcome != Outcome::fell_back;
      CHECK(lost == 0);
      CHECK(run.samples.outcome.front() == Outcome::answered_cloud);
      CHECK(run.samples.outcome.back() == Outcome::answered_cloud);
    }
  }
}

}  // namespace updraft
