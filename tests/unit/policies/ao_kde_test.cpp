// Is the last crossing of two kernel densities found, whatever the samples?
#include "policies/ao/kde.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "sim/core/random.hpp"

using namespace updraft;

namespace {

using Values = std::vector<double>;

// (1) of kde.hpp as it stands there.
double weight(const Values& confidences, double u, double h) {
  double sum = 0;
  for (const double c : confidences) {
    for (const double centre : {c, -c, 2 - c})
      sum += std::exp(-(u - centre) * (u - centre) / (2 * h * h));
  }
  return sum;
}

double excess(const Values& right, const Values& wrong, double lambda, double u, double h) {
  return weight(right, u, h) - lambda * weight(wrong, u, h);
}

struct Sample {
  Values right;
  Values wrong;
};

// Confidences of many shapes: towards 0 or 1, on a coarse grid where they tie, right and wrong ones
// alike or apart; now and then one kind alone.
Sample drawn(Stream& random) {
  const double errors =
      random.below(8) == 0 ? static_cast<double>(random.below(2)) : random.uniform();
  const double right_shape = std::exp(4 * random.uniform() - 2);
  const double wrong_shape = std::exp(4 * random.uniform() - 2);
  const bool coarse = random.below(4) == 0;
  Sample out;
  const std::size_t n = 1 + random.below(60);
  for (std::size_t i = 0; i < n; ++i) {
    const bool wrong = random.uniform() < errors;
    double c = std::pow(random.uniform(), wrong ? wrong_shape : right_shape);
    if (coarse) c = std::round(8 * c) / 8;
    (wrong ? out.wrong : out.right).push_back(c);
  }
  return out;
}

double crossing(const Values& right, const Values& wrong, double h, double lambda = 1) {
  return LastCrossing(right, wrong, h).at(lambda);
}

}  // namespace

TEST_CASE("one right and one wrong guess: half way, and further for a lambda above 1") {
  CHECK(crossing({0.8}, {0.2}, 0.05) == doctest::Approx(0.5).epsilon(1e-8));
  // (u - .2)^2 - (u - .8)^2 = 1.2 u - .6 = 2 h^2 ln lambda; reflections weigh e^-80 there
  const double ten = (0.6 + 0.005 * std::log(10)) / 1.2;
  CHECK(crossing({0.8}, {0.2}, 0.05, 10) == doctest::Approx(ten).epsilon(1e-8));
  // counts: ten wrong guesses weigh as much as a lambda of 10
  CHECK(crossing({0.8}, Values(10, 0.2), 0.05) == doctest::Approx(ten).epsilon(1e-8));
}

TEST_CASE("the kernel is reflected at the ends") {
  // right at 1, its mirror image there, too; wrong at 0.9 and 1.1. With s = 1 - u:
  //   2 e^(-s^2/2h^2) = e^(-(.1-s)^2/2h^2) + e^(-(.1+s)^2/2h^2)
  //   e^(.01/2h^2) = e^2 = cosh(.1 s / h^2)  =>  s = .025 arcosh(e^2) = 0.067213
  const double s = 0.025 * std::acosh(std::exp(2));
  CHECK(s == doctest::Approx(0.067213).epsilon(1e-4));
  CHECK(crossing({1}, {0.9}, 0.05) == doctest::Approx(1 - s).epsilon(1e-8));
  // At the other end, mirrored: right at 0, wrong at 0.1. Above 0.1 the wrong one always wins.
  CHECK(crossing({0}, {0.1}, 0.05) == never_sure);
}

TEST_CASE("far from all guesses, where every density is 0 as a number, the nearest one decides") {
  // h = 0.001: at 0.5 both are e^-80000. Half way it is, however small.
  CHECK(weight({0.9}, 0.5, 0.001) == 0);
  CHECK(crossing({0.9}, {0.1}, 0.001) == doctest::Approx(0.5).epsilon(1e-8));
  CHECK(crossing({0.1}, {0.9}, 0.001) == never_sure);
  CHECK(crossing({0.1, 0.9}, {0.5}, 0.001) == doctest::Approx(0.7).epsilon(1e-8));
}

TEST_CASE("none wrong keeps all, none right keeps none; equal densities are a tie that keeps") {
  CHECK(crossing({0.5}, {}, 0.05) == 0);
  CHECK(crossing({}, {0.5}, 0.05) == never_sure);
  CHECK(crossing({}, {0.5}, 0.05, 0) == 0);  // lambda 0 asks for nothing
  const Values same = {0.1, 0.4, 0.4, 0.9};
  CHECK(crossing(same, same, 0.05, 1) == 0);  // w_right = w_wrong everywhere: >= holds
  CHECK(crossing(same, same, 0.05, 1.000001) == never_sure);
  CHECK(crossing(same, {0.9, 0.4, 0.1, 0.4}, 0.05, 1) == 0);  // in any order
  CHECK(crossing({0.3, 0.8}, {0.8, 0.8, 0.3, 0.3, 0.3, 0.8}, 0.05, 1. / 3) == 0);
  CHECK(crossing(same, same, 0.05, 0.999999) == 0);
}

TEST_CASE("the log density and its slope are those of the sum") {
  constexpr std::uint64_t seed = 61;
  INFO("seed ", seed);
  Stream random(seed, "densities");
  for (int trial = 0; trial < 200; ++trial) {
    Values all(1 + random.below(30));
    for (double& each : all) each = random.uniform();
    const double u = random.uniform();
    const double h = 0.03 + 0.1 * random.uniform();
    const LogDensity density(all, h);
    CHECK(density.at(u).value == doctest::Approx(std::log(weight(all, u, h))).epsilon(1e-10));
    const double step = 1e-6;
    const double rise = std::log(weight(all, u + step, h)) - std::log(weight(all, u - step, h));
    CHECK(density.at(u).slope == doctest::Approx(rise / (2 * step)).epsilon(1e-4));
  }
}

// The reference knows no logarithms, no slopes and no windows: the sums of (1), on a grid.
TEST_CASE("1000 random samples: above T right wins on a dense grid, just below it does not") {
  constexpr std::uint64_t seed = 62;
  INFO("seed ", seed);
  Stream random(seed, "samples");
  constexpr double h = 0.05;
  int zero = 0;
  int inside = 0;
  int never = 0;
  for (int trial = 0; trial < 1000; ++trial) {
    CAPTURE(trial);
    const Sample sample = drawn(random);
    const double lambda = random.below(2) == 0 ? 1 : std::exp(6 * random.uniform() - 3);
    const double t = crossing(sample.right, sample.wrong, h, lambda);
    const auto at = [&](double u) { return excess(sample.right, sample.wrong, lambda, u, h); };
    // ties of rounding alone
    const auto small = [&](double u) {
      return 1e-12 * (weight(sample.right, u, h) + lambda * weight(sample.wrong, u, h));
    };
    if (t == never_sure) {
      ++never;
      CHECK(at(1) < 0);
      continue;
    }
    REQUIRE(t >= 0);
    REQUIRE(t <= 1);
    ++(t == 0 ? zero : inside);
    if (t > 0) CHECK(at(t - 1e-6) < 0);
    const int points = trial < 5 ? 100'000 : 1000;
    bool wins = true;
    for (int k = 0; k <= points && wins; ++k) {
      const double u = t + (1 - t) * k / points;
      wins = at(u) >= -small(u);
    }
    CHECK(wins);
  }
  MESSAGE("T = 0: ", zero, ", inside: ", inside, ", never: ", never);
  CHECK(zero > 50);
  CHECK(inside > 300);
  CHECK(never > 50);
}

// A dip that is much narrower than the cells of the search, 0.006, still counts.
TEST_CASE("the last crossing may be a dip of a few hundred thousandths of the axis") {
  constexpr std::uint64_t seed = 66;
  INFO("seed ", seed);
  Stream random(seed, "dips");
  int dips = 0;
  for (int trial = 0; trial < 100; ++trial) {
    CAPTURE(trial);
    const Sample sample = drawn(random);
    if (sample.right.empty() || sample.wrong.empty()) continue;
    const auto odds = [&](double u) {
      return std::log(weight(sample.right, u, 0.05)) - std::log(weight(sample.wrong, u, 0.05));
    };
    int lowest = 0;
    for (int k = 1; k <= 1000; ++k) lowest = odds(k / 1e3) < odds(lowest / 1e3) ? k : lowest;
    if (lowest < 50 || lowest > 950) continue;
    ++dips;
    // Right wins everywhere but at the lowest odds, by 1e-7: T cannot lie below.
    const double lambda = std::exp(odds(lowest / 1e3) + 1e-7);
    const double t = crossing(sample.right, sample.wrong, 0.05, lambda);
    CHECK(t >= lowest / 1e3);
    CHECK(t < lowest / 1e3 + 2e-3);
  }
  CHECK(dips > 10);
}

TEST_CASE("property: T rises with lambda, from keeping all to keeping none") {
  constexpr std::uint64_t seed = 63;
  INFO("seed ", seed);
  Stream random(seed, "lambdas");
  for (int trial = 0; trial < 100; ++trial) {
    CAPTURE(trial);
    const Sample sample = drawn(random);
    const LastCrossing found(sample.right, sample.wrong, 0.05);
    double last = 0;
    for (double lambda = 1e-3; lambda < 1e3; lambda *= 1.7) {
      const double t = found.at(lambda);
      CHECK(t >= last - 1e-9);  // what it is exact to
      last = t;
    }
    // Between guesses at most 2 apart with their reflections, one outweighs the other by e^800.
    CHECK(found.at(1e-300) == (sample.right.empty() ? never_sure : 0));
    if (!sample.right.empty() && !sample.wrong.empty()) {
      CHECK(found.at(1e-90) == 0);  // e^-200 at most, of a guess 1 away, times 60
      CHECK(found.at(1e90) == never_sure);
    }
    if (sample.wrong.empty()) CHECK(found.at(1e300) == 0);
  }
}

// What made the rule necessary: "the intersection" exists, and is one, only of large samples.
TEST_CASE("the share of samples with one crossing grows with their size, from about half to all") {
  constexpr std::uint64_t seed = 64;
  INFO("seed ", seed);
  Stream random(seed, "crossings");
  // 24 % errors; confidences of right guesses by density 3 x^2, of wrong ones by 2 (1 - x): of the
  // true densities, counts and all, there is one crossing: .76 3 x^2 = .24 2 (1 - x) at x = 0.366
  const auto share_of_one = [&](std::size_t n) {
    constexpr int draws = 150;
    int one = 0;
    for (int draw = 0; draw < draws; ++draw) {
      Sample sample;
      for (std::size_t i = 0; i < n; ++i) {
        if (random.uniform() < 0.24)
          sample.wrong.push_back(1 - std::sqrt(random.uniform()));
        else
          sample.right.push_back(std::cbrt(random.uniform()));
      }
      int crossings = 0;
      bool last = false;
      for (int k = 0; k <= 200; ++k) {
        const bool wins = excess(sample.right, sample.wrong, 1, k / 200., 0.05) >= 0;
        crossings += k > 0 && wins != last;
        last = wins;
      }
      one += crossings == 1;
    }
    return static_cast<double>(one) / draws;
  };
  const double ten = share_of_one(10);
  const double fifty = share_of_one(50);
  const double three_hundred = share_of_one(300);
  MESSAGE("one crossing: n = 10 ", ten, ", 50 ", fifty, ", 300 ", three_hundred);
  CHECK(ten < 0.75);
  CHECK(ten < fifty);
  CHECK(fifty < three_hundred);
  CHECK(three_hundred > 0.9);
}
