#include "policies/partition/cut_graph.hpp"

#include "sim/core/check.hpp"

namespace updraft {

bool is_cut(const LayerGraph& graph, const Assignment& cut, bool two_way) {
  if (cut.size() != graph.layers.size()) return false;
  for (LayerId v = 0; v < cut.size(); ++v) {
    const LayerNode& layer = graph.layers[v];
    if (cut[v] > 1 || (layer.type == LayerType::input && cut[v] == 0)) return false;
    if (two_way || cut[v] == 0) continue;
    for (const LayerId input : layer.inputs) {
      if (cut[input] == 0) return false;
    }
  }
  return true;
}

double cut_cost(const LayerGraph& graph, const CutWeights& weights, const Assignment& cut) {
  UPDRAFT_CHECK(is_cut(graph, cut, !weights.download.empty()), graph.name);
  const std::size_t n = cut.size();
  double cost = 0;
  bool offloads = false;
  Assignment crosses(n, 0);  // either way
  for (LayerId v = 0; v < n; ++v) {
    cost += cut[v] != 0 ? weights.edge[v] : weights.cloud[v];
    offloads = offloads || cut[v] == 0;
    for (const LayerId input : graph.layers[v].inputs) {
      if (cut[input] != cut[v]) crosses[input] = 1;
    }
  }
  for (LayerId v = 0; v < n; ++v) {
    if (crosses[v] != 0) cost += cut[v] != 0 ? weights.upload[v] : weights.download[v];
  }
  for (const LayerId output : graph.outputs) {
    if (cut[output] == 0) cost += weights.reply[output];
  }
  return offloads ? cost + weights.offload : cost;  // (1)
}

}  // namespace updraft
