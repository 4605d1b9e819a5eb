#include "traces/recorder/layers.hpp"

#include <fmt/format.h>

namespace updraft {
namespace {

void add(const Cost& part, Cost& sum) {
  sum.macs += part.macs;
  sum.macs_with_norms += part.macs_with_norms;
  sum.params += part.params;
  sum.activations += part.activations;
}

}  // namespace

std::vector<bool> Layers::needed_for(std::size_t output) const {
  std::vector<bool> needed(all.size(), false);
  needed[output] = true;
  for (std::size_t i = output; i > 0; --i) {  // layers are fed by earlier ones
    if (!needed[i]) continue;
    for (const std::size_t input : all[i].inputs) needed[input] = true;
  }
  return needed;
}

std::string to_string(const ImageShape& shape) {
  return fmt::format("{} x {} {}", shape.width, shape.height,
                     shape.channels == 1 ? "gray" : "colour");
}

Cost cost(const Layer& layer) {
  const bool weighs =
      layer.operation == Operation::convolution || layer.operation == Operation::linear;
  const auto out = static_cast<std::uint64_t>(layer.out.channels);
  const auto places =
      static_cast<std::uint64_t>(layer.out.height) * static_cast<std::uint64_t>(layer.out.width);
  Cost cost;
  if (weighs) {
    const auto kernel = static_cast<std::uint64_t>(layer.kernel);
    const auto read = layer.operation == Operation::linear
                          ? layer.in.values()
                          : static_cast<std::uint64_t>(layer.in.channels / layer.groups);
    const auto weights = kernel * kernel * read * out;
    cost.macs = weights * places;
    cost.params = weights + (layer.bias ? out : 0);
  }
  cost.macs_with_norms = cost.macs;
  if (layer.norm || layer.operation == Operation::normalisation) {
    cost.params += 2 * out;
    cost.macs_with_norms += 2 * out * places;
  }
  if (layer.operation == Operation::convolution) cost.activations = out * places;
  return cost;
}

Cost cost(const Layers& layers) {
  Cost sum;
  for (const auto& layer : layers.all) add(cost(layer), sum);
  return sum;
}

Cost cost_of(const Layers& layers, std::size_t output) {
  const std::vector<bool> needed = layers.needed_for(output);
  Cost sum;
  for (std::size_t i = 0; i < needed.size(); ++i) {
    if (needed[i]) add(cost(layers.all[i]), sum);
  }
  return sum;
}

}  // namespace updraft
