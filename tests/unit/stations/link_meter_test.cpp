#include "sim/stations/link_meter.hpp"

#include <doctest/doctest.h>

namespace updraft {
namespace {

// Payloads of one device on an uplink; dates in s, sizes in bytes.
class Uplink {
 public:
  explicit Uplink(std::size_t payloads) : samples_(payloads) {}
  void queue(SampleId sample, std::uint32_t bytes) {
    samples_.uplink_bytes[sample] = bytes;
    meter_.queued(sample);
  }
  void queue_again(SampleId sample) {
    samples_.stamps.upload_started[sample] = SimTime::never();
    meter_.queued_again(sample);
  }
  void begin(SampleId sample, double date) {
    samples_.stamps.upload_started[sample] = SimTime(date);
  }
  void end(SampleId sample, double date) {
    samples_.stamps.sent[sample] = SimTime(date);
    meter_.left(sample, samples_);
  }
  double rate(double now) const { return meter_.view(SimTime(now), samples_).rate.si(); }
  LinkMeter& meter() { return meter_; }

 private:
  Samples samples_;
  LinkMeter meter_;
};

}  // namespace

TEST_CASE("the first payload's rate is taken as it is, later ones by a quarter") {
  Uplink uplink(3);
  CHECK(uplink.rate(0) == 0);
  uplink.queue(0, 1000);
  uplink.begin(0, 1);
  uplink.end(0, 3);  // 1000 B in 2 s = 500 B/s
  CHECK(uplink.rate(3) == doctest::Approx(500));
  uplink.queue(1, 1000);
  uplink.begin(1, 3);
  uplink.end(1, 4);  // 1000 B/s: 500 + (1000 - 500) / 4 = 625
  CHECK(uplink.rate(4) == doctest::Approx(625));
  uplink.queue(2, 0);  // nothing was carried: nothing was learnt
  uplink.begin(2, 4);
  uplink.end(2, 4);
  CHECK(uplink.rate(5) == doctest::Approx(625));
}

TEST_CASE("a fade is seen while it holds a payload up, and forgotten with it") {
  Uplink uplink(2);
  uplink.queue(0, 1000);
  uplink.begin(0, 0);
  uplink.end(0, 1);  // 1000 B/s
  uplink.queue(1, 1000);
  CHECK(uplink.rate(9) == doctest::Approx(1000));  // it waits: nothing is known of the link
  uplink.begin(1, 10);
  CHECK(uplink.rate(10) == doctest::Approx(1000));
  CHECK(uplink.rate(11) == doctest::Approx(1000));  // 1000 B in 1 s: as promised, both sides
  CHECK(uplink.rate(11.25) == doctest::Approx(800));
  CHECK(uplink.rate(20) == doctest::Approx(100));  // at most 1000 B in 10 s
  uplink.meter().given_up(1);
  CHECK(uplink.rate(20) == doctest::Approx(1000));
}

TEST_CASE("of several payloads under way the slowest counts, and those that wait do not") {
  Uplink uplink(4);
  uplink.queue(0, 1000);
  uplink.begin(0, 0);
  uplink.end(0, 1);
  for (SampleId s : {1, 2, 3}) uplink.queue(s, 1000 * s);
  uplink.begin(1, 0);
  uplink.begin(2, 0);
  // at 10 s: 1000 / 10 = 100 and 2000 / 10 = 200
  CHECK(uplink.rate(10) == doctest::Approx(100));
  uplink.end(1, 10);  // 1000 + (100 - 1000) / 4 = 775; still at most 200 for the other
  CHECK(uplink.rate(10) == doctest::Approx(200));
}

TEST_CASE("a try that overtakes what waits in a bundle is seen") {
  Uplink uplink(4);
  uplink.queue(0, 1000);
  uplink.begin(0, 0);
  uplink.end(0, 1);  // 1000 B/s
  uplink.queue(1, 1000);
  uplink.begin(1, 1);
  uplink.meter().given_up(1);  // it fails
  uplink.queue(2, 1000);       // in a bundle: it has not begun
  uplink.queue_again(1);
  CHECK(uplink.meter().view(SimTime(2), Samples(4)).pending == 2);
  uplink.begin(1, 2);
  CHECK(uplink.rate(12) == doctest::Approx(100));  // at most 1000 B in 10 s
  uplink.begin(2, 12);
  CHECK(uplink.rate(32) == doctest::Approx(1000. / 30));  // 1000 / 20 = 50 and 1000 / 30
  uplink.meter().given_up(1);
  CHECK(uplink.rate(32) == doctest::Approx(50));
  uplink.meter().given_up(2);
  CHECK(uplink.rate(32) == doctest::Approx(1000));
}

TEST_CASE("a reply in time ends the count of the unanswered, a late one does not") {
  Uplink uplink(1);
  LinkMeter& meter = uplink.meter();
  meter.unanswered();
  meter.unanswered();
  Samples none(0);
  CHECK(meter.view(SimTime(0), none).unanswered == 2);
  CHECK(meter.view(SimTime(0), none).last_round_trip == Seconds(0));
  meter.replied(Seconds(3), false);
  CHECK(meter.view(SimTime(0), none).unanswered == 2);
  CHECK(meter.view(SimTime(0), none).last_round_trip == Seconds(3));
  meter.replied(Seconds(.1), true);
  CHECK(meter.view(SimTime(0), none).unanswered == 0);
  CHECK(meter.view(SimTime(0), none).last_round_trip == Seconds(.1));
}

}  // namespace updraft
