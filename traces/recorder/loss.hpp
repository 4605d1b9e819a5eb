// The loss of joint training (seeds/000, Algorithm 1, lines 3 to 6), white box:
//   L = mean[ q l1 + (1 - q) l0 + beta L_q ]       (1)
//   l1 = cross-entropy of the edge network  [nats]   l0 = that of the cloud network, a constant
//   here L_q = -ln q = ln(1 + e^-z)                     (2) q = sigmoid(z): the probability of
//   answering at the edge
// With l0 = 0 it is the black-box loss (eq. 10): the cloud is an oracle that is never wrong.
//
// And the loss of a network with two exits (seeds/001, eq. 9), normal mode and workload sharing:
//   L = alpha L_normal + (1 - alpha) L_WS          (3)
//   L_x = mean[ -ln softmax(logits_x)[label] ]        (4)  alpha in (0, 1), the paper's 0.5
// Eq. 10, as printed, divides (4) by the number of classes and says of y and y-bar first that they
// are outputs and labels, then the other way round; (4) is the cross-entropy that it names.
// Includes torch.
#pragma once

#include <torch/types.h>

namespace updraft {

struct JointLoss {
  torch::Tensor total;           // a scalar, (1)
  torch::Tensor predictor_loss;  // a scalar, the mean of (2), which moves beta
};

// logits [batch x classes], appeal [batch] (z), labels [batch] i64, cloud_loss [batch] (l0).
JointLoss joint_loss(const torch::Tensor& logits, const torch::Tensor& appeal,
                     const torch::Tensor& labels, const torch::Tensor& cloud_loss, double beta);

// Both logits [batch x classes], labels [batch] i64; a scalar, (3).
torch::Tensor two_exit_loss(const torch::Tensor& normal, const torch::Tensor& exit,
                            const torch::Tensor& labels, double alpha);

}  // namespace updraft
