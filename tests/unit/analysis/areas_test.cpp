// Are the areas what their definitions say, against the slow way on random rows with ties?
#include "analysis/recording/areas.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "analysis/curves.hpp"
#include "tests/unit/analysis/random_rows.hpp"

using namespace updraft;
using namespace updraft::testing;

namespace {

Tally tally_of(const Rows& rows) {
  return {RankedRows(rows.score, rows.edge, rows.cloud), rows.weights};
}

// The mean of `figure` over all orders in which ties can fall; `order` begins ascending.
template <class Figure>
double over_all_orders(const Rows& rows, const Figure& figure) {
  std::vector<std::size_t> order(rows.score.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  double sum = 0;
  int count = 0;
  do {
    const bool sorted = std::is_sorted(
        order.begin(), order.end(), [&](auto a, auto b) { return rows.score[a] < rows.score[b]; });
    if (!sorted) continue;
    sum += figure(order);
    ++count;
  } while (std::next_permutation(order.begin(), order.end()));
  return sum / count;
}

}  // namespace

TEST_CASE("the deferral area by hand") {
  // score .1 .2 .3 .4, edge 0 1 0 1, cloud 1 1 0 0: right 2 3 3 3 2 of 4 at B = 0, 1/4 ... 1
  // (2 + 3) / 2 + 3 + 3 + (3 + 2) / 2 = 11, / 4 / 4 = 0.6875
  const std::vector<double> score{0.1, 0.2, 0.3, 0.4};
  const Bits edge{0, 1, 0, 1};
  const Bits cloud{1, 1, 0, 0};
  const std::vector<std::uint16_t> once(4, 1);
  const Tally tally(RankedRows(score, edge, cloud), once);
  CHECK(deferral_area(tally, Setting::white_box) == doctest::Approx(0.6875));
  // a1 = a0 = 1/2, g = h = 1/4: oracle 1/2 + 1/4 - 1/32 - 1/32 = 0.6875, random 0.5
  const RouterLines lines = router_lines(edge, cloud, once);
  CHECK(lines.oracle_area() == doctest::Approx(0.6875));
  CHECK(normalised_area(0.6875, lines.random_area(), lines.oracle_area()) == doctest::Approx(1));
  CHECK(std::isnan(normalised_area(0.5, 0.5, 0.5)));
}

TEST_CASE("the deferral area is the mean over all orders of a tie, one row offloaded at a time") {
  RandomRows random(21);
  for (int trial = 0; trial < 40; ++trial) {
    const Rows rows = random.rows(4);
    CAPTURE(random.told(trial));
    const Rows each = spelled_out(rows);
    if (each.score.size() > 7) continue;
    const auto n = static_cast<double>(each.score.size());
    const double slow = over_all_orders(each, [&](const std::vector<std::size_t>& order) {
      double right = std::accumulate(each.edge.begin(), each.edge.end(), 0.0);
      double area = 0;
      for (const std::size_t row : order) {
        const double after = right + each.cloud[row] - each.edge[row];
        area += (right + after) / 2 / n / n;
        right = after;
      }
      return area;
    });
    CHECK(deferral_area(tally_of(rows), Setting::white_box) == doctest::Approx(slow));
  }
}

TEST_CASE("no order of the rows has a larger area than the oracle's, and one has that") {
  RandomRows random(22);
  for (int trial = 0; trial < 60; ++trial) {
    Rows rows = random.rows(7);
    rows.weights.assign(rows.score.size(), 1);
    CAPTURE(random.told(trial));
    const RouterLines lines = router_lines(rows.edge, rows.cloud, rows.weights);
    std::vector<std::size_t> order(rows.score.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    double best = 0;
    double sum = 0;
    int count = 0;
    do {
      for (std::size_t place = 0; place < order.size(); ++place)
        rows.score[order[place]] = static_cast<double>(place);
      const double area = deferral_area(tally_of(rows), Setting::white_box);
      best = std::max(best, area);
      sum += area;
      ++count;
    } while (std::next_permutation(order.begin(), order.end()));
    CHECK(best == doctest::Approx(lines.oracle_area()));         // curves.hpp (5)
    CHECK(sum / count == doctest::Approx(lines.random_area()));  // (6): a router without a clue
  }
}

TEST_CASE("the least offloads of the oracle, against every routing of tiny sets") {
  RandomRows random(23);
  for (int trial = 0; trial < 60; ++trial) {
    Rows rows = random.rows(8);
    rows.weights.assign(rows.score.size(), 1);
    const std::size_t n = rows.score.size();
    CAPTURE(random.told(trial));
    const RouterLines lines = router_lines(rows.edge, rows.cloud, rows.weights);
    std::vector<int> least(n + 1, -1);  // offloads by right rows
    for (std::size_t routing = 0; routing < (1u << n); ++routing) {
      int offloaded = 0;
      std::size_t right = 0;
      for (std::size_t i = 0; i < n; ++i) {
        const bool offload = (routing >> i & 1) != 0;
        offloaded += offload;
        right += offload ? rows.cloud[i] : rows.edge[i];
      }
      for (std::size_t k = 0; k <= right; ++k)
        least[k] = least[k] < 0 ? offloaded : std::min(least[k], offloaded);
    }
    for (std::size_t k = 0; k <= n; ++k) {
      const double rate = lines.oracle_reaches(static_cast<double>(k) / static_cast<double>(n));
      if (least[k] < 0) {
        CHECK(std::isnan(rate));
      } else {
        CHECK(rate * static_cast<double>(n) == doctest::Approx(least[k]));
      }
    }
  }
}

TEST_CASE("the random router needs a share of the way from edge to cloud") {
  // edge right on 1 of 4, cloud on 3 of 4; half way to it is 2 of 4
  const RouterLines lines{0.25, 0.75, 0.5, 0};
  CHECK(lines.random_reaches(0.5) == doctest::Approx(0.5));
  CHECK(lines.random_reaches(0.2) == 0);
  CHECK(std::isnan(lines.random_reaches(0.8)));
  const RouterLines black_box = lines.before_oracle_cloud();
  CHECK(black_box.random_reaches(0.8) == doctest::Approx(0.55 / 0.75));
  CHECK(black_box.oracle_area() == doctest::Approx(1 - 0.75 * 0.75 / 2));
}

TEST_CASE("risk and coverage by hand, and its optimum") {
  // most confident first: right wrong right wrong. risks 0, 1/2, 1/3, 2/4: mean (0 + .5 + .3333 +
  // .5)/4
  const std::vector<double> score{0.1, 0.2, 0.3, 0.4};
  const Bits edge{0, 1, 0, 1};
  const RiskCoverage risks(4);
  const std::vector<std::uint16_t> once(4, 1);
  CHECK(risks.area(Tally(RankedRows(score, edge, edge), once)) ==
        doctest::Approx((0.5 + 1.0 / 3 + 0.5) / 4));
  // optimum: right right wrong wrong: (0 + 0 + 1/3 + 2/4) / 4
  CHECK(risks.optimum(4, 2) == doctest::Approx((1.0 / 3 + 0.5) / 4));
  CHECK(risks.optimum(4, 0) == 0);
  CHECK(risks.optimum(4, 4) == doctest::Approx(1));
}

TEST_CASE("the optimum tends to r + (1 - r) ln(1 - r)") {
  // r = 0.1 gives 0.005178 for finite n, 0.005176 in the limit
  const RiskCoverage risks(1000000);
  CHECK(risks.optimum(1000000, 100000) == doctest::Approx(0.1 + 0.9 * std::log(0.9)).epsilon(1e-4));
  CHECK(risks.optimum(10000, 1000) > risks.optimum(1000000, 100000));
}

TEST_CASE("risk and coverage is the mean over all orders of a tie") {
  RandomRows random(24);
  for (int trial = 0; trial < 40; ++trial) {
    const Rows rows = random.rows(4);
    CAPTURE(random.told(trial));
    const Rows each = spelled_out(rows);
    if (each.score.size() > 7) continue;
    const double slow = over_all_orders(each, [&](const std::vector<std::size_t>& order) {
      double wrong = 0;
      double sum = 0;
      for (std::size_t k = 1; k <= order.size(); ++k) {
        wrong += 1 - each.edge[order[order.size() - k]];
        sum += wrong / static_cast<double>(k);
      }
      return sum / static_cast<double>(order.size());
    });
    const RiskCoverage risks(each.score.size());
    CHECK(risks.area(tally_of(rows)) == doctest::Approx(slow));
    const auto wrong = static_cast<std::size_t>(std::ranges::count(each.edge, 0));
    CHECK(risks.area(tally_of(rows)) >= risks.optimum(each.score.size(), wrong) - 1e-12);
  }
}

TEST_CASE("AUROC counts pairs, a tie half") {
  RandomRows random(25);
  for (int trial = 0; trial < 200; ++trial) {
    const Rows rows = random.rows();
    CAPTURE(random.told(trial));
    double ordered = 0;
    double pairs = 0;
    for (std::size_t i = 0; i < rows.score.size(); ++i) {
      for (std::size_t j = 0; j < rows.score.size(); ++j) {
        if (rows.edge[i] == 0 || rows.edge[j] != 0) continue;
        const double both = rows.weights[i] * rows.weights[j];
        pairs += both;
        ordered += both * (rows.score[i] > rows.score[j]    ? 1
                           : rows.score[i] == rows.score[j] ? 0.5
                                                            : 0);
      }
    }
    const double found = auroc(tally_of(rows));
    if (pairs == 0) {
      CHECK(std::isnan(found));
    } else {
      CHECK(found == doctest::Approx(ordered / pairs));
    }
  }
}
