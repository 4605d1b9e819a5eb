#include "traces/recorder/layer_graph.hpp"

namespace updraft {
namespace {

constexpr double bytes_a_value = 4;  // fp32

LayerType convolution_type(const Layer& layer) {
  if (layer.groups > 1 && layer.groups == layer.in.channels) return LayerType::depthwise;
  return layer.kernel == 1 ? LayerType::pointwise : LayerType::convolution;
}

LayerType type_of(const Layer& layer) {
  switch (layer.operation) {
    case Operation::input:
      return LayerType::input;
    case Operation::convolution:
      return convolution_type(layer);
    case Operation::normalisation:
      return LayerType::normalisation;
    case Operation::add:
    case Operation::gate:
      return LayerType::elementwise;
    case Operation::concatenation:
    case Operation::slice:
    case Operation::shuffle:
      return LayerType::reshape;
    case Operation::max_pool:
    case Operation::average_pool:
    case Operation::global_average:
      return LayerType::pool;
    case Operation::confidence:
      return LayerType::activation;
    case Operation::linear:
      return LayerType::linear;
    case Operation::crop:
      return LayerType::other;
  }
  return LayerType::other;
}

bool has_window(const Layer& layer) {
  return layer.operation == Operation::convolution || layer.operation == Operation::max_pool ||
         layer.operation == Operation::average_pool;
}

// A number a channel is a vector.
std::vector<int> shape_of(const ImageShape& out) {
  if (out.height == 1 && out.width == 1) return {out.channels};
  return {out.channels, out.height, out.width};
}

}  // namespace

LayerGraph layer_graph(const Layers& layers, const std::string& name, const std::string& source) {
  LayerGraph graph;
  graph.name = name;
  graph.source = source;
  for (const Layer& layer : layers.all) {
    const bool image = layer.operation == Operation::input;
    const Cost own = cost(layer);
    LayerNode node;
    node.name = image ? "image" : layer.name;
    node.type = type_of(layer);
    for (const std::size_t input : layer.inputs) {
      node.inputs.push_back(static_cast<LayerId>(input));
    }
    node.shape = shape_of(layer.out);
    node.output = Bytes(static_cast<double>(layer.out.values()) * (image ? 1 : bytes_a_value));
    node.work = Flops(2 * static_cast<double>(own.macs));
    node.params = Bytes(bytes_a_value * static_cast<double>(own.params));
    if (has_window(layer)) {
      node.kernel = layer.kernel;
      node.stride = layer.stride;
    }
    graph.layers.push_back(std::move(node));
  }
  for (const std::size_t output : {layers.logits, layers.appeal, layers.exit}) {
    if (output != 0) graph.outputs.push_back(static_cast<LayerId>(output));
  }
  return graph;
}

}  // namespace updraft
