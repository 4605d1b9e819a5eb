// Is the joint loss the formula, its gradient the formula's slope, and beta led to its target?
#include "tests/unit/recorder/torch_doctest.hpp"

#include "traces/recorder/loss.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "traces/recorder/beta.hpp"

using namespace updraft;

namespace {

double total(const torch::Tensor& logits, const torch::Tensor& appeal, const torch::Tensor& labels,
             const torch::Tensor& cloud_loss) {
  return joint_loss(logits, appeal, labels, cloud_loss, 0.3).total.item<double>();
}

// d total / d value[i], by central differences; exact to about step^2 = 1e-8 in float64
double slope(torch::Tensor& value, std::int64_t i, const std::function<double()>& f) {
  constexpr double step = 1e-4;
  double* number = value.data_ptr<double>() + i;
  const double before = *number;
  *number = before + step;
  const double above = f();
  *number = before - step;
  const double below = f();
  *number = before;
  return (above - below) / (2 * step);
}

}  // namespace

TEST_CASE("the joint loss of one sample is the sum written down") {
  // two equal logits: l1 = ln 2; z = ln 3: q = 3/4; l0 = 0.2; beta = 0.5
  // L = 3/4 ln 2 + 1/4 0.2 + 0.5 * -ln(3/4) = 0.519860 + 0.05 + 0.143841
  const auto f64 = torch::kFloat64;
  const auto loss = joint_loss(torch::zeros({1, 2}, f64), torch::full({1}, std::log(3.0), f64),
                               torch::zeros({1}, torch::kLong), torch::full({1}, 0.2, f64), 0.5);
  CHECK(loss.total.item<double>() ==
        doctest::Approx(0.75 * std::log(2.0) + 0.25 * 0.2 - 0.5 * std::log(0.75)).epsilon(1e-12));
  CHECK(loss.predictor_loss.item<double>() == doctest::Approx(-std::log(0.75)).epsilon(1e-12));
}

TEST_CASE("the joint loss is a mean over the batch and does not overflow where q is tiny") {
  const auto f64 = torch::kFloat64;
  // z = -800: q = 0 in double, -ln q = 800 all the same; z = 800: -ln q = 0. Mean 400, beta = 1
  const auto appeal = torch::tensor({-800.0, 800.0}, f64);
  const auto loss = joint_loss(torch::zeros({2, 2}, f64), appeal, torch::zeros({2}, torch::kLong),
                               torch::zeros({2}, f64), 1);
  CHECK(loss.predictor_loss.item<double>() == doctest::Approx(400).epsilon(1e-12));
  // (0 + ln 2) / 2 + 400
  CHECK(loss.total.item<double>() == doctest::Approx(std::log(2.0) / 2 + 400).epsilon(1e-12));
}

TEST_CASE("the gradient of the joint loss agrees with finite differences") {
  const auto f64 = torch::kFloat64;
  torch::Tensor logits = torch::tensor({0.3, -1.2, 0.8, 2.0, 0.1, -0.4}, f64).view({2, 3});
  torch::Tensor appeal = torch::tensor({0.7, -1.5}, f64);
  const torch::Tensor labels = torch::tensor({2, 1}, torch::kLong);
  const torch::Tensor cloud_loss = torch::tensor({0.4, 0.05}, f64);
  logits.requires_grad_(true);
  appeal.requires_grad_(true);
  joint_loss(logits, appeal, labels, cloud_loss, 0.3).total.backward();
  const torch::Tensor logits_gradient = logits.grad().clone();
  const torch::Tensor appeal_gradient = appeal.grad().clone();
  torch::NoGradGuard no_gradients;
  const auto f = [&] { return total(logits, appeal, labels, cloud_loss); };
  for (std::int64_t i = 0; i < 6; ++i) {
    CHECK(logits_gradient.view({6})[i].item<double>() ==
          doctest::Approx(slope(logits, i, f)).epsilon(1e-6));
  }
  for (std::int64_t i = 0; i < 2; ++i) {
    CHECK(appeal_gradient[i].item<double>() == doctest::Approx(slope(appeal, i, f)).epsilon(1e-6));
  }
}

TEST_CASE("beta rises while the predictor appeals too much, and falls else") {
  const BetaRule rule{0.01, 0.5};
  CHECK(rule.next(0.2, 0.6) == doctest::Approx(0.2 * 1.01));
  CHECK(rule.next(0.2, 0.5) == doctest::Approx(0.2 / 1.01));  // on the target: not above it
  CHECK(rule.next(0.2, 0.1) == doctest::Approx(0.2 / 1.01));
}

namespace {

// q l1 + (1 - q) l0 - beta ln q, by eq. 9
double expected_loss(double q, double l1, double l0, double beta) {
  return q * l1 + (1 - q) * l0 - beta * std::log(q);
}

// The q in (0, 1] that minimises it, on a grid of a millionth.
double best_q(double l1, double l0, double beta) {
  double best = 1;
  for (int i = 1; i <= 1000000; ++i) {
    if (expected_loss(i * 1e-6, l1, l0, beta) < expected_loss(best, l1, l0, beta)) best = i * 1e-6;
  }
  return best;
}

}  // namespace

TEST_CASE("the ideal q is min(1, beta / (l1 - l0)), or 1 where the cloud is no better") {
  // d/dq of eq. 9: l1 - l0 - beta / q = 0; convex in q, so that it is the minimum
  struct Case {
    double l1, l0, beta;
  };
  for (const auto& [l1, l0, beta] :
       {Case{1.5, 0.25, 0.5}, Case{0.3, 0.2, 0.5}, Case{0.2, 1.0, 0.1}, Case{2, 0, 0.3}}) {
    const double regret = l1 - l0;
    const double closed = regret <= 0 ? 1 : std::min(1.0, beta / regret);
    CHECK(best_q(l1, l0, beta) == doctest::Approx(closed).epsilon(2e-6));
  }
}

TEST_CASE("descending the loss in z ends at the ideal q, white box and black box") {
  const auto f64 = torch::kFloat64;
  // logits (0, 0): l1 = ln 2; white box l0 = 0.2, beta 0.1: q* = 0.1 / (ln 2 - 0.2) = 0.2028;
  // black box l0 = 0: 0.1 / ln 2 = 0.1443
  for (const double l0 : {0.2, 0.0}) {
    torch::Tensor z = torch::zeros({1}, f64).requires_grad_(true);
    for (int step = 0; step < 4000; ++step) {
      if (z.grad().defined()) z.grad().zero_();
      joint_loss(torch::zeros({1, 2}, f64), z, torch::zeros({1}, torch::kLong),
                 torch::full({1}, l0, f64), 0.1)
          .total.backward();
      torch::NoGradGuard no_gradients;
      z -= 1.0 * z.grad();
    }
    CHECK(torch::sigmoid(z).item<double>() ==
          doctest::Approx(0.1 / (std::log(2.0) - l0)).epsilon(1e-6));
  }
}

TEST_CASE(
    "without a price of appealing q goes to 0 where the cloud is better; a huge one keeps all") {
  const auto f64 = torch::kFloat64;
  // the slope in z is q (1 - q) (l1 - l0) - beta (1 - q): its sign says where descent leads
  const auto slope_in_z = [&](double z, double l0, double beta) {
    torch::Tensor appeal = torch::full({1}, z, f64).requires_grad_(true);
    joint_loss(torch::zeros({1, 2}, f64), appeal, torch::zeros({1}, torch::kLong),
               torch::full({1}, l0, f64), beta)
        .total.backward();
    return appeal.grad().item<double>();
  };
  for (const double z : {-30.0, -5.0, 0.0, 5.0, 30.0}) {
    CHECK(slope_in_z(z, 0.2, 0) >= 0);    // Algorithm 1, beta = 0: ever fewer answers
    CHECK(slope_in_z(z, 0.9, 0) <= 0);    // a worse cloud: ever more
    CHECK(slope_in_z(z, 0.2, 1e6) <= 0);  // beta to infinity: every sample answered
  }
  CHECK(slope_in_z(0, 0.2, 0) == doctest::Approx(0.25 * (std::log(2.0) - 0.2)).epsilon(1e-12));
  CHECK(slope_in_z(0, 0.2, 1e6) ==
        doctest::Approx(0.25 * (std::log(2.0) - 0.2) - 0.5e6).epsilon(1e-12));
}

TEST_CASE("the rule of beta leads the mean of L_q to its target") {
  // black box, l1 = 2 for every sample, q at its ideal: L_q = -ln(beta / 2) = 0.5 at beta = 2 /
  // e^0.5
  const BetaRule rule{0.01, 0.5};
  double beta = 0.1;
  for (int batch = 0; batch < 2000; ++batch) {
    beta = rule.next(beta, -std::log(std::min(1.0, beta / 2)));
  }
  CHECK(beta == doctest::Approx(2 * std::exp(-0.5)).epsilon(0.011));  // a step of 1 %
}

TEST_CASE("the loss of two exits is the weighted sum of their cross-entropies") {
  // normal (0, 0): ln 2; exit (ln 3, 0) of class 0: p = 3/4, -ln(3/4). alpha = 1/4
  const auto f64 = torch::kFloat64;
  const torch::Tensor exit = torch::tensor({std::log(3.0), 0.0}, f64).view({1, 2});
  const torch::Tensor label = torch::zeros({1}, torch::kLong);
  CHECK(two_exit_loss(torch::zeros({1, 2}, f64), exit, label, 0.25).item<double>() ==
        doctest::Approx(0.25 * std::log(2.0) - 0.75 * std::log(0.75)).epsilon(1e-12));
  // a mean over the batch, not divided by the number of classes (eq. 10 prints that): two equal
  // rows
  CHECK(two_exit_loss(torch::zeros({2, 2}, f64), torch::cat({exit, exit}),
                      torch::zeros({2}, torch::kLong), 0.25)
            .item<double>() ==
        doctest::Approx(0.25 * std::log(2.0) - 0.75 * std::log(0.75)).epsilon(1e-12));
}
