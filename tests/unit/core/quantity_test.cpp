// The algebra of sim/units/quantity.hpp: what compiles, what does not, and what comes out.
#include "sim/units/quantity.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <type_traits>

namespace updraft {
namespace {

using namespace literals;

template <class A, class B>
concept adds = requires(A a, B b) {
  a + b;
};
template <class A, class B>
concept subtracts = requires(A a, B b) {
  a - b;
};
template <class A, class B>
concept compares = requires(A a, B b) {
  a < b;
};

static_assert(adds<Seconds, Seconds>);
static_assert(!adds<Seconds, Bytes>, "a duration and a size have no sum");
static_assert(!adds<Seconds, double>, "a plain number has no unit");
static_assert(!compares<Joules, Watts>);
static_assert(!compares<Seconds, double>);
static_assert(!std::is_convertible_v<double, Seconds>, "a unit is always spelled");
static_assert(!std::is_convertible_v<Seconds, double>, ".si() is the only way out");

static_assert(adds<SimTime, Seconds>);
static_assert(!adds<SimTime, SimTime>, "date + date means nothing");
static_assert(!adds<Seconds, SimTime>, "one order is enough: date + duration");
static_assert(subtracts<SimTime, SimTime>);
static_assert(!subtracts<Seconds, SimTime>);
static_assert(!compares<SimTime, Seconds>);
static_assert(!std::is_convertible_v<double, SimTime>);

static_assert(std::is_same_v<decltype(Bytes() / BytesPerSecond(1)), Seconds>);
static_assert(std::is_same_v<decltype(Flops() / FlopsPerSecond(1)), Seconds>);
static_assert(std::is_same_v<decltype(Watts() * Seconds()), Joules>);
static_assert(std::is_same_v<decltype(Joules() / Seconds(1)), Watts>);
static_assert(std::is_same_v<decltype(1.0 / Seconds(1)), Hertz>);
static_assert(std::is_same_v<decltype(Hertz() * Seconds()), double>, "a pure number comes out");
static_assert(std::is_same_v<decltype(Bytes() / Bytes(1)), double>);
static_assert(std::is_same_v<decltype(SimTime() - SimTime()), Seconds>);
static_assert(sizeof(Seconds) == sizeof(double) && sizeof(SimTime) == sizeof(double));

TEST_CASE("60 kB over 100 Mbps take 4.8 ms") {
  // 60 000 B / (100e6 / 8 B/s) = 60 000 / 12 500 000 s = 0.0048 s
  CHECK((60_kB / 100_Mbps).si() == 0.0048);
}

TEST_CASE("2.5 W over 400 ms are 1 J") {
  CHECK((2.5_W * 400_ms).si() == 1.0);  // 2.5 * 0.4
}

TEST_CASE("one MAC is two FLOP") { CHECK((3_MMAC).si() == 6e6); }

TEST_CASE("sums, differences and factors work on the stored value") {
  Seconds d = 3_s;
  d += 500_ms;
  d -= 1_s;
  CHECK(d == Seconds(2.5));  // 3 + 0.5 - 1
  CHECK(-d == Seconds(-2.5));
  CHECK(2 * d == d * 2);
  CHECK(d / 2 == Seconds(1.25));
  CHECK(1_ms < 1_s);
}

TEST_CASE("a date moves by durations, and dates differ by one") {
  const SimTime arrived(10);
  CHECK((arrived + 250_ms).si() == 10.25);
  CHECK((arrived - 250_ms).si() == 9.75);
  CHECK((arrived + 250_ms) - arrived == Seconds(0.25));
}

TEST_CASE("a stamp that was never set is no date, and equals none") {
  CHECK_FALSE(SimTime::never().set());
  CHECK(SimTime(0).set());
  CHECK_FALSE(SimTime::never() == SimTime::never());
  CHECK_FALSE(SimTime::never() < SimTime(0));
}

}  // namespace
}  // namespace updraft
