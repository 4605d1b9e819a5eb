// The torch module of a network's layers: the same list, with weights. Includes torch (slow to
// compile): only the recorder's own .cpp files include it.
#pragma once

#include <torch/nn.h>

#include "sim/core/random.hpp"
#include "traces/recorder/layers.hpp"

namespace updraft {

struct NetworkOutput {
  torch::Tensor logits;  // [batch x classes]
  torch::Tensor appeal;  // [batch] the predictor before its sigmoid: q = sigmoid(appeal); undefined
                         // without a predictor
  torch::Tensor exit;    // [batch x classes] the early exit's logits; undefined without one
  torch::Tensor theta;   // [batch x 4] where an extractor looks; undefined without one
};

// A convolution and its batch norm, as the layer says.
class ConvolutionImpl : public torch::nn::Module {
 public:
  explicit ConvolutionImpl(const Layer& layer);
  torch::Tensor forward(const torch::Tensor& x);

  torch::nn::Conv2d weights{nullptr};

 private:
  torch::nn::BatchNorm2d norm_{nullptr};
};

class NetworkImpl : public torch::nn::Module {
 public:
  // Weights are drawn from `weights`: uniform, variance 2 / fan-in for convolutions (He, Zhang,
  // Ren, Sun, ICCV 2015), bound 1 / sqrt(fan-in) for linear layers and biases; the predictor starts
  // at q = 1/2 + noise. A layer with a `deviation` has Gaussian ones instead.
  NetworkImpl(Layers layers, Stream weights);

  // images [batch x channels x height x width]; those of a network that crops have pixels in [0, 1]
  // (black is what lies outside), and its patches are rounded to 8 bits except in training: the
  // cloud gets bytes.
  NetworkOutput forward(const torch::Tensor& images);

  // Takes every weight that both have from `other`, which may lack the predictor and the exit.
  void warm_start(const NetworkImpl& other);
  // The weights that the early exit does without: those of the layers behind it, the network's own
  // head among them. Empty without an exit.
  std::vector<torch::Tensor> weights_beyond_exit() const;
  // Brings the weights into the order in memory that is fastest; after loading them, too.
  void arrange();

 private:
  struct Weights {  // of a layer; null where it has none
    std::shared_ptr<ConvolutionImpl> convolution;
    torch::nn::BatchNorm2d norm{nullptr};
    torch::nn::Linear linear{nullptr};
  };
  torch::Tensor run(std::size_t layer, const std::vector<torch::Tensor>& values);

  Layers layers_;
  std::vector<std::size_t> last_use_;  // of each layer's output: the last layer that reads it
  std::vector<Weights> weights_;
  bool channels_last_;
};
TORCH_MODULE(Network);

}  // namespace updraft
