// A day with a radio of round numbers, by hand, on both engines: dates in ms, energy in J. 125 kB
// are 1 Mbit: 125 ms at 8 Mbps, and 1 J at 1000 mW/Mbps.
#include "tests/validation/simulated.hpp"

namespace updraft {
namespace {

class RoundRadio {
 public:
  RoundRadio() {
    file_ = folder_.file("radios.yaml", R"(
radios:
  round:
    uplink: 1000 mW/Mbps
    downlink: 500 mW/Mbps
    base: 2 W
    promotion: {delay: 100 ms, power: 3 W}
    tail: [{lasts: 1 s, power: 1 W}, {lasts: 2 s, power: 500 mW}]
    idle: 100 mW
    source: round numbers
)");
  }
  // A scenario's lines for it, and the rest of what all have in common.
  std::string scenario(const std::string& arrivals, const std::string& payload,
                       const std::string& reply, const std::string& rest) const {
    return "workload: {trace: none, payload: " + payload + ", reply: " + reply +
           ", arrivals: " + arrivals + "}\ncatalog: '" + file_ + "'\n" + rest;
  }

 private:
  TemporaryFolder folder_;
  std::string file_;
};

void check_J(double found, double expected) {
  CHECK(std::abs(found - expected) <= 1e-9 * (1 + expected));
}

}  // namespace

TEST_CASE("promotion, transfers and tails of four samples by hand") {
  // sample 0: decided 10, promotion 10 .. 110, upload 110 .. 235, received 255, served 285,
  //           reply (12.5 kB) 285 .. 297.5, answered 317.5
  // sample 1: decided 50, waits for the promotion and for sample 0: 235 .. 360, received 380,
  // served 410,
  //           reply 410 .. 422.5, answered 442.5
  // sample 2: decided 2010, in the tail that began at 422.5: upload 2010 .. 2135, received 2155,
  //           served 2185, reply 2185 .. 2197.5, answered 2217.5
  // sample 3: decided 8010; the tail was over at 2197.5 + 3000: promotion 8010 .. 8110, upload ..
  // 8235,
  //           received 8255, served 8285, reply 8285 .. 8297.5, answered 8317.5
  const RoundRadio radio;
  const ArrivalsFile arrivals(std::vector<double>{0, 40, 2000, 8000});
  const auto prepared = prepare_text(radio.scenario(arrivals.yaml(), "125 kB", "12500 B", R"(
device: {stage_time: 10 ms, idle: 1 W, busy: 5 W}
channel: {uplink: 8 Mbps, downlink: 8 Mbps, latency: 20 ms, radio: round}
cloud: {service: 30 ms}
policies: [{policy: always_cloud, run_stage: true}]
)"),
                                     "test");
  const Run run = simulated(*prepared);
  check_dates("upload_started", run.samples.stamps.upload_started, {110, 235, 2010, 8110});
  check_dates("sent", run.samples.stamps.sent, {235, 360, 2135, 8235});
  check_dates("reply_started", run.samples.stamps.reply_started, {285, 410, 2185, 8285});
  check_dates("answered", run.samples.stamps.answered, {317.5, 442.5, 2217.5, 8317.5});

  const RadioCounts& counts = run.counts.radio;
  // base 2 W in 110 .. 360 (a reply within), 410 .. 422.5, 2010 .. 2135, 2185 .. 2197.5, 8110 ..
  // 8235, 8285 .. 8297.5: 0.5375 s; 4 Mbit up at 1 J, 0.4 Mbit down at 0.5 J
  check_J(counts.transfer.si(), 2 * .5375 + 4 + .2);
  CHECK(counts.promotions == 2);
  check_J(counts.promotion.si(), 2 * .1 * 3);
  // 50 ms between an upload and its reply, three times, at 1 W; 422.5 .. 2010: 1 + 0.5 * 0.5875;
  // whole ones (1 + 2 * 0.5) from 2197.5 and from 8297.5 on, the last beyond the end of the run
  check_J(counts.tail.si(), 3 * .05 + 1.29375 + 2 + 2);
  // 10 .. 5197.5 and 8010 .. 8317.5
  check_J(counts.awake.si(), 5.1875 + .3075);

  const RunFigures f = figures_of(*prepared, 0, 0, run);
  check_J(f.radio_transfer_J, 5.275 / 4);
  check_J(f.radio_promotion_J, .6 / 4);
  check_J(f.radio_tail_J, 5.44375 / 4);
  check_J(f.radio_idle_J, .1 * (8.3175 - 5.495) / 4);
  check_J(f.radio_active_share, 5.495 / 8.3175);
  CHECK(f.radio_promotions == 2);
  check_J(f.edge_busy_J, 5 * .04 / 4);
  check_J(f.edge_idle_J, 1 * (8.3175 - .04) / 4);
  check_J(f.energy_J, (5.275 + .6 + 5.44375 + .28225 + .2 + 8.2775) / 4);
  check_J(f.upload_wait_s, (.1 + .185 + 0 + .1) / 4);
}

TEST_CASE("a time-out during the promotion gives the payload up; the promotion stays") {
  // sample 0: decided 10, given up at 70; promoted at 110, tail from then on
  // sample 1: decided 1010, in the tail: 25 kB in 1010 .. 1035, answered 1035
  const RoundRadio radio;
  const ArrivalsFile arrivals(std::vector<double>{0, 1000});
  const Run run = simulated(radio.scenario(arrivals.yaml(), "25 kB", "0 B", R"(
device: {stage_time: 10 ms}
channel: {uplink: 8 Mbps, downlink: 8 Mbps, radio: round}
cloud: {service: 0 s}
policies: [{policy: always_cloud, run_stage: true, timeout: 60 ms}]
)"));
  check_dates("upload_started", run.samples.stamps.upload_started, {never, 1010});
  check_dates("answered", run.samples.stamps.answered, {70, 1035});
  CHECK(run.samples.outcome[0] == Outcome::fell_back);
  CHECK(run.samples.uplink_bytes[0] == 0);
  CHECK(run.counts.radio.promotions == 1);
  check_J(run.counts.radio.transfer.si(), 2 * .025 + .2);
  check_J(run.counts.radio.tail.si(), .9 + 2);  // 110 .. 1010, and the last
}

TEST_CASE("while one device's radio is promoted, another has the link that they share") {
  // device 0: 110 .. 135; decided 5000, its tail over since 3135: 5100 .. 5125
  // device 1: waits for its turn, 135 .. 160; 3000 .. 3025 in its tail; 5040 .. 5065 in its next
  // one, while
  //           device 0's radio is promoted
  const RoundRadio radio;
  const ArrivalsFile arrivals(
      std::vector<ArrivalsFile::Arrival>{{0, 0}, {0, 1}, {2990, 1}, {4990, 0}, {5030, 1}});
  const Run run = simulated(radio.scenario(arrivals.yaml(), "25 kB", "0 B", R"(
device: {stage_time: 10 ms, count: 2}
channel: {uplink: {rate: 8 Mbps, sharing: fifo}, downlink: 8 Mbps, radio: round}
cloud: {service: 0 s}
policies: [{policy: always_cloud, run_stage: true}]
)"));
  check_dates("upload_started", run.samples.stamps.upload_started, {110, 5100, 135, 3000, 5040});
  CHECK(run.counts.radio.promotions == 3);
  // Base power also in 110 .. 135 for device 1, which waits for its turn: 5 * 25 + 25 ms
  check_J(run.counts.radio.transfer.si(), 2 * .15 + 5 * .2);
}

TEST_CASE("payloads that leave in a bundle share a promotion and a tail") {
  // decided 10, 510, 1010: full, promotion 1010 .. 1110, 25 ms each; decided 20010: alone for 10 s,
  // then a promotion 30010 .. 30110
  const RoundRadio radio;
  const ArrivalsFile arrivals(std::vector<double>{0, 500, 1000, 20000});
  const Run run = simulated(radio.scenario(arrivals.yaml(), "25 kB", "0 B", R"(
device: {stage_time: 10 ms}
channel: {uplink: {rate: 8 Mbps, bundle: {max: 3, delay: 10 s}}, downlink: 8 Mbps, radio: round}
cloud: {service: 0 s}
policies: [{policy: always_cloud, run_stage: true}]
)"));
  check_dates("upload_started", run.samples.stamps.upload_started, {1110, 1135, 1160, 30110});
  CHECK(run.counts.radio.promotions == 2);
  check_J(run.counts.radio.tail.si(), 2 + 2);
  check_J(run.counts.radio.transfer.si(), 2 * .1 + 4 * .2);
}

TEST_CASE("what is stuck on a dead uplink has cost what was carried of it") {
  // Decided 10, 100, 500: promotion 10 .. 110, 50 kB in 110 .. 160, when the link stops for good.
  const RoundRadio radio;
  const TemporaryFolder folder;
  const std::string stops = folder.file("stops.txt", "0.16 8\n0.4 0\n");
  const ArrivalsFile arrivals(std::vector<double>{0, 90, 490});
  for (const std::string sharing : {"per_device", "fifo", "fair"}) {
    CAPTURE(sharing);
    const Run run = simulated(radio.scenario(arrivals.yaml(), "125 kB", "0 B",
                                             "device: {stage_time: 10 ms}\n"
                                             "channel: {uplink: {trace: '" +
                                                 stops + "', at_end: hold, sharing: " + sharing +
                                                 "}, downlink: 8 Mbps, radio: round}\n" +
                                                 "cloud: {service: 0 s}\n"
                                                 "policies: [{policy: always_cloud, run_stage: "
                                                 "true}]\n"));
    CHECK(run.samples.uplink_bytes == std::vector<std::uint32_t>{50000, 0, 0});
    // 2 W in 110 .. 500, the end of the run; 0.4 Mbit at 1 J
    check_J(run.counts.radio.transfer.si(), 2 * .39 + .4);
    check_J(run.counts.radio.tail.si(), 2);
    CHECK(1e3 * run.counts.uplink_busy.si() == doctest::Approx(390));
  }
}

TEST_CASE("the radio `none` is no radio") {
  const auto prepared = prepare_text(
      "workload: {trace: none, payload: 1 kB, samples: 3, arrivals: {periodic: 1 Hz}}\n"
      "channel: {uplink: 8 Mbps, downlink: 8 Mbps, radio: none}\n"
      "policies: [{policy: always_cloud}]\n",
      "test");
  const RunFigures f = figures_of(*prepared, 0, 0, simulated(*prepared));
  CHECK(std::isnan(f.radio_tail_J));
  CHECK(f.energy_J == f.edge_busy_J + f.edge_idle_J);
}

}  // namespace updraft
