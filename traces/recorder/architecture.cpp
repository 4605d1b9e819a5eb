#include "traces/recorder/architecture.hpp"

#include <fmt/format.h>

namespace updraft {
namespace {

// Padded by kernel / 2, a stride s makes ceil(side / s).
int strided(int side, int stride) { return (side + stride - 1) / stride; }

Convolution convolution(int in, int out, int kernel, int stride, int height, int width) {
  return {in, out, kernel, stride, strided(height, stride), strided(width, stride)};
}

Cost cost(const Convolution& layer) {
  const auto weights = static_cast<std::uint64_t>(layer.kernel) *
                       static_cast<std::uint64_t>(layer.kernel) *
                       static_cast<std::uint64_t>(layer.in) * static_cast<std::uint64_t>(layer.out);
  const auto places =
      static_cast<std::uint64_t>(layer.out_height) * static_cast<std::uint64_t>(layer.out_width);
  const auto out = static_cast<std::uint64_t>(layer.out);
  return {weights * places, weights + 2 * out, out * places};
}

Cost fully_connected(int in, int out) {
  const auto weights = static_cast<std::uint64_t>(in) * static_cast<std::uint64_t>(out);
  return {weights, weights + static_cast<std::uint64_t>(out), 0};
}

}  // namespace

std::string to_string(const ImageShape& shape) {
  return fmt::format("{} x {} {}", shape.width, shape.height,
                     shape.channels == 1 ? "gray" : "colour");
}

Layers layers_of(const ResNet& network, const ImageShape& input, int classes, bool predictor) {
  Layers layers;
  layers.classes = classes;
  layers.predictor = predictor;
  layers.stem =
      convolution(input.channels, network.width, 3, network.stem_stride, input.height, input.width);
  int channels = network.width;
  int height = layers.stem.out_height;
  int width = layers.stem.out_width;
  for (int stage = 0; stage < 3; ++stage) {
    for (int i = 0; i < network.blocks; ++i) {
      const int out = network.width << stage;
      const int stride = stage > 0 && i == 0 ? 2 : 1;
      Block block;
      block.first = convolution(channels, out, 3, stride, height, width);
      block.second = convolution(out, out, 3, 1, block.first.out_height, block.first.out_width);
      block.projects = stride != 1;
      if (block.projects) block.shortcut = convolution(channels, out, 1, stride, height, width);
      channels = out;
      height = block.first.out_height;
      width = block.first.out_width;
      layers.blocks.push_back(block);
    }
  }
  layers.expands = network.features > 0;
  if (layers.expands) {
    layers.expansion = convolution(channels, network.features, 1, 1, height, width);
  }
  layers.features = layers.expands ? network.features : channels;
  return layers;
}

Cost cost(const Layers& layers) {
  Cost sum = cost(layers.stem);
  const auto add = [&sum](const Cost& part) {
    sum.macs += part.macs;
    sum.params += part.params;
    sum.activations += part.activations;
  };
  for (const auto& block : layers.blocks) {
    add(cost(block.first));
    add(cost(block.second));
    if (block.projects) add(cost(block.shortcut));
  }
  if (layers.expands) add(cost(layers.expansion));
  add(fully_connected(layers.features, layers.classes));
  if (layers.predictor) add(fully_connected(layers.features, 1));
  return sum;
}

}  // namespace updraft
