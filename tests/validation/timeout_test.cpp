// What a time-out does, wherever it finds the sample. 125 kB at 8 Mbps take 125 ms; dates in ms.
#include "tests/validation/simulated.hpp"

namespace updraft {
namespace {

// A stage of 10 ms, then every sample is offloaded and waits for 150 ms.
std::string impatient(const std::string& workload, const std::string& rest) {
  return "workload: {trace: none, payload: 125 kB, reply: 0 B, " + workload +
         "}\ndevice: {stage_time: 10 ms}\n" + rest +
         "policies: [{policy: always_cloud, run_stage: true, timeout: 150 ms}]\n";
}

// Offloads all, each sample with a time-out of its own. No scenario says that: of one time-out for
// all, in a FIFO queue, it is the first whose time is up first.
class EachItsOwn final : public PolicyPlan {
 public:
  explicit EachItsOwn(std::vector<Seconds> timeouts) : timeouts_(std::move(timeouts)) {}
  std::unique_ptr<Policy> for_device(Stream) const override {
    return std::make_unique<OfDevice>(timeouts_);
  }
  StageId reference_stage() const override { return 0; }
  VariantId reference_variant() const override { return 0; }
  bool hears_of_replies() const override { return true; }

 private:
  class OfDevice final : public Policy {
   public:
    explicit OfDevice(const std::vector<Seconds>& timeouts) : timeouts_(timeouts) {}
    StageId choose_stage(const ArrivalView&) override { return 0; }
    Decision decide(const ScoredView&) override {
      Decision decision = Decision::offload(0);
      decision.timeout = timeouts_.at(decided_++);
      return decision;
    }

   private:
    const std::vector<Seconds>& timeouts_;
    std::size_t decided_ = 0;
  };
  std::vector<Seconds> timeouts_;
};

}  // namespace

TEST_CASE("a sample whose time is up in the queue leaves it, and those behind it move up") {
  // One device, 125 ms an upload; decided 10, 20, 30, 40, 50; no latency, a cloud that takes no
  // time.
  // sample 0: 10 .. 135
  // sample 1: first in the queue, given up at 20 + 50 = 70
  // sample 2: 135 .. 260
  // sample 3: in the middle of the queue, given up at 40 + 40 = 80
  // sample 4: 260 .. 385
  const ArrivalsFile arrivals(std::vector<double>{0, 10, 20, 30, 40});
  const EachItsOwn policy({Seconds(1), Seconds(.05), Seconds(1), Seconds(.04), Seconds(1)});
  for (const std::string sharing : {"per_device", "fifo", "fair"}) {
    CAPTURE(sharing);
    const auto prepared = prepare_text(
        impatient("arrivals: " + arrivals.yaml(), "channel: {uplink: {rate: 8 Mbps, sharing: " +
                                                      sharing + "}, downlink: 8 Mbps}\n"),
        "test");
    prepared->replications[0].policies[0] = &policy;
    const Run run = simulated(*prepared);
    check_dates("upload_started", run.samples.stamps.upload_started, {10, never, 135, never, 260});
    check_dates("sent", run.samples.stamps.sent, {135, never, 260, never, 385});
    check_dates("answered", run.samples.stamps.answered, {135, 70, 260, 80, 385});
    CHECK(run.samples.uplink_bytes == std::vector<std::uint32_t>{125000, 0, 125000, 0, 125000});
    using enum Outcome;
    CHECK(run.samples.outcome == std::vector<Outcome>{answered_cloud, fell_back, answered_cloud,
                                                      fell_back, answered_cloud});
    CHECK(run.counts.late_replies == 0);
    CHECK(1e3 * run.counts.uplink_busy.si() == doctest::Approx(375));
    // 20 .. 70 and 40 .. 80, which no stamp of an upload shows; with 30 .. 135 and 50 .. 260 as
    // long as all have waited, by the run's 385 (Little's law)
    CHECK(1e3 * run.counts.unsent_wait.si() == doctest::Approx(50 + 40));
    CHECK(figures_of(*prepared, 0, 0, run).uplink_queue_mean ==
          doctest::Approx((50. + 40 + 105 + 210) / 385));
  }
}

TEST_CASE(
    "whose time is up in a bundle has waited for the uplink, and who is encoded then has not") {
  // Decided 10, 20, 30; time is up 150 later, or at 15 ms in the encode of 20 ms.
  const ArrivalsFile arrivals(std::vector<double>{0, 10, 20});
  const auto waited = [&](const std::string& device, const std::string& timeout) {
    const Run run = simulated(
        "workload: {trace: none, payload: 125 kB, reply: 0 B, arrivals: " + arrivals.yaml() +
        "}\ndevice: {stage_time: 10 ms" + device +
        "}\nchannel: {uplink: {rate: 8 Mbps, bundle: {max: 9, delay: 9 s}}, downlink: 8 Mbps}\n"
        "policies: [{policy: always_cloud, run_stage: true, timeout: " +
        timeout + "}]\n");
    for (const Outcome outcome : run.samples.outcome) CHECK(outcome == Outcome::fell_back);
    return 1e3 * run.counts.unsent_wait.si();
  };
  CHECK(waited("", "150 ms") == doctest::Approx(3 * 150));
  // encoded 30, 60, 90, where the samples were decided at 10, 40, 70: 130 each
  CHECK(waited(", encode_time: 20 ms", "150 ms") == doctest::Approx(3 * 130));
  CHECK(waited(", encode_time: 20 ms", "15 ms") == 0);
}

TEST_CASE("an upload under way when its time is up makes room for the next at once") {
  // sample 0: decided 10, sent 10 + 125 = 135, received 185: too late for 10 + 150 = 160
  // sample 1: decided 20, begins at 135, and would need until 260: given up at 170, 35 ms on its
  // way,
  //           which are 35 / 125 of 125,000 B = 35,000 B
  // sample 2: decided 30: begins at 170, given up at 180 after 10 ms, 10,000 B
  // sample 3: decided 40: begins at 180, given up at 190 after 10 ms, 10,000 B
  const ArrivalsFile arrivals(std::vector<double>{0, 10, 20, 30});
  const Run run =
      simulated(impatient("arrivals: " + arrivals.yaml(),
                          "channel: {uplink: {rate: 8 Mbps, latency: 50 ms}, downlink: 8 "
                          "Mbps}\n"));
  check_dates("decided", run.samples.stamps.decided, {10, 20, 30, 40});
  check_dates("upload_started", run.samples.stamps.upload_started, {10, 135, 170, 180});
  check_dates("sent", run.samples.stamps.sent, {135, never, never, never});
  check_dates("answered", run.samples.stamps.answered, {160, 170, 180, 190});
  CHECK(run.samples.uplink_bytes == std::vector<std::uint32_t>{125000, 35000, 10000, 10000});
  for (const Outcome outcome : run.samples.outcome) CHECK(outcome == Outcome::fell_back);
  // The cloud served sample 0 nonetheless, at 185, and its reply came to nobody.
  check_dates("served", run.samples.stamps.served, {185, never, never, never});
  CHECK(run.counts.late_replies == 1);
  CHECK(1e3 * run.counts.horizon.si() == doctest::Approx(190));
}

TEST_CASE("where no stage has run, there is nothing to fall back on") {
  // sample 0: 0 .. 100, given up after 100 kB; sample 1, arrived at 2: begins at 100, given up at
  // 102 after 2 kB; sample 2, arrived at 4: begins at 102, given up at 104 after 2 kB.
  const ArrivalsFile arrivals(std::vector<double>{0, 2, 4});
  const Run run = simulated(
      "workload: {trace: none, payload: 125 kB, reply: 0 B, arrivals: " + arrivals.yaml() +
      R"(}
channel: {uplink: 8 Mbps, downlink: 8 Mbps}
policies: [{policy: always_cloud, timeout: 100 ms}]
)");
  for (const Outcome outcome : run.samples.outcome) CHECK(outcome == Outcome::dropped);
  check_dates("answered", run.samples.stamps.answered, {never, never, never});
  check_dates("upload_started", run.samples.stamps.upload_started, {0, 100, 102});
  CHECK(run.samples.uplink_bytes == std::vector<std::uint32_t>{100000, 2000, 2000});
}

TEST_CASE("a reply at the very date is in time") {
  // decided 10, sent 135, received 145, served at once, replied at 145, there at 145 + 15 = 160
  const Run run = simulated(impatient("samples: 1, arrivals: {periodic: 1 Hz}",
                                      "channel: {uplink: {rate: 8 Mbps, latency: 10 ms}, downlink: "
                                      "{rate: 8 Mbps, latency: 15 ms}}\n"));
  check_dates("answered", run.samples.stamps.answered, {160});
  CHECK(run.samples.outcome[0] == Outcome::answered_cloud);
  CHECK(run.counts.late_replies == 0);
}

TEST_CASE("refused by a full queue, a sample falls back when its time is up, not before") {
  // One server of 125 ms, no place to wait. Uploads of 0 B: received 0 + 10 + 5 and 10 ms later.
  const ArrivalsFile arrivals(std::vector<double>{0, 10});
  const Run run =
      simulated("workload: {trace: none, payload: 0 B, reply: 0 B, arrivals: " + arrivals.yaml() +
                R"(}
device: {stage_time: 10 ms}
channel: {uplink: {rate: 8 Mbps, latency: 5 ms}, downlink: 8 Mbps}
cloud: {service: 125 ms, queue_limit: 0}
policies: [{policy: always_cloud, run_stage: true, timeout: 150 ms}]
)");
  check_dates("received", run.samples.stamps.received, {15, 25});
  check_dates("enqueued", run.samples.stamps.enqueued, {15, never});
  check_dates("answered", run.samples.stamps.answered, {140, 170});  // 15 + 125; 20 + 150
  CHECK(run.samples.outcome[0] == Outcome::answered_cloud);
  CHECK(run.samples.outcome[1] == Outcome::fell_back);
}

TEST_CASE("on a shared cell, what is given up leaves its share to the others") {
  // 8 Mbps are 1 kB a ms. device 0: alone 10 .. 60, 50 kB; half of it 60 .. 160, 50 kB: given up at
  // 160 after 100 kB. device 1: half 60 .. 160, 50 kB; alone 160 .. 210, 50 kB: given up at 210
  // after 100 kB (without the other's giving up it would have 75).
  const ArrivalsFile arrivals(std::vector<ArrivalsFile::Arrival>{{0, 0}, {50, 1}});
  const Run run = simulated(
      "workload: {trace: none, payload: 125 kB, reply: 0 B, arrivals: " + arrivals.yaml() +
      R"(}
device: {stage_time: 10 ms, count: 2}
channel: {uplink: {rate: 8 Mbps, sharing: fair}, downlink: 8 Mbps}
policies: [{policy: always_cloud, run_stage: true, timeout: 150 ms}]
)");
  check_dates("answered", run.samples.stamps.answered, {160, 210});
  CHECK(run.samples.uplink_bytes == std::vector<std::uint32_t>{100000, 100000});
}

}  // namespace updraft
