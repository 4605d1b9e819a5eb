// Does tuning find the threshold that its header promises?
#include "policies/tuning.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/random.hpp"

using namespace updraft;

namespace {

struct World {
  std::vector<double> score;
  std::vector<std::uint8_t> edge;
  std::vector<std::uint8_t> cloud;
  ScoredRows rows() const { return {score, edge, cloud}; }
};

// What rule (1) does at `delta`, counted row by row.
OperatingPoint counted(const World& world, double delta) {
  OperatingPoint point{delta, 0, 0};
  for (std::size_t i = 0; i < world.score.size(); ++i) {
    const bool answers = world.score[i] >= delta;
    point.answered += answers;
    point.correct += (answers ? world.edge[i] : world.cloud[i]) != 0;
  }
  return point;
}

std::optional<OperatingPoint> tuned(Target target, double wanted, const World& world) {
  return tune(target, wanted, operating_points(world.rows()));
}

// Scores from few values, so that ties abound; the edge is right more often where the score is
// large.
World drawn(Stream& random) {
  World world;
  const std::uint64_t n = 1 + random.below(12);
  const std::uint64_t levels = 1 + random.below(8);
  for (std::uint64_t i = 0; i < n; ++i) {
    const double level = static_cast<double>(random.below(levels)) / static_cast<double>(levels);
    world.score.push_back(level);
    world.edge.push_back(random.uniform() < 0.3 + 0.6 * level);
    world.cloud.push_back(random.uniform() < 0.8);
  }
  return world;
}

}  // namespace

TEST_CASE("the operating points run from all offloaded to all answered, one per distinct score") {
  // scores 0.2 0.5 0.5 0.9: above all | >= 0.9 | >= 0.5 | >= 0.2
  const World world{{0.5, 0.9, 0.2, 0.5}, {0, 1, 0, 1}, {1, 0, 1, 1}};
  const auto points = operating_points(world.rows());
  REQUIRE(points.size() == 4);
  CHECK(points[0].delta == doctest::Approx(0.9 + 0.7 + 1));  // largest + spread + 1
  CHECK(points[1].delta == doctest::Approx(0.7));            // halfway between 0.5 and 0.9
  CHECK(points[2].delta == doctest::Approx(0.35));
  CHECK(points[3].delta == doctest::Approx(0.2 - 0.7 - 1));
  CHECK(points[0].answered == 0);
  CHECK(points[1].answered == 1);
  CHECK(points[2].answered == 3);
  CHECK(points[3].answered == 4);
  CHECK(points[0].correct == 3);          // cloud 1 0 1 1
  CHECK(points[1].correct == 3 - 0 + 1);  // the sample 0.9 changes from cloud (0) to edge (1)
  CHECK(points[2].correct == 4 - 1 - 1 + 0 + 1);
  CHECK(points[3].correct == 2);  // edge 0 1 0 1
}

TEST_CASE("scores that no double lies between are still told apart") {
  const double lower = 0.7;
  const double upper = std::nextafter(lower, 1.0);
  const World world{{lower, upper}, {1, 1}, {0, 0}};
  const auto points = operating_points(world.rows());
  REQUIRE(points.size() == 3);
  for (const auto& point : points) {
    CHECK(counted(world, point.delta).answered == point.answered);
  }
}

TEST_CASE("equal scores have two operating points, however large they are") {
  for (const double score : {0.0, 0.5, -2.3, 1e17, -1e17}) {
    const World world{{score, score}, {1, 0}, {0, 0}};
    const auto points = operating_points(world.rows());
    REQUIRE(points.size() == 2);
    CHECK(counted(world, points[0].delta).answered == 0);
    CHECK(counted(world, points[1].delta).answered == 2);
  }
}

TEST_CASE("an accuracy target takes the cheapest delta, not the first crossing") {
  // easiest first:  score 0.9 0.8 0.7 0.6 0.5     all answered      K = 1+0+1+0+0 = 2 = K1
  //                 edge   1   0   1   0   0      all offloaded     K = 0+1+0+1+1 = 3 = K0
  //                 cloud  0   1   0   1   1      AccI = (K - 2) / 1
  // K by answered: 0: 3   1: 4   2: 3   3: 4   4: 3   5: 2: not monotone
  const World world{{0.9, 0.8, 0.7, 0.6, 0.5}, {1, 0, 1, 0, 0}, {0, 1, 0, 1, 1}};
  CHECK(tuned(Target::accuracy_improvement, 1.0, world)->answered == 4);
  CHECK(tuned(Target::accuracy_improvement, 2.0, world)->answered == 3);  // and not 1
  CHECK_FALSE(tuned(Target::accuracy_improvement, 2.01, world));
  CHECK(tuned(Target::accuracy_improvement, 0.0, world)->answered == 5);
  // AD = (3 - K) / 5
  CHECK(tuned(Target::accuracy_degradation, 0.0, world)->answered == 4);
  CHECK(tuned(Target::accuracy_degradation, 0.2, world)->answered == 5);
  CHECK(tuned(Target::accuracy_degradation, 0.199, world)->answered == 4);
  CHECK(tuned(Target::accuracy_degradation, -0.2, world)->answered == 3);
  CHECK_FALSE(tuned(Target::accuracy_degradation, -0.21, world));
}

TEST_CASE("a rate is a budget: spent as far as ties allow, never passed") {
  // 1 of 5 at 0.9, 3 tied at 0.5, 1 at 0.1: appealing rates 0, 1/5, 4/5, 1
  const World world{{0.9, 0.5, 0.5, 0.5, 0.1}, {1, 1, 1, 1, 1}, {1, 1, 1, 1, 1}};
  const auto offloaded = [&](double rate) {
    return 5 - tuned(Target::appealing_rate, rate, world)->answered;
  };
  CHECK(offloaded(0) == 0);
  CHECK(offloaded(0.1999) == 0);
  CHECK(offloaded(0.2) == 1);
  CHECK(offloaded(0.7999) == 1);
  CHECK(offloaded(0.8) == 4);
  CHECK(offloaded(0.9999) == 4);
  CHECK(offloaded(1) == 5);
  const auto answered = [&](double rate) {
    return tuned(Target::skipping_rate, rate, world)->answered;
  };
  CHECK(answered(0) == 0);
  CHECK(answered(0.2) == 1);
  CHECK(answered(0.2001) == 4);
  CHECK(answered(0.8) == 4);
  CHECK(answered(0.8001) == 5);
}

TEST_CASE("a target that is met exactly is met, whatever binary fractions do to it") {
  // 100 rows, all right in the cloud, none at the edge: AccI = AR. 0.07 * 100 > 7 in doubles.
  World world;
  for (int i = 0; i < 100; ++i) {
    world.score.push_back(i / 100.0);
    world.edge.push_back(0);
    world.cloud.push_back(1);
  }
  for (const int wanted : {7, 14, 28, 29, 55, 57, 58}) {
    CHECK(tuned(Target::accuracy_improvement, wanted / 100.0, world)->answered ==
          static_cast<std::size_t>(100 - wanted));
    CHECK(tuned(Target::appealing_rate, wanted / 100.0, world)->answered ==
          static_cast<std::size_t>(100 - wanted));
  }
}

TEST_CASE("tuning agrees with a search over every threshold") {
  constexpr std::uint64_t seed = 20240;
  constexpr double slack = 1e-9;
  Stream random(seed, "tuning");
  for (int trial = 0; trial < 500; ++trial) {
    const World world = drawn(random);
    CAPTURE(seed);
    CAPTURE(trial);
    const auto n = static_cast<double>(world.score.size());
    // Every threshold there is: each score, anything between, and beyond.
    std::vector<OperatingPoint> all{counted(world, -1), counted(world, 2)};
    for (const double score : world.score) all.push_back(counted(world, score));
    const auto edge = static_cast<double>(counted(world, -1).correct);
    const auto cloud = static_cast<double>(counted(world, 2).correct);

    const auto points = operating_points(world.rows());
    for (const auto& point : points) {
      const auto real = counted(world, point.delta);
      REQUIRE(real.answered == point.answered);
      REQUIRE(real.correct == point.correct);
    }
    for (const double wanted : {0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0, 1.2}) {
      CAPTURE(wanted);
      // The largest number answered among the thresholds that reach the target.
      const auto cheapest = [&](auto&& reaches) {
        std::optional<std::size_t> most;
        for (const auto& point : all) {
          if (reaches(static_cast<double>(point.correct)))
            most = std::max(most.value_or(0), point.answered);
        }
        return most;
      };
      const auto answered = [&](Target target) {
        const auto found = tune(target, wanted, points);
        return found ? std::optional(found->answered) : std::nullopt;
      };
      if (cloud > edge) {
        const auto expected =
            cheapest([&](double k) { return (k - edge) / (cloud - edge) >= wanted - slack; });
        REQUIRE(answered(Target::accuracy_improvement) == expected);
      }
      const auto expected = cheapest([&](double k) { return (cloud - k) / n <= wanted + slack; });
      REQUIRE(answered(Target::accuracy_degradation) == expected);
      if (wanted > 1) continue;
      std::size_t most_offloaded = 0;
      std::size_t fewest_answered = world.score.size();
      for (const auto& point : all) {
        const std::size_t offloaded = world.score.size() - point.answered;
        if (static_cast<double>(offloaded) <= (wanted + slack) * n)
          most_offloaded = std::max(most_offloaded, offloaded);
        if (static_cast<double>(point.answered) >= (wanted - slack) * n)
          fewest_answered = std::min(fewest_answered, point.answered);
      }
      REQUIRE(answered(Target::appealing_rate) == world.score.size() - most_offloaded);
      REQUIRE(answered(Target::skipping_rate) == fewest_answered);
    }
  }
}
