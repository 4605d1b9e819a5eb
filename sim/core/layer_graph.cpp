#include "sim/core/layer_graph.hpp"

namespace updraft {

Flops LayerGraph::work() const {
  Flops sum{};
  for (const auto& layer : layers) sum += layer.work;
  return sum;
}

Bytes LayerGraph::params() const {
  Bytes sum{};
  for (const auto& layer : layers) sum += layer.params;
  return sum;
}

std::vector<std::vector<LayerId>> LayerGraph::consumers() const {
  std::vector<std::vector<LayerId>> out(layers.size());
  for (LayerId v = 0; v < layers.size(); ++v) {
    for (const LayerId input : layers[v].inputs) out[input].push_back(v);
  }
  return out;
}

}  // namespace updraft
