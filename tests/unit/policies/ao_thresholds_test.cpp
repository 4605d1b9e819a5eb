// Does every pair of classes get its own threshold where it can, and the next larger group's where
// it cannot?
#include "policies/ao/ao_thresholds.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "sim/core/random.hpp"

using namespace updraft;

namespace {

struct Rows {
  std::vector<double> margin;
  std::vector<std::int32_t> first;
  std::vector<std::int32_t> second;
  std::vector<std::uint8_t> correct;

  void add(int a, int b, std::size_t n, double at, bool right) {
    margin.insert(margin.end(), n, at);
    first.insert(first.end(), n, a);
    second.insert(second.end(), n, b);
    correct.insert(correct.end(), n, right);
  }
  AoRows view() const { return {margin, first, second, correct}; }
};

// The threshold of the rows that `picks` picks, by the definition.
template <class Picks>
double own(const Rows& rows, double lambda, const Picks& picks) {
  std::vector<double> right;
  std::vector<double> wrong;
  for (std::size_t i = 0; i < rows.margin.size(); ++i) {
    if (picks(i)) (rows.correct[i] != 0 ? right : wrong).push_back(rows.margin[i]);
  }
  return LastCrossing(right, wrong, 0.05).at(lambda);
}

}  // namespace

TEST_CASE("a pair speaks from 20 samples and 3 errors on; else its class does, then all do") {
  const auto with = [](std::size_t right, std::size_t wrong) {
    Rows rows;
    rows.add(0, 1, right, 0.8, true);
    rows.add(0, 1, wrong, 0.2, false);
    rows.add(0, 2, 30, 0.9, true);  // the rest of class 0: one crossing at about 0.65
    rows.add(0, 2, 30, 0.4, false);
    rows.add(1, 0, 4, 0.7, true);  // class 1: too few
    return AoCalibration(rows.view(), {}).thresholds(AoGroups::pairwise, 1);
  };
  const auto own_17_3 = with(17, 3);  // u = (0.6 + 2 h^2 ln(3 / 17)) / 1.2
  CHECK(own_17_3.of(0, 1) ==
        doctest::Approx((0.6 + 0.005 * std::log(3. / 17)) / 1.2).epsilon(1e-7));
  CHECK(own_17_3.of(0, 2) == doctest::Approx(0.65).epsilon(1e-7));
  const AoThresholds few_samples = with(16, 3);
  const AoThresholds few_errors = with(18, 2);
  for (const AoThresholds* fallen : {&few_samples, &few_errors}) {
    const double of_class = fallen->of(0, 5);  // of a pair that never occurred
    CHECK(fallen->of(0, 1) == of_class);
    CHECK(of_class > 0.5);
    CHECK(of_class < 0.7);
    CHECK(fallen->of(0, 2) == doctest::Approx(0.65).epsilon(1e-7));
  }
  // class 1 has 4 rows: all rows speak for it, as for class 7, which never came first
  CHECK(few_errors.of(1, 0) == few_errors.of(7, 3));
}

TEST_CASE("no error keeps all, no right one keeps none, where there are enough samples") {
  Rows rows;
  rows.add(0, 1, 20, 0.3, true);
  rows.add(1, 0, 20, 0.9, false);
  rows.add(2, 0, 19, 0.3, true);  // one too few to say so: its class, then all
  const AoCalibration calibration(rows.view(), {});
  for (const double lambda : {1e-6, 1.0, 1e6}) {
    const auto found = calibration.thresholds(AoGroups::pairwise, lambda);
    CHECK(found.of(0, 1) == 0);
    CHECK(found.of(1, 0) == never_sure);
    CHECK(found.of(2, 0) == found.of(9, 9));
  }
  CHECK(calibration.thresholds(AoGroups::pairwise, 0).of(1, 0) == 0);  // asks for nothing
}

TEST_CASE("the origins are counted over all ordered pairs, also those that never occurred") {
  Rows rows;
  rows.add(0, 1, 30, 0.8, true);  // own
  rows.add(0, 1, 10, 0.2, false);
  rows.add(1, 2, 25, 0.1, false);  // own: never
  rows.add(2, 0, 3, 0.5, true);    // too few, its class as well: global
  const AoCalibration calibration(rows.view(), {});
  // 4 classes: 12 ordered pairs. Of class 0 and 1 one pair speaks for itself, two take the class's.
  const AoOrigins pairs = calibration.thresholds(AoGroups::pairwise, 1).origins(4);
  CHECK(pairs.all == 12);
  CHECK(pairs.own == 2);
  CHECK(pairs.by_class == 4);
  CHECK(pairs.global == 6);
  CHECK(pairs.never == 3);  // of class 1; all rows have a crossing
  const AoOrigins classes = calibration.thresholds(AoGroups::by_class, 1).origins(4);
  CHECK(classes.all == 4);
  CHECK(classes.own == 2);
  CHECK(classes.by_class == 0);
  CHECK(classes.global == 2);
  CHECK(classes.never == 1);
  const AoOrigins all = calibration.thresholds(AoGroups::global, 1).origins(4);
  CHECK(all.all == 1);
  CHECK(all.global == 1);
  CHECK(all.never == 0);
}

TEST_CASE("random rows: every threshold is its group's, by the rule, and all rules are reached") {
  constexpr std::uint64_t seed = 65;
  INFO("seed ", seed);
  Stream random(seed, "rows");
  int reached[5] = {};
  for (int trial = 0; trial < 30; ++trial) {
    CAPTURE(trial);
    Rows rows;
    constexpr int classes = 4;
    const std::size_t n = 50 + random.below(300);
    for (std::size_t i = 0; i < n; ++i) {
      // low classes come often, and class 0 is hardly ever wrong
      const int a = static_cast<int>(random.below(1 + random.below(classes)));
      const int b = (a + 1 + static_cast<int>(random.below(classes - 1))) % classes;
      const bool right = random.uniform() > 0.2 * a;
      rows.add(a, b, 1, right ? std::sqrt(random.uniform()) : random.uniform(), right);
    }
    const double lambda = std::exp(4 * random.uniform() - 2);
    const AoThresholds found =
        AoCalibration(rows.view(), {}).thresholds(AoGroups::pairwise, lambda);
    for (int a = 0; a < classes; ++a) {
      for (int b = 0; b < classes; ++b) {
        if (a == b) continue;
        const auto pair = [&](std::size_t i) { return rows.first[i] == a && rows.second[i] == b; };
        const auto same = [&](std::size_t i) { return rows.first[i] == a; };
        const auto any = [](std::size_t) { return true; };
        const auto speaks = [&](const auto& picks) {
          int all = 0;
          int wrong = 0;
          for (std::size_t i = 0; i < n; ++i) {
            all += picks(i);
            wrong += picks(i) && rows.correct[i] == 0;
          }
          return all >= 20 && (wrong == 0 || wrong == all || wrong >= 3);
        };
        const double expected = speaks(pair)   ? own(rows, lambda, pair)
                                : speaks(same) ? own(rows, lambda, same)
                                               : own(rows, lambda, any);
        CHECK(found.of(a, b) == expected);
        ++reached[speaks(pair) ? 0 : speaks(same) ? 1 : 2];
        reached[3] += expected == 0;
        reached[4] += expected == never_sure;
      }
    }
  }
  for (const int count : reached) CHECK(count > 0);
}
