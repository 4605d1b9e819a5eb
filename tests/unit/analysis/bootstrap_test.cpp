// Do the draws draw, and do the intervals hold what they promise?
#include "analysis/recording/bootstrap.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <stdexcept>

using namespace updraft;

TEST_CASE("a draw has as many rows as the split, each as often as any other in the mean") {
  constexpr std::uint64_t seed = 41;
  Stream random(seed, "draw");
  std::vector<double> sum(10);
  for (int draw = 0; draw < 5000; ++draw) {
    const auto weights = drawn(10, random);
    REQUIRE(std::accumulate(weights.begin(), weights.end(), 0) == 10);
    for (std::size_t i = 0; i < 10; ++i) sum[i] += weights[i];
  }
  // mean 1, deviation sqrt(0.9 / 5000) = 0.0134; five of them
  for (const double each : sum) CHECK(each / 5000 == doctest::Approx(1).epsilon(0.067));
}

TEST_CASE("the middle of 0 ... 100") {
  std::vector<double> values(101);
  std::iota(values.rbegin(), values.rend(), 0);
  const Interval found = middle(values);
  CHECK(found.low == doctest::Approx(2.5));
  CHECK(found.high == doctest::Approx(97.5));
}

TEST_CASE("a figure that is missing in up to 5 % of the draws has an interval, beyond that none") {
  std::vector<double> values(95, 7);
  values.resize(100, std::nan(""));
  CHECK(middle(values).low == 7);
  values[0] = std::nan("");
  CHECK(std::isnan(middle(values).low));
  CHECK(std::isnan(middle({}).high));
}

TEST_CASE("intervals hold a known mean about 95 times in 100") {
  // share of right rows, p = 0.8, n = 200; 300 recordings of 200 draws each. The percentile
  // interval covers 93 to 95 % here; 300 trials deviate by sqrt(.94 * .06 / 300) = 1.4 points: 89
  // to 99 %.
  constexpr std::uint64_t seed = 42;
  INFO("seed ", seed);
  Stream random(seed, "coverage");
  int covered = 0;
  for (int recording = 0; recording < 300; ++recording) {
    std::vector<int> right;
    for (int i = 0; i < 200; ++i) right.push_back(random.uniform() < 0.8 ? 1 : 0);
    std::vector<double> means;
    for (int draw = 0; draw < 200; ++draw) {
      const auto weights = drawn(200, random);
      means.push_back(std::inner_product(right.begin(), right.end(), weights.begin(), 0.0) / 200);
    }
    const Interval found = middle(means);
    covered += found.low <= 0.8 && 0.8 <= found.high;
  }
  CHECK(covered >= 267);
  CHECK(covered <= 297);
}

TEST_CASE("work side by side: everything once, and what stops it stops it") {
  std::vector<int> done(1000);
  std::size_t told = 0;
  side_by_side(
      1000, [&](std::size_t i) { ++done[i]; }, [&](std::size_t count) { told = count; });
  CHECK(std::count(done.begin(), done.end(), 1) == 1000);
  CHECK(told == 1000);
  CHECK_THROWS_AS(
      side_by_side(
          1000, [](std::size_t) {}, [](std::size_t) { throw std::runtime_error("stop"); }),
      std::runtime_error);
}
