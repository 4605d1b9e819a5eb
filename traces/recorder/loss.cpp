#include "traces/recorder/loss.hpp"

#include <torch/nn/functional.h>

namespace updraft {

JointLoss joint_loss(const torch::Tensor& logits, const torch::Tensor& appeal,
                     const torch::Tensor& labels, const torch::Tensor& cloud_loss, double beta) {
  namespace F = torch::nn::functional;
  const auto each = F::CrossEntropyFuncOptions().reduction(torch::kNone);
  const torch::Tensor edge_loss = F::cross_entropy(logits, labels, each);
  const torch::Tensor q = torch::sigmoid(appeal);
  const torch::Tensor predictor_loss = F::softplus(-appeal).mean();  // (2)
  const torch::Tensor system_loss = (q * edge_loss + (1 - q) * cloud_loss).mean();
  return {system_loss + beta * predictor_loss, predictor_loss.detach()};  // (1)
}

torch::Tensor two_exit_loss(const torch::Tensor& normal, const torch::Tensor& exit,
                            const torch::Tensor& labels, double alpha) {
  namespace F = torch::nn::functional;
  const torch::Tensor normal_loss = F::cross_entropy(normal, labels);  // (4)
  const torch::Tensor exit_loss = F::cross_entropy(exit, labels);
  return alpha * normal_loss + (1 - alpha) * exit_loss;  // (3)
}

}  // namespace updraft
