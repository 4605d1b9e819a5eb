#include "traces/recorder/objective.hpp"

#include <torch/nn/functional.h>

#include <algorithm>

#include "traces/recorder/loss.hpp"

namespace updraft {

torch::Tensor CrossEntropy::loss(const torch::Tensor&, const NetworkOutput& out,
                                 const torch::Tensor& labels) {
  return torch::nn::functional::cross_entropy(out.logits, labels);
}

Joint::Joint(Network cloud, double beta, BetaRule rule)
    : cloud_(std::move(cloud)), beta_(beta), rule_(rule) {
  if (cloud_) cloud_->eval();
}

torch::Tensor Joint::loss(const torch::Tensor& images, const NetworkOutput& out,
                          const torch::Tensor& labels) {
  torch::Tensor cloud_loss = torch::zeros_like(out.appeal);  // black box: the cloud is never wrong
  if (cloud_) {
    torch::NoGradGuard no_gradients;
    const auto each = torch::nn::functional::CrossEntropyFuncOptions().reduction(torch::kNone);
    cloud_loss = torch::nn::functional::cross_entropy(cloud_->forward(images).logits, labels, each);
  }
  const JointLoss joint = joint_loss(out.logits, out.appeal, labels, cloud_loss, beta_);
  beta_ = rule_.next(beta_, joint.predictor_loss.item<double>());
  return joint.total;
}

torch::Tensor TwoExits::loss(const torch::Tensor&, const NetworkOutput& out,
                             const torch::Tensor& labels) {
  return two_exit_loss(out.logits, out.exit, labels, alpha_);
}

torch::Tensor CropLoss::loss(const torch::Tensor&, const NetworkOutput& out,
                             const torch::Tensor& labels) {
  const torch::Tensor scales = out.theta.slice(1, 2, 4);
  const double grown = ramp_ > 0 ? std::min(1.0, seen_ / ramp_) : 1;
  ++seen_;
  return torch::nn::functional::cross_entropy(out.logits, labels) +
         grown * penalty_ * scales.pow(2).sum(1).mean();  // (2)
}

void TwoExits::correct(NetworkImpl& network) const {
  if (update_ == ExitUpdate::weighted) return;
  for (auto& weight : network.weights_beyond_exit()) weight.mutable_grad().div_(alpha_);  // (1)
}

}  // namespace updraft
