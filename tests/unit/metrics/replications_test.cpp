#include "sim/metrics/replications.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace updraft;

namespace {

PolicyResult policy(const char* name, std::initializer_list<double> accuracies) {
  PolicyResult out{.name = name};
  for (const double a : accuracies) {
    RunFigures run;
    run.samples = 100;
    run.accuracy = a;
    run.class_accuracy = {a, 1 - a};
    out.runs.push_back(run);
  }
  return out;
}
const FigureColumn& accuracy = column_of(&RunFigures::accuracy);

}  // namespace

TEST_CASE("the interval of five values uses Student's t with four degrees of freedom") {
  // 1..5: mean 3, deviation sqrt(10 / 4) = 1.5811, t(0.975, 4) = 2.776445 (any table: 2.776)
  const double values[] = {1, 2, 3, 4, 5};
  const Estimate e = estimate(values);
  CHECK(e.value == doctest::Approx(3));
  REQUIRE(e.half_width);
  CHECK(*e.half_width == doctest::Approx(2.776445 * std::sqrt(2.5) / std::sqrt(5.0)).epsilon(1e-6));
}

TEST_CASE("t quantiles are the textbook's") {
  // Two values 0 and 2: deviation sqrt(2), so half width = t * sqrt(2) / sqrt(2) = t(0.975, 1)
  const double two[] = {0, 2};
  CHECK(*estimate(two).half_width == doctest::Approx(12.706205).epsilon(1e-7));
  // Ten values, five 0 and five 2: deviation sqrt(10 / 9); t(0.975, 9) = 2.262157
  const double ten[] = {0, 2, 0, 2, 0, 2, 0, 2, 0, 2};
  CHECK(*estimate(ten).half_width == doctest::Approx(2.262157 / 3).epsilon(1e-6));
}

TEST_CASE("a single run has a value and no interval") {
  const double one[] = {7};
  CHECK(estimate(one).value == 7);
  CHECK_FALSE(estimate(one).half_width.has_value());
}

TEST_CASE("figures are averaged over runs, counts are summed") {
  const PolicyResult p = policy("p", {0.8, 0.9});
  CHECK(combined(p, accuracy).value == doctest::Approx(0.85));
  CHECK(combined(p, column_of(&RunFigures::samples)).value == 200);
  CHECK_FALSE(combined(p, column_of(&RunFigures::samples)).half_width.has_value());
  CHECK(class_accuracy(p)[1] == doctest::Approx(0.15));
}

TEST_CASE("a figure that one run lacks is lacking") {
  CHECK(std::isnan(combined(policy("p", {0.8, RunFigures::none}), accuracy).value));
}

TEST_CASE("what varies alike between runs cancels in paired differences") {
  const PolicyResult a = policy("a", {0.70, 0.80, 0.90});
  const PolicyResult b = policy("b", {0.72, 0.81, 0.93});
  // differences 0.02, 0.01, 0.03: mean 0.02, deviation 0.01, t(0.975, 2) = 4.302653
  const Estimate d = paired_difference(b, a, accuracy);
  CHECK(d.value == doctest::Approx(0.02));
  CHECK(*d.half_width == doctest::Approx(4.302653 * 0.01 / std::sqrt(3.0)).epsilon(1e-6));
  // alone, each varies by 0.1 or so: the interval of either mean is ten times as wide
  CHECK(*combined(a, accuracy).half_width == doctest::Approx(10 * *d.half_width).epsilon(1e-6));
}
