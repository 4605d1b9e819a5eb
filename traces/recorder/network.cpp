#include "traces/recorder/network.hpp"

#include <fmt/format.h>

#include <cmath>

namespace updraft {
namespace {

// By name and from our own stream: torch's generator would tie the weights to its version.
void draw(torch::Tensor& weights, double bound, Stream& stream) {
  float* value = weights.data_ptr<float>();
  for (std::int64_t i = 0; i < weights.numel(); ++i) {
    value[i] = static_cast<float>(bound * (2 * stream.uniform() - 1));
  }
}

}  // namespace

ConvolutionImpl::ConvolutionImpl(const Convolution& layer) {
  weights_ = register_module(
      "weights", torch::nn::Conv2d(torch::nn::Conv2dOptions(layer.in, layer.out, layer.kernel)
                                       .stride(layer.stride)
                                       .padding(layer.kernel / 2)
                                       .bias(false)));
  norm_ = register_module("norm", torch::nn::BatchNorm2d(layer.out));
}

torch::Tensor ConvolutionImpl::forward(const torch::Tensor& x) {
  return norm_->forward(weights_->forward(x));
}

NetworkImpl::NetworkImpl(const Layers& layers, Stream weights) {
  const auto convolution = [this](const std::string& name, const Convolution& layer) {
    return register_module(name, std::make_shared<ConvolutionImpl>(layer));
  };
  stem_ = convolution("stem", layers.stem);
  for (std::size_t i = 0; i < layers.blocks.size(); ++i) {
    const Block& block = layers.blocks[i];
    BlockModules modules;
    modules.first = convolution(fmt::format("block{}_first", i), block.first);
    modules.second = convolution(fmt::format("block{}_second", i), block.second);
    if (block.projects) {
      modules.shortcut = convolution(fmt::format("block{}_shortcut", i), block.shortcut);
    }
    blocks_.push_back(std::move(modules));
  }
  if (layers.expands) expansion_ = convolution("expansion", layers.expansion);
  approximator_ =
      register_module("approximator", torch::nn::Linear(layers.features, layers.classes));
  if (layers.predictor) {
    predictor_ = register_module("predictor", torch::nn::Linear(layers.features, 1));
  }

  torch::NoGradGuard no_gradients;
  for (auto& item : named_parameters()) {
    torch::Tensor& values = item.value();
    if (values.dim() == 4) {
      // uniform in [-b, b] has the variance b^2 / 3 = 2 / fan_in
      const auto fan_in = static_cast<double>(values[0].numel());
      draw(values, std::sqrt(6 / fan_in), weights);
    } else if (item.key().find("norm") == std::string::npos) {
      draw(values, 1 / std::sqrt(static_cast<double>(layers.features)), weights);
    }
  }
}

NetworkOutput NetworkImpl::forward(const torch::Tensor& images) {
  torch::Tensor x = stem_->forward(images).relu_();
  for (const auto& block : blocks_) {
    const torch::Tensor shortcut = block.shortcut ? block.shortcut->forward(x) : x;
    x = block.first->forward(x).relu_();
    x = (block.second->forward(x) + shortcut).relu_();
  }
  if (expansion_) x = expansion_->forward(x).relu_();
  const torch::Tensor features = x.mean({2, 3});
  NetworkOutput out;
  out.logits = approximator_->forward(features);
  if (!predictor_.is_empty()) out.appeal = predictor_->forward(features).squeeze(1);
  return out;
}

void NetworkImpl::warm_start(const NetworkImpl& other) {
  torch::NoGradGuard no_gradients;
  const auto take = [](auto own, const auto& theirs) {
    for (const auto& item : theirs) own[item.key()].copy_(item.value());
  };
  take(named_parameters(), other.named_parameters());
  take(named_buffers(), other.named_buffers());
}

}  // namespace updraft
