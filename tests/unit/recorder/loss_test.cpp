// Is the joint loss the formula, its gradient the formula's slope, and beta led to its target?
#include "traces/recorder/loss.hpp"

#include <doctest/doctest.h>
#include <torch/nn.h>

#include <cmath>
#include <functional>

#include "traces/recorder/architecture.hpp"
#include "traces/recorder/beta.hpp"
#include "traces/recorder/network.hpp"

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

TEST_CASE("a network has as many weights as its cost says, and its appeal only with a predictor") {
  const Layers layers = layers_of({"", 3, 2, 2, 10}, {3, 9, 7}, 5, true);
  Network network(layers, Stream(1, "weights"));
  std::uint64_t weights = 0;
  for (const auto& values : network->parameters()) {
    weights += static_cast<std::uint64_t>(values.numel());
  }
  CHECK(weights == cost(layers).params);
  const NetworkOutput out = network->forward(torch::zeros({4, 3, 9, 7}));
  CHECK(out.logits.sizes() == std::vector<std::int64_t>{4, 5});
  CHECK(out.appeal.sizes() == std::vector<std::int64_t>{4});
  Network plain(layers_of({"", 3, 2, 2, 10}, {3, 9, 7}, 5, false), Stream(2, "weights"));
  CHECK_FALSE(plain->forward(torch::zeros({4, 3, 9, 7})).appeal.defined());
}

TEST_CASE("a warm start takes everything but the predictor") {
  const ResNet resnet{"", 3, 1, 1, 10};
  Network plain(layers_of(resnet, {1, 8, 8}, 4, false), Stream(1, "plain"));
  Network joint(layers_of(resnet, {1, 8, 8}, 4, true), Stream(1, "joint"));
  const torch::Tensor images = torch::rand({6, 1, 8, 8});
  plain->forward(images);  // in training: moves the running means, which are taken, too
  joint->warm_start(*plain);
  plain->eval();
  joint->eval();
  CHECK(torch::equal(plain->forward(images).logits, joint->forward(images).logits));
}
