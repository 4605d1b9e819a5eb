#include "traces/recorder/network.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

#include "traces/recorder/sampler.hpp"

namespace updraft {
namespace {

namespace nn = torch::nn;

// From our own stream: torch's generator would tie the weights to its version.
void draw(torch::Tensor weights, double bound, Stream& stream) {
  float* value = weights.data_ptr<float>();
  for (std::int64_t i = 0; i < weights.numel(); ++i) {
    value[i] = static_cast<float>(bound * (2 * stream.uniform() - 1));
  }
}

void draw_normal(torch::Tensor weights, double deviation, Stream& stream) {
  float* value = weights.data_ptr<float>();
  for (std::int64_t i = 0; i < weights.numel(); ++i) {
    const double u = stream.uniform() + 0x1p-54;  // never 0
    value[i] = static_cast<float>(deviation * boost::math::quantile(boost::math::normal(), u));
  }
}

void set_biases(torch::Tensor biases, const std::vector<float>& values) {
  if (values.empty()) {
    biases.zero_();
  } else {
    biases.copy_(torch::tensor(values));
  }
}

// In place, on purpose: no operation before it needs its output to go backwards.
torch::Tensor activated(torch::Tensor x, Activation activation) {
  switch (activation) {
    case Activation::none:
      return x;
    case Activation::relu:
      return x.relu_();
    case Activation::swish:
      return torch::silu(x);
    case Activation::sigmoid:
      return x.sigmoid_();
  }
  return x;
}

torch::Tensor shuffled_channels(const torch::Tensor& x) {
  const auto format = x.suggest_memory_format();
  const auto halves = x.reshape({x.size(0), 2, x.size(1) / 2, x.size(2), x.size(3)});
  return halves.transpose(1, 2).reshape(x.sizes()).contiguous(format);
}

// logits [batch x classes] to msp, margin and entropy, [batch x 3 x 1 x 1]
torch::Tensor confidence(const torch::Tensor& logits) {
  const torch::Tensor log_p = torch::log_softmax(logits, 1);
  const torch::Tensor p = log_p.exp();
  const torch::Tensor top = std::get<0>(p.topk(2, 1));
  const torch::Tensor entropy = (p * log_p).sum(1);
  return torch::stack({top.select(1, 0), top.select(1, 0) - top.select(1, 1), entropy}, 1)
      .unsqueeze(2)
      .unsqueeze(3);
}

// With channels last in memory, oneDNN's convolutions take three quarters of the time; but those of
// 2.6 (Debian 12) end in a crash for fewer than 8 channels.
bool fit_channels_last(const Layers& layers) {
  return std::all_of(layers.all.begin() + 1, layers.all.end(), [](const Layer& layer) {
    const bool reads_image = layer.inputs[0] == 0 && layer.in.channels >= 3;
    return layer.operation != Operation::convolution ||
           (layer.out.channels % 8 == 0 && (layer.in.channels % 8 == 0 || reads_image));
  });
}

}  // namespace

ConvolutionImpl::ConvolutionImpl(const Layer& layer) {
  weights = register_module(
      "weights", nn::Conv2d(nn::Conv2dOptions(layer.in.channels, layer.out.channels, layer.kernel)
                                .stride(layer.stride)
                                .padding(layer.padding)
                                .groups(layer.groups)
                                .bias(layer.bias)));
  if (layer.norm) norm_ = register_module("norm", nn::BatchNorm2d(layer.out.channels));
}

torch::Tensor ConvolutionImpl::forward(const torch::Tensor& x) {
  const torch::Tensor out = weights->forward(x);
  return norm_.is_empty() ? out : norm_->forward(out);
}

NetworkImpl::NetworkImpl(Layers layers, Stream weights)
    : layers_(std::move(layers)),
      last_use_(layers_.all.size()),
      weights_(layers_.all.size()),
      channels_last_(fit_channels_last(layers_)) {
  torch::NoGradGuard no_gradients;
  for (std::size_t i = 1; i < layers_.all.size(); ++i) {
    const Layer& layer = layers_.all[i];
    for (const std::size_t input : layer.inputs) last_use_[input] = i;
    Weights& own = weights_[i];
    if (layer.operation == Operation::convolution) {
      own.convolution = register_module(layer.name, std::make_shared<ConvolutionImpl>(layer));
      if (layer.deviation > 0) {
        draw_normal(own.convolution->weights->weight, layer.deviation, weights);
        if (layer.bias) set_biases(own.convolution->weights->bias, layer.biases);
        continue;
      }
      const auto fan_in = static_cast<double>(own.convolution->weights->weight[0].numel());
      // uniform in [-b, b] has the variance b^2 / 3 = 2 / fan_in
      draw(own.convolution->weights->weight, std::sqrt(6 / fan_in), weights);
      if (layer.bias) draw(own.convolution->weights->bias, 1 / std::sqrt(fan_in), weights);
    } else if (layer.operation == Operation::linear) {
      const auto in = static_cast<std::int64_t>(layer.in.values());
      own.linear = register_module(layer.name, nn::Linear(in, layer.out.channels));
      if (layer.deviation > 0) {
        draw_normal(own.linear->weight, layer.deviation, weights);
        set_biases(own.linear->bias, layer.biases);
        continue;
      }
      draw(own.linear->weight, 1 / std::sqrt(static_cast<double>(in)), weights);
      draw(own.linear->bias, 1 / std::sqrt(static_cast<double>(in)), weights);
    } else if (layer.operation == Operation::normalisation) {
      own.norm = register_module(layer.name, nn::BatchNorm2d(layer.out.channels));
    }
  }
  arrange();
}

void NetworkImpl::arrange() {
  if (!channels_last_) return;
  torch::NoGradGuard no_gradients;
  for (auto& own : weights_) {
    if (!own.convolution) continue;
    torch::Tensor& weight = own.convolution->weights->weight;
    weight.set_data(weight.contiguous(torch::MemoryFormat::ChannelsLast));
  }
}

NetworkOutput NetworkImpl::forward(const torch::Tensor& images) {
  std::vector<torch::Tensor> values(layers_.all.size());
  values[0] = channels_last_ ? images.contiguous(torch::MemoryFormat::ChannelsLast) : images;
  for (std::size_t i = 1; i < values.size(); ++i) {
    values[i] = run(i, values);
    for (const std::size_t input : layers_.all[i].inputs) {
      const bool wanted = input == layers_.logits || input == layers_.theta;
      if (last_use_[input] == i && !wanted) values[input].reset();
    }
  }
  NetworkOutput out;
  out.logits = values[layers_.logits].flatten(1);
  if (layers_.predictor()) out.appeal = values[layers_.appeal].squeeze(1);
  if (layers_.exits_early()) out.exit = values[layers_.exit];
  if (layers_.crops()) out.theta = values[layers_.theta];
  return out;
}

torch::Tensor NetworkImpl::run(std::size_t index, const std::vector<torch::Tensor>& values) {
  const Layer& layer = layers_.all[index];
  Weights& own = weights_[index];
  const torch::Tensor& x = values[layer.inputs[0]];
  const auto second = [&] { return values[layer.inputs[1]]; };
  switch (layer.operation) {
    case Operation::input:
      return x;
    case Operation::convolution:
      return activated(own.convolution->forward(x), layer.activation);
    case Operation::normalisation:
      return activated(own.norm->forward(x), layer.activation);
    case Operation::add:
      return activated(x + second(), layer.activation);
    case Operation::gate:
      return x * second();
    case Operation::concatenation: {
      std::vector<torch::Tensor> parts;
      for (const std::size_t input : layer.inputs) parts.push_back(values[input]);
      return torch::cat(parts, 1);
    }
    case Operation::slice:
      return x.slice(1, layer.first, layer.first + layer.out.channels);
    case Operation::shuffle:
      return shuffled_channels(x);
    case Operation::max_pool:
      return torch::max_pool2d(x, layer.kernel, layer.stride, layer.padding, 1, layer.ceils);
    case Operation::average_pool:
      return torch::avg_pool2d(x, layer.kernel, layer.stride, layer.padding, layer.ceils);
    case Operation::global_average:
      return x.mean({2, 3}, true);
    case Operation::confidence:
      return confidence(x.flatten(1).detach());
    case Operation::linear:
      return activated(own.linear->forward(x.flatten(1)), layer.activation);
    case Operation::crop: {
      const torch::Tensor patch =
          sampled(x, second(), layer.out.height, layer.out.width, layer.points);
      return is_training() ? patch : (patch * 255).round() / 255;
    }
  }
  return x;
}

std::vector<torch::Tensor> NetworkImpl::weights_beyond_exit() const {
  std::vector<torch::Tensor> beyond;
  if (!layers_.exits_early()) return beyond;
  const std::vector<bool> needed = layers_.needed_for(layers_.exit);
  const auto append = [&](const nn::Module& module) {
    for (const auto& weight : module.parameters()) beyond.push_back(weight);
  };
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    if (needed[i]) continue;
    const Weights& own = weights_[i];
    if (own.convolution) append(*own.convolution);
    if (!own.norm.is_empty()) append(*own.norm);
    if (!own.linear.is_empty()) append(*own.linear);
  }
  return beyond;
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
