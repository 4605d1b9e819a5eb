// The torch module of an architecture: layers with weights. Includes torch (slow to compile): only
// the recorder's own .cpp files include it.
#pragma once

#include <torch/nn.h>

#include "sim/core/random.hpp"
#include "traces/recorder/architecture.hpp"

namespace updraft {

struct NetworkOutput {
  torch::Tensor logits;  // [batch x classes]
  torch::Tensor appeal;  // [batch] the predictor before its sigmoid: q = sigmoid(appeal); undefined
                         // without a predictor
};

// Convolution and batch norm.
class ConvolutionImpl : public torch::nn::Module {
 public:
  explicit ConvolutionImpl(const Convolution& layer);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  torch::nn::Conv2d weights_{nullptr};
  torch::nn::BatchNorm2d norm_{nullptr};
};

class NetworkImpl : public torch::nn::Module {
 public:
  // Weights are drawn from `weights`: uniform, variance 2 / fan-in for convolutions (He, Zhang,
  // Ren, Sun, ICCV 2015), bound 1 / sqrt(fan-in) for the heads; the predictor starts at q = 1/2 +
  // noise.
  NetworkImpl(const Layers& layers, Stream weights);

  NetworkOutput forward(const torch::Tensor& images);

  // Takes every weight that both have from `other`, which may lack the predictor.
  void warm_start(const NetworkImpl& other);

 private:
  struct BlockModules {
    std::shared_ptr<ConvolutionImpl> first;
    std::shared_ptr<ConvolutionImpl> second;
    std::shared_ptr<ConvolutionImpl> shortcut;  // null where the block does not project
  };

  std::shared_ptr<ConvolutionImpl> stem_;
  std::vector<BlockModules> blocks_;
  std::shared_ptr<ConvolutionImpl> expansion_;  // null where the network does not expand
  torch::nn::Linear approximator_{nullptr};
  torch::nn::Linear predictor_{nullptr};
};
TORCH_MODULE(Network);

}  // namespace updraft
