#include "analysis/curves.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/core/random.hpp"
#include "sim/metrics/run_figures.hpp"

using namespace updraft;

namespace {

using Bits = std::vector<std::uint8_t>;

std::vector<std::uint32_t> all_rows(std::size_t n) {
  std::vector<std::uint32_t> rows(n);
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

struct Recorded {
  Menu menu;
  Truth truth;
};

Recorded recorded(const std::vector<double>& score, const Bits& edge, const Bits& cloud) {
  Recorded out;
  out.menu.rows = score.size();
  out.menu.stages = {{"net", Flops(2e6), "f", {{"q", score}}}};
  out.menu.variants = {{"image", "f", Flops(8e6), Flops(0), {}, 8}};
  out.truth = {0, {}, {edge}, {cloud}};
  return out;
}

}  // namespace

TEST_CASE("the oracle line is the best of all routings, at every offload count") {
  Stream random(1, "oracle");
  for (int trial = 0; trial < 60; ++trial) {
    const std::size_t n = 1 + random.below(9);
    Bits edge;
    Bits cloud;
    for (std::size_t i = 0; i < n; ++i) {
      edge.push_back(random.uniform() < 0.6);
      cloud.push_back(random.uniform() < 0.7);
    }
    std::vector<int> best(n + 1, -1);
    for (std::size_t routing = 0; routing < (1u << n); ++routing) {  // bit i: offload row i
      std::size_t offloaded = 0;
      int right = 0;
      for (std::size_t i = 0; i < n; ++i) {
        const bool offload = (routing >> i & 1) != 0;
        offloaded += offload;
        right += offload ? cloud[i] : edge[i];
      }
      best[offloaded] = std::max(best[offloaded], right);
    }
    const RouterLines lines = router_lines({0, {}, {edge}, {cloud}}, 0, 0, all_rows(n));
    const auto count = static_cast<double>(n);
    for (std::size_t k = 0; k <= n; ++k) {
      CAPTURE(trial);
      CAPTURE(k);
      CHECK(lines.oracle(static_cast<double>(k) / count) == doctest::Approx(best[k] / count));
    }
  }
}

TEST_CASE("the random line runs from the edge's accuracy to the cloud's") {
  // edge right on 2 of 4, cloud on 3 of 4; halfway (2/4 + 3/4) / 2
  const RouterLines lines =
      router_lines({0, {}, {{1, 1, 0, 0}}, {{1, 0, 1, 1}}}, 0, 0, all_rows(4));
  CHECK(lines.random(0) == doctest::Approx(0.5));
  CHECK(lines.random(1) == doctest::Approx(0.75));
  CHECK(lines.random(0.5) == doctest::Approx(0.625));
  CHECK(lines.repaired == doctest::Approx(0.5));  // rows 2, 3
  CHECK(lines.spoiled == doctest::Approx(0.25));  // row 1
  CHECK(lines.oracle(0.5) == doctest::Approx(1.0));
}

TEST_CASE("rows of equal score move together: a point at each distinct score and no other") {
  // score   0.9  0.5  0.5  0.1     delta <= 0.1: SR 1,    right 1 + 0 + 1 + 0 = 2
  // edge     1    0    1    0      above 0.1:    SR 3/4,  right 1 + 0 + 1 + 1 = 3
  // cloud    1    1    0    1      above 0.5:    SR 1/4,  right 1 + 1 + 0 + 1 = 3
  //                                above 0.9:    SR 0,    right 3
  const Recorded r = recorded({0.9, 0.5, 0.5, 0.1}, {1, 0, 1, 0}, {1, 1, 0, 1});
  const auto curves = score_curves(r.menu, r.truth, 0, 0, all_rows(4));
  REQUIRE(curves.size() == 1);
  CHECK(curves[0].score == "q");
  const auto& points = curves[0].points;
  REQUIRE(points.size() == 4);
  const double rates[] = {0, 0.25, 0.75, 1};
  const double accuracies[] = {0.75, 0.75, 0.75, 0.5};
  for (std::size_t k = 0; k < 4; ++k) {
    CHECK(points[k].skipping_rate == doctest::Approx(rates[k]));
    CHECK(points[k].accuracy == doctest::Approx(accuracies[k]));
  }
  CHECK(points[1].delta > 0.5);
  CHECK(points[1].delta <= 0.9);
}

TEST_CASE("a run with a point's delta has that point's SR and AccI, ties included") {
  Stream random(2, "ties");
  const std::size_t n = 60;
  std::vector<double> score;
  Bits edge;
  Bits cloud;
  for (std::size_t i = 0; i < n; ++i) {
    score.push_back(static_cast<double>(random.below(8)) / 8);  // eight values: many ties
    edge.push_back(random.uniform() < 0.6);
    cloud.push_back(random.uniform() < 0.9);
  }
  const Recorded r = recorded(score, edge, cloud);
  const auto rows = all_rows(n);
  const RouterLines lines = router_lines(r.truth, 0, 0, rows);
  const auto curves = score_curves(r.menu, r.truth, 0, 0, rows);
  for (const CurvePoint& point : curves[0].points) {
    Samples samples(n);
    for (std::size_t i = 0; i < n; ++i) {
      const bool answer = score[i] >= point.delta;
      samples.row[i] = static_cast<std::uint32_t>(i);
      samples.stage[i] = 0;
      samples.variant[i] = answer ? -1 : 0;
      samples.outcome[i] = answer ? Outcome::answered_edge : Outcome::answered_cloud;
      samples.stamps.arrived[i] = samples.stamps.answered[i] = SimTime(0);
    }
    const RunFigures f = figures(samples, r.truth, r.menu, {}, {});
    CHECK(f.skipping_rate == doctest::Approx(point.skipping_rate));
    CHECK(f.accuracy == doctest::Approx(point.accuracy));
    CHECK(f.accuracy_improvement == doctest::Approx((point.accuracy - lines.edge_accuracy) /
                                                    (lines.cloud_accuracy - lines.edge_accuracy)));
    CHECK(point.accuracy <= lines.oracle(1 - point.skipping_rate) + 1e-12);
  }
}

TEST_CASE("repeated rows count as often as they are replayed") {
  const Recorded r = recorded({0.9, 0.1}, {1, 0}, {1, 1});
  const std::uint32_t rows[] = {0, 1, 1, 1};
  CHECK(router_lines(r.truth, 0, 0, rows).edge_accuracy == doctest::Approx(0.25));
  const auto points = score_curves(r.menu, r.truth, 0, 0, rows)[0].points;
  REQUIRE(points.size() == 3);
  CHECK(points[1].skipping_rate == doctest::Approx(0.25));
}

TEST_CASE("thinning keeps both ends and at most what it was told") {
  std::vector<CurvePoint> points;
  for (int k = 0; k <= 10000; ++k) points.push_back({k / 10000.0, 0.5, 0});
  const auto kept = thinned(points, 100);
  CHECK(kept.size() <= 101);
  CHECK(kept.size() >= 99);
  CHECK(kept.front().skipping_rate == 0);
  CHECK(kept.back().skipping_rate == 1);
  CHECK(thinned(points, 20000).size() == points.size());
}
