#include "traces/rate_profile.hpp"

#include <doctest/doctest.h>
#include <cmath>
#include <limits>

#include "sim/core/random.hpp"

namespace updraft {
namespace {

constexpr double forever = std::numeric_limits<double>::infinity();

// 0-1 s: 100 B/s, 1-3 s: nothing, 3-4 s: 300 B/s. 400 B in 4 s.
RateProfile stalling(AtEnd at_end) { return {{{1, 100}, {3, 0}, {4, 300}}, at_end}; }

double finish(const RateProfile& profile, double from, double size) {
  return profile.finish(SimTime(from), Bytes(size)).si();
}
double carried(const RateProfile& profile, double from, double to) {
  return profile.carried(SimTime(from), SimTime(to)).si();
}

// The first date at which `size` has been carried, by walking the steps one by one in long double.
double walk(const RateProfile& profile, double from, double size) {
  const auto& steps = profile.steps();
  const long double length = steps.back().until_s;
  long double left = size;
  const auto first = static_cast<std::uint64_t>(from / profile.length().si());
  for (std::uint64_t loop = first > 0 ? first - 1 : 0;; ++loop) {
    long double begin = length * static_cast<long double>(loop);
    for (const auto& step : steps) {
      const long double end = length * static_cast<long double>(loop) + step.until_s;
      const long double start = std::max<long double>(begin, from);
      begin = end;
      if (end <= start) continue;
      const long double fits = (end - start) * step.rate_Bps;
      if (fits >= left) return static_cast<double>(start + left / step.rate_Bps);
      left -= fits;
    }
  }
}

}  // namespace

TEST_CASE("a rate holds from the end of the step before until just before its own end") {
  const auto profile = stalling(AtEnd::loop);
  CHECK(profile.length() == Seconds(4));
  CHECK(profile.at(SimTime(0)).si() == 100);
  CHECK(profile.at(SimTime(std::nextafter(1, 0))).si() == 100);
  CHECK(profile.at(SimTime(1)).si() == 0);
  CHECK(profile.at(SimTime(3)).si() == 300);
  CHECK(profile.at(SimTime(std::nextafter(4, 0))).si() == 300);
}

TEST_CASE("past its end a profile loops, holds its last rate, or stops") {
  CHECK(stalling(AtEnd::loop).at(SimTime(4)).si() == 100);
  CHECK(stalling(AtEnd::loop).at(SimTime(4e6 + 3.5)).si() == 300);
  CHECK(stalling(AtEnd::hold).at(SimTime(4)).si() == 300);
  CHECK(stalling(AtEnd::stop).at(SimTime(4)).si() == 0);
}

TEST_CASE("the bytes carried are the integral of the rate") {
  const auto loops = stalling(AtEnd::loop);
  CHECK(carried(loops, 0, 4) == 400);      // 1 x 100 + 2 x 0 + 1 x 300
  CHECK(loops.mean().si() == 100);         // 400 B / 4 s
  CHECK(carried(loops, .5, 3.5) == 200);   // .5 x 100 + .5 x 300
  CHECK(carried(loops, 3.5, 8.5) == 600);  // .5 x 300 + 400 + .5 x 100
  CHECK(carried(loops, 1, 3) == 0);
  CHECK(carried(stalling(AtEnd::hold), 0, 6) == 1000);  // 400 + 2 x 300
  CHECK(carried(stalling(AtEnd::stop), 0, 6) == 400);
}

TEST_CASE("a transfer stalls over a rate of zero and ends as soon as its last byte is carried") {
  const auto profile = stalling(AtEnd::loop);
  CHECK(finish(profile, 0, 0) == 0);
  CHECK(finish(profile, 2, 0) == 2);
  CHECK(finish(profile, 0, 50) == .5);  // 50 B / 100 B/s
  CHECK(finish(profile, 0, 100) == 1);  // just before the stall, not after it
  CHECK(finish(profile, 0, 130) == doctest::Approx(3.1).epsilon(1e-12));  // 30 B / 300 B/s after it
  CHECK(finish(profile, 2, 30) == doctest::Approx(3.1).epsilon(1e-12));
  CHECK(finish(profile, 0, 400) == 4);
  CHECK(finish(profile, 3.5, 200) == 4.5);  // 150 B until 4 s, 50 B at 100 B/s
}

TEST_CASE("a transfer may take any number of loops") {
  const auto profile = stalling(AtEnd::loop);
  CHECK(finish(profile, 0, 400. * 1000) == 4000);
  CHECK(finish(profile, 0, 400. * 1000 + 100) == 4001);  // ends as the stall begins
  CHECK(finish(profile, 3.5, 150 + 400. * 1e6 + 50) == 4e6 + 4.5);
  const RateProfile trailing({{1, 100}, {2, 0}}, AtEnd::loop);
  CHECK(finish(trailing, 0, 300) == 5);  // 100 B each at [0, 1), [2, 3) and [4, 5)
}

TEST_CASE("what never comes is at infinity") {
  CHECK(finish(stalling(AtEnd::stop), 0, 400) == 4);
  CHECK(finish(stalling(AtEnd::stop), 0, 400.001) == forever);
  CHECK(finish(stalling(AtEnd::stop), 5, 1) == forever);
  CHECK(finish(stalling(AtEnd::hold), 0, 700) == 5);  // 400 B by 4 s, 300 B at 300 B/s
  CHECK(finish(stalling(AtEnd::hold), 10, 600) == 12);
  CHECK(finish({{{1, 0}}, AtEnd::loop}, 3, 1) == forever);
  CHECK(finish({{{1, 5}, {2, 0}}, AtEnd::hold}, 0, 6) == forever);
}

TEST_CASE("finish agrees with a walk over the steps to 1e-9 of its duration") {
  const std::uint64_t seed = 7;
  CAPTURE(seed);
  Stream stream(seed, "test");
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<RateProfile::Step> steps;
    double until = 0;
    const auto count = 1 + stream.below(12);
    for (std::uint64_t i = 0; i < count; ++i)
      steps.push_back(
          {until += .001 + stream.uniform(), stream.below(3) == 0 ? 0 : 1e6 * stream.uniform()});
    steps.push_back({until + .5, 1e5});
    const RateProfile profile(steps, AtEnd::loop);
    const double from = 50 * stream.uniform();
    const double size = stream.exponential(trial % 2 == 0 ? 1e4 : 1e8);
    CAPTURE(trial);
    const double end = finish(profile, from, size);
    CHECK(end - from == doctest::Approx(walk(profile, from, size) - from).epsilon(1e-9));
    CHECK(carried(profile, from, end) == doctest::Approx(size).epsilon(1e-9));
  }
}

TEST_CASE("playing a loop gives dates that do not drift") {
  const RateProfile profile({{.1, 10}, {.3, 20}}, AtEnd::loop);
  const auto source = play(profile);
  for (int loop = 0; loop < 100000; ++loop) {
    const RatePiece first = source->next();
    const RatePiece second = source->next();
    REQUIRE(first.rate.si() == 10);
    REQUIRE(first.until.si() == loop * .3 + .1);  // not 0.1 + 0.2 + 0.1 + ... summed up
    REQUIRE(second.until.si() == loop * .3 + .3);
    REQUIRE(profile.at(first.until).si() == 20);  // both agree on who holds at a boundary
  }
}

TEST_CASE("a profile may be begun anywhere: its dates are shifted, and it loops as ever") {
  // 0-1 s: 100 B/s, 1-3 s: nothing, 3-4 s: 300 B/s; begun 2.5 s into it: nothing until 0.5 s, 300
  // until 1.5, 100 until 2.5, nothing until 4.5.
  const RateProfile profile = stalling(AtEnd::loop);
  const auto source = play(profile, Seconds(2.5));
  for (const auto& [rate, until] : std::initializer_list<std::pair<double, double>>{
           {0, .5}, {300, 1.5}, {100, 2.5}, {0, 4.5}, {300, 5.5}}) {
    const RatePiece piece = source->next();
    CHECK(piece.rate.si() == rate);
    CHECK(piece.until.si() == until);
  }
  // One that holds: 300 until 1.5 s, and then for ever.
  const RateProfile holds = stalling(AtEnd::hold);
  const auto held = play(holds, Seconds(3.5));
  CHECK(held->next().until.si() == .5);
  CHECK(held->next().until.si() == forever);
  // On a boundary the step that begins there is the first.
  CHECK(play(profile, Seconds(3))->next().rate.si() == 300);
}

TEST_CASE("playing past the end of one that holds or stops lasts for ever") {
  const RateProfile holds = stalling(AtEnd::hold);
  const auto held = play(holds);
  for (int i = 0; i < 3; ++i) held->next();
  const RatePiece last = held->next();
  CHECK(last.rate.si() == 300);
  CHECK(last.until.si() == forever);

  const RateProfile stops = stalling(AtEnd::stop);
  const auto stopped = play(stops);
  CHECK(stopped->next().until.si() == 1);
  for (int i = 0; i < 2; ++i) stopped->next();
  CHECK(stopped->next().rate.si() == 0);

  const RateProfile nothing({{1, 0}, {2, 0}}, AtEnd::loop);
  CHECK(play(nothing)->next().until.si() == forever);
}

TEST_CASE("skipping to a date leaves the piece that a walk would be at, at boundaries too") {
  Stream random(11, "skip");
  for (const AtEnd at_end : {AtEnd::loop, AtEnd::hold, AtEnd::stop}) {
    std::vector<RateProfile::Step> steps;
    double until = 0;
    for (int i = 0; i < 300; ++i) {
      until += .25 * static_cast<double>(1 + random.below(8));  // exact in binary
      steps.push_back({until, static_cast<double>(random.below(5))});
    }
    const RateProfile profile(steps, at_end);
    // From its beginning, or from a place whose sums with other dates round.
    const Seconds begin(at_end == AtEnd::loop ? random.uniform() * until : 0);
    const auto walked = play(profile, begin);
    const auto skipped = play(profile, begin);
    RatePiece piece = walked->next();
    for (double date = 0; date < 2.5 * until;) {
      while (piece.until.si() <= date) piece = walked->next();
      skipped->skip_to(SimTime(date));
      const RatePiece found = skipped->next();
      REQUIRE(found.until == piece.until);
      REQUIRE(found.rate == piece.rate);
      if (piece.until.si() == forever) break;
      // Next from this boundary on: a small step, a large one, or the boundary itself.
      const double beyond = .25 * static_cast<double>(random.below(random.below(2) == 0 ? 3 : 400));
      date = piece.until.si() + beyond;
    }
  }
}

TEST_CASE("scaling multiplies every rate") {
  const auto twice = stalling(AtEnd::loop).scaled(2);
  CHECK(twice.total().si() == 800);
  CHECK(finish(twice, 0, 200) == 1);
}

}  // namespace updraft
