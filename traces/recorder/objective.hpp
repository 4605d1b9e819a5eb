// What a network is trained for: the losses of loss.hpp with what they need beside the network's
// answers. Includes torch.
#pragma once

#include "traces/recorder/network.hpp"
#include "traces/recorder/recipe.hpp"

namespace updraft {

// What a network is trained for. `beta` and the like are its state, kept in checkpoints.
class Objective {
 public:
  virtual ~Objective() = default;
  // The scalar to descend for one batch: images, the network's answer, labels i64.
  virtual torch::Tensor loss(const torch::Tensor& images, const NetworkOutput& out,
                             const torch::Tensor& labels) = 0;
  // After the way back, before the weights move: may change their gradients.
  virtual void correct(NetworkImpl&) const {}
  virtual double state() const { return 0; }
  virtual double beta() const { return 0; }  // of a joint loss, for who watches
  virtual void restore(double) {}
};

class CrossEntropy final : public Objective {
 public:
  torch::Tensor loss(const torch::Tensor& images, const NetworkOutput& out,
                     const torch::Tensor& labels) override;
};

// The joint loss (loss.hpp) with dynamic beta. l0 is the trained cloud network's loss on the very
// images of the batch, augmented as they are: the two losses speak of the same input. Without a
// cloud network (null) it is the black-box loss: l0 = 0.
class Joint final : public Objective {
 public:
  Joint(Network cloud, double beta, BetaRule rule);
  torch::Tensor loss(const torch::Tensor& images, const NetworkOutput& out,
                     const torch::Tensor& labels) override;
  double state() const override { return beta_; }
  double beta() const override { return beta_; }
  void restore(double beta) override { beta_ = beta; }

 private:
  Network cloud_;
  double beta_;
  BetaRule rule_;
};

// The loss of both exits (loss.hpp (3)), and which way the weights go (seeds/001, Algorithm 1):
//   weighted    every weight w by the slope of L: w behind the exit sees alpha dL_normal/dw
//   layer_wise  as Algorithm 1 prints it: w behind the exit sees dL_normal/dw, unscaled     (1)
// Both agree on the layers that the exit shares (the slope of L) and on the exit's own head, for
// which the algorithm's L_total leaves (1 - alpha) dL_WS/dw. So (1) is eq. 9 with a rate larger by
// 1 / alpha behind the exit; the paper does not say that it departs from its eq. 9. (Read to the
// letter, its first branch holds for every layer of the network: the exit would teach its own head
// alone. Its Fig. 10 and text speak against that.)
class TwoExits final : public Objective {
 public:
  TwoExits(double alpha, ExitUpdate update) : alpha_(alpha), update_(update) {}
  torch::Tensor loss(const torch::Tensor& images, const NetworkOutput& out,
                     const torch::Tensor& labels) override;
  void correct(NetworkImpl& network) const override;

 private:
  double alpha_;
  ExitUpdate update_;
};

// Of an extractor with what sees its crop (seeds/004, Sec. 3.5): labels of images alone, and a
// price on looking at much of the image:
//   L = mean[ -ln softmax(logits)[label] + penalty (s_x^2 + s_y^2) ]     (2)
// The paper has "the penalty on scaling transformation" and, in Sec. 4.5, "L2 penalty weight", 0.1;
// on which coordinates, and whether it means or sums, it does not say. s = 1 is the whole image.
// Ours: the penalty begins at 0 and grows evenly over the first `ramp` batches. A classifier that
// knows nothing yet sends theta no slopes worth the name, and the penalty alone would shrink every
// patch to a point, from which nothing is learnt (seen on small sets).
class CropLoss final : public Objective {
 public:
  explicit CropLoss(double penalty, double ramp = 0) : penalty_(penalty), ramp_(ramp) {}
  torch::Tensor loss(const torch::Tensor& images, const NetworkOutput& out,
                     const torch::Tensor& labels) override;
  // How many batches it has seen.
  double state() const override { return seen_; }
  void restore(double seen) override { seen_ = seen; }

 private:
  double penalty_;
  double ramp_;
  double seen_ = 0;
};

}  // namespace updraft
