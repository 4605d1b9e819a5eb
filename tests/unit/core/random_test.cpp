// Named streams: pinned first values, independence, and moments within intervals. Seeds are fixed,
// so that a test that passes passes for ever.
#include "sim/core/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <vector>

namespace updraft {
namespace {

TEST_CASE("the first draws are these, on every machine and in every version") {
  // From an independent implementation: SplitMix64 over seed, name, index and replication, then
  // xoshiro256** (Blackman and Vigna, ACM TOMS 2021).
  Stream arrivals(1, "arrivals");
  CHECK(arrivals.bits() == 0xd7b7dac40fbfb2c0);
  CHECK(arrivals.bits() == 0x211cb0311cff13c0);
  CHECK(arrivals.bits() == 0xac57c509765052a9);
  CHECK(arrivals.bits() == 0x407eeb560b238e16);
  CHECK(Stream(1, "arrivals", 1).bits() == 0xda42ab18e77c5190);
  CHECK(Stream(1, "arrivals", 0, 1).bits() == 0x163e5eca10932ea9);
  CHECK(Stream(1, "policy").bits() == 0x9c47e029f188d253);
  CHECK(Stream(2, "arrivals").bits() == 0xd789f9f94124eb9c);
}

TEST_CASE("a uniform draw is the upper 53 bits") {
  Stream stream(1, "arrivals");
  CHECK(stream.uniform() == 0.8426491478601281);  // (0xd7b7dac40fbfb2c0 >> 11) * 2^-53
  CHECK(stream.uniform() == 0.12934399794630402);
}

TEST_CASE("seed, name, index and replication each make another stream") {
  std::set<std::uint64_t> firsts;
  std::size_t streams = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    for (const char* name : {"arrivals", "arrival", "channel", "policy", ""}) {
      for (std::uint64_t index = 0; index < 10; ++index) {
        for (std::uint64_t replication = 0; replication < 10; ++replication) {
          firsts.insert(Stream(seed, name, index, replication).bits());
          ++streams;
        }
      }
    }
  }
  CHECK(firsts.size() == streams);  // 5000 of 2^64: a collision by chance has odds of 1e-12
}

TEST_CASE("streams that differ in one thing alone are uncorrelated") {
  constexpr int n = 100'000;
  const auto correlation = [](Stream a, Stream b) {
    double sum = 0;
    for (int i = 0; i < n; ++i) sum += (a.uniform() - 0.5) * (b.uniform() - 0.5);
    return sum / n * 12;  // a uniform's variance is 1/12
  };
  // standard error 1/sqrt(n) = 0.0032; 4 of them
  const double bound = 4 / std::sqrt(double{n});
  CHECK(std::abs(correlation({1, "arrivals"}, {1, "channel"})) < bound);
  CHECK(std::abs(correlation({1, "arrivals"}, {2, "arrivals"})) < bound);
  CHECK(std::abs(correlation({1, "arrivals", 0}, {1, "arrivals", 1})) < bound);
  CHECK(std::abs(correlation({1, "arrivals", 0, 0}, {1, "arrivals", 0, 1})) < bound);
}

TEST_CASE("uniform draws fill [0, 1) evenly") {
  constexpr int n = 200'000;
  Stream stream(3, "policy");
  double sum = 0;
  double squares = 0;
  std::array<int, 20> bins{};
  for (int i = 0; i < n; ++i) {
    const double u = stream.uniform();
    REQUIRE(u >= 0);
    REQUIRE(u < 1);
    sum += u;
    squares += u * u;
    ++bins[static_cast<std::size_t>(u * 20)];
  }
  // mean 1/2, sd sqrt(1/12); E u^2 = 1/3, sd sqrt(1/5 - 1/9) = sqrt(4/45); 4 standard errors
  CHECK(std::abs(sum / n - 0.5) < 4 * std::sqrt(1.0 / 12 / n));
  CHECK(std::abs(squares / n - 1.0 / 3) < 4 * std::sqrt(4.0 / 45 / n));
  double chi2 = 0;
  for (const int count : bins) chi2 += (count - n / 20.) * (count - n / 20.) / (n / 20.);
  CHECK(chi2 < 43.82);  // the 99.9 % quantile at 19 degrees of freedom
}

TEST_CASE("exponential draws have their mean, their spread and their median") {
  constexpr int n = 200'000;
  constexpr double mean = 0.05;
  Stream stream(4, "arrivals");
  double sum = 0;
  double squares = 0;
  int below_median = 0;
  for (int i = 0; i < n; ++i) {
    const double x = stream.exponential(mean);
    REQUIRE(x >= 0);
    REQUIRE(std::isfinite(x));
    sum += x;
    squares += x * x;
    below_median += x < mean * std::log(2.0);
  }
  // sd = mean; E x^2 = 2 mean^2, Var x^2 = (24 - 4) mean^4; 4 standard errors
  CHECK(std::abs(sum / n - mean) < 4 * mean / std::sqrt(double{n}));
  CHECK(std::abs(squares / n - 2 * mean * mean) <
        4 * std::sqrt(20.0) * mean * mean / std::sqrt(double{n}));
  CHECK(std::abs(below_median / double{n} - 0.5) < 4 * 0.5 / std::sqrt(double{n}));
}

TEST_CASE("a draw below a bound has no bias, not even where 2^64 is far from a multiple") {
  constexpr int n = 90'000;
  Stream stream(5, "order");
  // 3 * 2^62: taking bits % bound would land in the first third of it twice as often (1/2, not 1/3)
  constexpr std::uint64_t bound = 3ull << 62;
  int first_third = 0;
  for (int i = 0; i < n; ++i) {
    const std::uint64_t draw = stream.below(bound);
    REQUIRE(draw < bound);
    first_third += draw < (1ull << 62);
  }
  CHECK(std::abs(first_third / double{n} - 1.0 / 3) < 4 * std::sqrt(2.0 / 9 / n));
}

TEST_CASE("draws below a small bound take every value evenly") {
  constexpr int n = 70'000;
  Stream stream(6, "order");
  std::array<int, 7> counts{};
  for (int i = 0; i < n; ++i) ++counts[stream.below(7)];
  double chi2 = 0;
  for (const int count : counts) chi2 += (count - n / 7.) * (count - n / 7.) / (n / 7.);
  CHECK(chi2 < 22.46);  // the 99.9 % quantile at 6 degrees of freedom
  CHECK(stream.below(1) == 0);
}

}  // namespace
}  // namespace updraft
