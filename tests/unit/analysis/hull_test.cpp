// Is the hull all that mixing two thresholds can reach, and nothing more?
#include "analysis/recording/hull.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "sim/core/random.hpp"

using namespace updraft;

namespace {

// The best y at x over all mixtures of two points.
double best_mixture(const std::vector<PlanePoint>& points, double x) {
  double best = -1;
  for (const PlanePoint& a : points) {
    for (const PlanePoint& b : points) {
      if (a.x > x || b.x < x) continue;
      const double share = b.x > a.x ? (x - a.x) / (b.x - a.x) : 0;
      best = std::max(best, a.y + share * (b.y - a.y));
      if (a.x == b.x) best = std::max(best, b.y);
    }
  }
  return best;
}

double at(const std::vector<PlanePoint>& hull, double x) {
  for (std::size_t i = 1; i < hull.size(); ++i) {
    if (hull[i].x < x) continue;
    return hull[i - 1].y +
           (x - hull[i - 1].x) / (hull[i].x - hull[i - 1].x) * (hull[i].y - hull[i - 1].y);
  }
  return hull.back().y;
}

}  // namespace

TEST_CASE("the hull against the best of all pairs") {
  constexpr std::uint64_t seed = 31;
  Stream random(seed, "hull");
  for (int trial = 0; trial < 200; ++trial) {
    INFO("seed ", seed, ", trial ", trial);
    std::vector<PlanePoint> points;
    for (std::size_t k = 0; k < 2 + random.below(8); ++k)
      points.push_back(
          {static_cast<double>(random.below(6)) / 5, static_cast<double>(random.below(6)) / 5});
    std::ranges::sort(points, {}, &PlanePoint::x);
    std::vector<PlanePoint> hull;
    for (const std::size_t corner : upper_hull(points)) hull.push_back(points[corner]);
    CHECK(hull.front().x == points.front().x);
    CHECK(hull.back().x == points.back().x);
    for (double x = points.front().x; x <= points.back().x; x += 0.01)
      REQUIRE(at(hull, x) == doctest::Approx(best_mixture(points, x)));
    for (double y = 0; y <= 1; y += 0.1) {
      double least = std::nan("");
      for (double x = points.front().x; x <= points.back().x + 1e-9 && std::isnan(least); x += 1e-3)
        if (best_mixture(points, std::min(x, points.back().x)) >= y - 1e-9) least = x;
      const double found = least_x_reaching(hull, y);
      REQUIRE(std::isnan(found) == std::isnan(least));
      if (!std::isnan(least)) REQUIRE(std::abs(found - least) < 2e-3);
    }
  }
}

TEST_CASE("a dip lies below the hull, and a point on a straight line is no corner") {
  // from (.5, .75) to (1, .875) the slope is .25: at .75 it is .8125
  const std::vector<PlanePoint> points{
      {0, 0.5}, {0.25, 0.25}, {0.5, 0.75}, {0.75, 0.8125}, {1, 0.875}};
  CHECK((upper_hull(points) == std::vector<std::size_t>{0, 2, 4}));
  // half way from (0, .5) to (.5, .75): .625 is had at .25, where the threshold itself reaches .25
  const std::vector<PlanePoint> hull{points[0], points[2], points[4]};
  CHECK(least_x_reaching(hull, 0.625) == doctest::Approx(0.25));
  CHECK(least_x_reaching(hull, 0.3) == 0);
  CHECK(std::isnan(least_x_reaching(hull, 0.95)));
}
