// Does every threshold do to the rows what the rule says, ties and draws included?
#include "analysis/recording/deferral.hpp"

#include <doctest/doctest.h>

#include "analysis/recording/bootstrap.hpp"
#include "policies/tuning.hpp"
#include "tests/unit/analysis/random_rows.hpp"

using namespace updraft;
using namespace updraft::testing;

namespace {

const std::vector<std::uint16_t> once(4, 1);

}  // namespace

TEST_CASE("rows of equal score go together, and the first crossing is taken though accuracy dips") {
  // score  .1  .2  .2  .4      offloaded   0         1    3    4
  // edge    1   0   0   1      right       2         1    3    3   white box
  // cloud   0   1   1   1      right       2         2    4    4   black box
  const std::vector<double> score{0.1, 0.2, 0.2, 0.4};
  const Bits edge{1, 0, 0, 1};
  const Bits cloud{0, 1, 1, 1};
  const RankedRows ranked(score, edge, cloud);
  const Tally tally(ranked, once);
  REQUIRE(tally.thresholds() == 4);
  const int offloaded[] = {0, 1, 3, 4};
  const int white[] = {2, 1, 3, 3};
  const int black[] = {2, 2, 4, 4};
  for (std::size_t k = 0; k < 4; ++k) {
    CAPTURE(k);
    CHECK(tally.offloaded(k) == offloaded[k]);
    CHECK(tally.right(k, Setting::white_box) == white[k]);
    CHECK(tally.right(k, Setting::black_box) == black[k]);
    CHECK(ranked.threshold_of(ranked.delta(k)) == k);
  }
  CHECK(tally.cheapest(2, Setting::white_box) == 0);
  CHECK(tally.cheapest(2, Setting::white_box, 1) == 2);
  CHECK(tally.cheapest(3, Setting::white_box) == 2);
  CHECK_FALSE(tally.cheapest(4, Setting::white_box).has_value());
  CHECK(tally.cheapest(4, Setting::black_box) == 2);
}

TEST_CASE("delta on both sides of a score: equal to it is answered") {
  const std::vector<double> score{0.1, 0.2, 0.2, 0.4};
  const Bits bits(4, 1);
  const RankedRows ranked(score, bits, bits);
  CHECK(ranked.threshold_of(0.2) == 1);                         // offloads .1 alone
  CHECK(ranked.threshold_of(std::nextafter(0.2, 1)) == 3 - 1);  // and both .2
  CHECK(ranked.threshold_of(-5) == 0);
  CHECK(ranked.threshold_of(5) == 3);
}

TEST_CASE("without a recorded cloud, white box is black box") {
  const std::vector<double> score{0.1, 0.2, 0.3, 0.4};
  const Bits edge{1, 0, 0, 1};
  const Tally tally(RankedRows(score, edge, {}), once);
  for (std::size_t k = 0; k < tally.thresholds(); ++k)
    CHECK(tally.right(k, Setting::white_box) == tally.right(k, Setting::black_box));
}

TEST_CASE("at every threshold the counts are those of the rule, row by row, for any draw") {
  RandomRows random(11);
  for (int trial = 0; trial < 200; ++trial) {
    const Rows rows = random.rows();
    CAPTURE(random.told(trial));
    const RankedRows ranked(rows.score, rows.edge, rows.cloud);
    const Tally tally(ranked, rows.weights);
    for (std::size_t k = 0; k < ranked.thresholds(); ++k) {
      const Count count = counted(rows, ranked.delta(k));
      REQUIRE(tally.offloaded(k) == count.offloaded);
      REQUIRE(tally.right(k, Setting::white_box) == count.right);
      REQUIRE(tally.right(k, Setting::black_box) == count.right_black_box);
      REQUIRE(tally.edge_wrong(k) == count.offloaded_wrong);
    }
    REQUIRE(tally.all() == counted(rows, 1e9).offloaded);
  }
}

TEST_CASE("with all rows once, targets are met where policies/tuning.hpp meets them") {
  RandomRows random(12);
  for (int trial = 0; trial < 200; ++trial) {
    Rows rows = random.rows();
    rows.weights.assign(rows.score.size(), 1);
    CAPTURE(random.told(trial));
    const auto points = operating_points({rows.score, rows.edge, rows.cloud});
    const RankedRows ranked(rows.score, rows.edge, rows.cloud);
    const Tally tally(ranked, rows.weights);
    const auto all = static_cast<double>(rows.score.size());
    for (const double wanted : {0.0, 0.1, 0.25, 0.5}) {
      const auto tuned = tune(Target::accuracy_degradation, wanted, points);
      const auto right_cloud = static_cast<double>(points.front().correct);
      const auto found =
          tally.cheapest(static_cast<std::int64_t>(std::ceil(right_cloud - wanted * all - 1e-6)),
                         Setting::white_box);
      REQUIRE(tuned.has_value());
      REQUIRE(found.has_value());
      CHECK(ranked.delta(*found) == tuned->delta);
      CHECK(tally.offloaded(*found) == static_cast<int>(rows.score.size() - tuned->answered));
    }
  }
}
