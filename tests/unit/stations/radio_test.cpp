// What a radio costs, and whom it lets through when: sums by hand, both sides of each bound. Random
// bursts against an integral over time: tests/property/radio_test.cpp.
#include "sim/stations/radio.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "platforms/platform.hpp"
#include "sim/stations/link_station.hpp"

namespace updraft {
namespace {

using enum Radio::Direction;

struct Clock {
  double date = 0;
  std::vector<double> wakes{};

  SimTime now() const { return SimTime(date); }
  void wake(SimTime when, Token token) {
    if (token.kind == EventKind::promoted) wakes.push_back(when.si());
  }
  TransferId transfer(LinkId, std::uint32_t, Bytes, Token done) { return TransferId(done.id); }
  Bytes cancel(LinkId, TransferId, Token) { return Bytes(250); }
};

// Round numbers: 1 uJ a byte up, 0.5 down, base 2 W, promotion 0.1 s at 3 W, tail 1 s at 1 W and 2
// s at 0.5 W: 2 J in all.
RadioPower round_numbers() {
  RadioPower out;
  out.uplink = JoulesPerByte(1e-6);
  out.downlink = JoulesPerByte(.5e-6);
  out.uplink_base = out.downlink_base = Watts(2);
  out.promotion_delay = Seconds(.1);
  out.promotion_power = Watts(3);
  out.tail = {{Seconds(1), Watts(1)}, {Seconds(2), Watts(.5)}};
  out.idle = Watts(0);
  return out;
}

struct Device {
  explicit Device(const RadioPower& numbers = round_numbers()) : power(numbers) {}
  bool begin(Radio::Direction direction, double date) {
    clock.date = date;
    return radio.begin(direction, clock);
  }
  void end(Radio::Direction direction, double bytes, double date) {
    radio.end(direction, Bytes(bytes), SimTime(date));
  }
  // From idle at `date`: promoted, and so many bytes up in a second.
  void burst(double date, double bytes) {
    REQUIRE_FALSE(begin(up, date));
    REQUIRE(radio.promoting());
    radio.promoted(SimTime(clock.wakes.back()));
    REQUIRE(begin(up, clock.wakes.back()));
    end(up, bytes, clock.wakes.back() + 1);
  }
  double transfer(double horizon = 1e6) const {
    return radio.counts(SimTime(horizon)).transfer.si();
  }
  double tail(double horizon = 1e6) const { return radio.counts(SimTime(horizon)).tail.si(); }
  double awake(double horizon) const { return radio.counts(SimTime(horizon)).awake.si(); }

  RadioPower power;
  Clock clock{};
  Radio radio{power, 7};
};

void check(double found, double expected) {
  CHECK(std::abs(found - expected) <= 1e-12 * (1 + std::abs(expected)));
}

// A packet so small that its own bits cost nothing, at an idle radio: promotion and a whole tail.
double lone_packet_J(const char* name) {
  const Catalog catalog = built_in_catalog();
  const RadioModel* model = catalog.radio(name);
  REQUIRE(model != nullptr);
  Device device(model->power);
  REQUIRE_FALSE(device.begin(up, 0));
  device.radio.promoted(SimTime(device.clock.wakes.at(0)));
  REQUIRE(device.begin(up, device.clock.wakes[0]));
  device.end(up, 0, device.clock.wakes[0]);
  const RadioCounts counts = device.radio.counts(SimTime(device.clock.wakes[0]));
  CHECK(counts.transfer == Joules(0));
  CHECK(counts.promotions == 1);
  return (counts.promotion + counts.tail).si();
}

TEST_CASE("a lone packet costs what Huang et al. state: 12.76, 7.38 and 0.04 J") {
  // LTE   0.2601 s * 1.2107 W + 11.576 s * 1.0755 W = 0.31490 + 12.44999 = 12.76489
  check(lone_packet_J("lte"), .2601 * 1.2107 + 11.576 * 1.0755);
  CHECK(std::abs(lone_packet_J("lte") - 12.76) <= .005);
  // 3G    0.5821 * 0.6594 + 8.0882 * 0.8039 + 0.8242 * 0.6013 = 0.38384 + 6.50210 + 0.49559
  // = 7.38153
  check(lone_packet_J("3g"), .5821 * .6594 + 8.0882 * .8039 + .8242 * .6013);
  CHECK(std::abs(lone_packet_J("3g") - 7.38) <= .005);
  // WiFi  0.0791 * 0.1244 + 0.2381 * 0.1193 = 0.00984 + 0.02841 = 0.03825
  check(lone_packet_J("wifi"), .0791 * .1244 + .2381 * .1193);
  CHECK(std::abs(lone_packet_J("wifi") - .04) <= .005);
}

TEST_CASE("a transfer costs S (alpha + beta / r)") {
  // 1 Mbit up at 5 Mbps on LTE takes 0.2 s: 438.39 + 1288.04 / 5 = 438.39 + 257.608 = 695.998 mJ
  const Catalog catalog = built_in_catalog();
  Device device(catalog.radio("lte")->power);
  REQUIRE_FALSE(device.begin(up, 0));
  device.radio.promoted(SimTime(1));
  REQUIRE(device.begin(up, 1));
  device.end(up, 125000, 1.2);
  check(device.transfer(), .695998);
  // 1 Mbit down at 10 Mbps: 51.97 + 1288.04 / 10 = 180.774 mJ more
  REQUIRE(device.begin(down, 2));
  device.end(down, 125000, 2.1);
  check(device.transfer(), .695998 + .180774);
}

TEST_CASE("an idle radio takes its promotion, once for all that want it meanwhile") {
  Device device;
  CHECK_FALSE(device.begin(up, 5));
  CHECK(device.clock.wakes == std::vector<double>{5.1});
  CHECK_FALSE(device.begin(down, 5.05));
  CHECK(device.clock.wakes.size() == 1);
  device.radio.promoted(SimTime(5.1));
  CHECK(device.begin(up, 5.1));
  CHECK(device.begin(down, 5.1));
  const RadioCounts counts = device.radio.counts(SimTime(5.1));
  CHECK(counts.promotions == 1);
  check(counts.promotion.si(), .3);  // 3 W * 0.1 s
}

TEST_CASE("a burst in the tail cuts it short and needs no promotion") {
  Device device;
  device.burst(0, 0);  // 0.1 .. 1.1, tail from 1.1 on
  CHECK(device.begin(up, 1.1 + 1.5));
  device.end(up, 0, 3.6);
  CHECK(device.radio.counts(SimTime(9)).promotions == 1);
  // 1 s of 1 W and 0.5 s of 0.5 W; then 2 J of a whole one
  check(device.tail(), 1.25 + 2);
  check(device.transfer(), 2. + 2);  // twice a second of 2 W
}

TEST_CASE("at the very end of its tail a radio is connected, after it idle") {
  for (const double late : {0., 1e-13, 1e-9}) {  // after 1.1 + 3; less than 1 ps is the same date
    CAPTURE(late);
    Device device;
    device.burst(0, 0);
    const bool connected = device.begin(up, 4.1 + late);
    CHECK(connected == (late < 1e-12));
    CHECK(device.radio.counts(SimTime(5)).promotions == (connected ? 1 : 2));
  }
  Device device;
  device.burst(0, 0);
  CHECK(device.begin(up, 4.1 - 1e-9));
}

TEST_CASE("where a tail has phases, it is cut in the one it is in") {
  const RadioPower power = round_numbers();
  check(power.tail_energy(Seconds(0)).si(), 0);
  check(power.tail_energy(Seconds(.25)).si(), .25);
  check(power.tail_energy(Seconds(1)).si(), 1);
  check(power.tail_energy(Seconds(1.5)).si(), 1.25);
  check(power.tail_energy(Seconds(3)).si(), 2);
  check(power.tail_energy(Seconds(99)).si(), 2);
}

TEST_CASE("uploads and replies that overlap pay the base power once") {
  Device device;
  REQUIRE_FALSE(device.begin(up, 0));
  device.radio.promoted(SimTime(.1));
  REQUIRE(device.begin(up, 1));
  REQUIRE(device.begin(down, 2));
  REQUIRE(device.begin(up, 2.5));  // waits in its queue
  device.end(up, 1000, 3);
  device.end(up, 2000, 4);
  device.end(down, 4000, 6);
  // 1 .. 6 at 2 W; 3000 B at 1 uJ; 4000 B at 0.5 uJ
  check(device.transfer(), 10 + 3e-3 + 2e-3);
  check(device.tail(), .9 + 2);  // 0.1 .. 1 and the last
}

TEST_CASE(
    "where the directions have bases of their own, the larger holds while both are under way") {
  RadioPower power = round_numbers();
  power.downlink_base = Watts(5);
  power.promotion_delay = Seconds(0);
  Device device(power);
  REQUIRE(device.begin(up, 0));
  REQUIRE(device.begin(down, 1));
  device.end(down, 0, 3);
  device.end(up, 0, 4);
  check(device.transfer(), 2 + 2 * 5. + 2);  // 0 .. 1 up, 1 .. 3 both, 3 .. 4 up
}

TEST_CASE("without a promotion delay a radio is connected at once, without an event") {
  RadioPower power = round_numbers();
  power.promotion_delay = Seconds(0);
  Device device(power);
  CHECK(device.begin(up, 1));
  CHECK(device.clock.wakes.empty());
  CHECK(device.radio.counts(SimTime(2)).promotions == 1);
  CHECK(device.radio.counts(SimTime(2)).promotion == Joules(0));
}

TEST_CASE("without a tail every burst needs its promotion, but for one at the very date") {
  RadioPower power = round_numbers();
  power.tail.clear();
  Device device(power);
  device.burst(0, 0);            // ends at 1.1
  CHECK(device.begin(up, 1.1));  // takes the place of the one before
  device.end(up, 0, 2);
  CHECK_FALSE(device.begin(up, 2.001));
  CHECK(device.tail() == 0);
}

TEST_CASE("a promotion that nobody wants any more goes on, and its tail follows") {
  Device device;
  REQUIRE_FALSE(device.begin(up, 0));
  device.radio.promoted(SimTime(.1));  // it was given up at 0.05
  CHECK(device.begin(up, 3));          // within 0.1 + 3
  device.end(up, 0, 4);
  const RadioCounts counts = device.radio.counts(SimTime(4));
  CHECK(counts.promotions == 1);
  check(counts.tail.si(), 1 + .5 * 1.9 + 2);  // 0.1 .. 3 and the last
}

TEST_CASE("the last tail is charged in full, even beyond the end of the run") {
  Device device;
  device.burst(0, 0);
  for (const double horizon : {1.1, 2., 4.1, 50.}) {
    check(device.tail(horizon), 2);
    // Not idle from 0 on, until 4.1 or the end of the run.
    check(device.awake(horizon), std::min(horizon, 4.1));
  }
  device.burst(10, 0);  // idle from 4.1 on, then 10 .. 14.1
  check(device.awake(20), 4.1 + 4.1);
  check(device.tail(20), 4);
  CHECK(device.radio.counts(SimTime(20)).promotions == 2);
}

TEST_CASE("what is stuck at the end of the run has cost base power until then, and a tail") {
  Device device;
  REQUIRE_FALSE(device.begin(up, 0));
  device.radio.promoted(SimTime(.1));
  REQUIRE(device.begin(up, .1));
  check(device.transfer(7.1), 14);
  check(device.tail(7.1), 2);
  check(device.awake(7.1), 7.1);
}

// One device's uplink with three samples of 1000 B, as the journey uses it.
struct Uplink {
  explicit Uplink(LinkPlan::Sharing sharing)
      : station({sharing, 1, Seconds(0)}, {LinkId(0)}, 2, EventKind::upload_done,
                EventKind::received, {&device, &bytes, &begun, &sent}, {radios.data(), up}) {}
  void promoted(DeviceId d, double date) {
    clock.date = date;
    radios[d].promoted(SimTime(date));
    station.radio_is_connected(d, clock);
  }
  void send(SampleId sample, double date) {
    clock.date = date;
    station.send(sample, clock);
  }
  RadioPower power = round_numbers();
  std::vector<Radio> radios{Radio(power, 0), Radio(power, 1)};
  std::vector<DeviceId> device{0, 0, 1};
  std::vector<std::uint32_t> bytes = std::vector<std::uint32_t>(3, 1000);
  std::vector<SimTime> begun = std::vector<SimTime>(3, SimTime::never());
  std::vector<SimTime> sent = std::vector<SimTime>(3, SimTime::never());
  Clock clock{};
  LinkStation station;
};

TEST_CASE("what waits for its radio leaves the link to others, and counts as waiting") {
  Uplink of(LinkPlan::Sharing::fifo);
  of.send(0, 0);
  of.send(1, .01);
  CHECK(of.station.waiting(0) == 2);
  CHECK(of.station.queue_max() == 2);
  of.send(2, .02);  // of device 1
  of.promoted(0, .1);
  CHECK(of.begun[0] == SimTime(.1));
  CHECK_FALSE(of.begun[1].set());
  CHECK(of.station.waiting(0) == 1);
  of.promoted(1, .12);  // joins the queue behind device 0's second
  of.clock.date = 1;
  of.station.done(0, of.clock);
  CHECK(of.begun[1] == SimTime(1));
  CHECK_FALSE(of.begun[2].set());
}

TEST_CASE("what waits for its radio can be given up, and nothing of it is carried") {
  Uplink of(LinkPlan::Sharing::per_device);
  of.send(0, 0);
  of.send(1, .01);
  CHECK(of.station.give_up(0, of.clock) == 0);
  CHECK(of.station.waiting(0) == 1);
  of.promoted(0, .1);
  CHECK_FALSE(of.begun[0].set());
  CHECK(of.begun[1] == SimTime(.1));
  of.clock.date = .6;
  CHECK(of.station.give_up(1, of.clock) == 250);  // the engine says so
  const RadioCounts counts = of.radios[0].counts(SimTime(.6));
  check(counts.transfer.si(), 2 * .5 + 250e-6);
  check(counts.tail.si(), 2);
}

TEST_CASE("what is given up in the queue behind another leaves the radio to that one") {
  Uplink of(LinkPlan::Sharing::per_device);
  of.send(0, 0);
  of.send(1, 0);
  of.promoted(0, .1);
  of.clock.date = .6;
  of.station.give_up(1, of.clock);
  of.clock.date = 1.1;
  of.station.done(0, of.clock);
  check(of.radios[0].counts(SimTime(2)).transfer.si(), 2 * 1. + 1000e-6);
}

}  // namespace
}  // namespace updraft
