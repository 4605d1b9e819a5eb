#include <bit>
#include <limits>
#include <string>

#include "policies/partition/solvers.hpp"
#include "sim/core/check.hpp"

namespace updraft {
namespace {

struct Layers {
  std::vector<std::uint32_t> readers;  // [layers] a bit a layer
  std::uint32_t inputs = 0;
  std::uint32_t outputs = 0;
};

Layers as_bits(const LayerGraph& graph) {
  Layers bits;
  bits.readers.resize(graph.layers.size(), 0);
  for (LayerId v = 0; v < graph.layers.size(); ++v) {
    if (graph.layers[v].type == LayerType::input) bits.inputs |= 1u << v;
    for (const LayerId input : graph.layers[v].inputs) bits.readers[input] |= 1u << v;
  }
  for (const LayerId output : graph.outputs) bits.outputs |= 1u << output;
  return bits;
}

// (1) of cut_graph.hpp; infinite where `cut` breaks its rules.
double cost_of(const Layers& layers, const CutWeights& weights, std::uint32_t cut) {
  constexpr double forbidden = std::numeric_limits<double>::infinity();
  const bool two_way = !weights.download.empty();
  double cost = 0;
  bool offloads = false;
  for (std::size_t v = 0; v < layers.readers.size(); ++v) {
    if ((cut >> v & 1u) != 0) {
      cost += weights.edge[v];
      if ((layers.readers[v] & ~cut) != 0) cost += weights.upload[v];
      continue;
    }
    offloads = true;
    cost += weights.cloud[v];
    if ((layers.outputs >> v & 1u) != 0) cost += weights.reply[v];
    if ((layers.readers[v] & cut) == 0) continue;
    if (!two_way) return forbidden;
    cost += weights.download[v];
  }
  return offloads ? cost + weights.offload : cost;
}

}  // namespace

MinCut best_of_all(const LayerGraph& graph, const CutWeights& weights) {
  const std::size_t n = graph.layers.size();
  UPDRAFT_CHECK(n <= 24, std::to_string(n));
  const Layers layers = as_bits(graph);
  std::uint32_t best = (1u << n) - 1;  // all on the edge
  double least = cost_of(layers, weights, best);
  for (std::uint32_t cut = 0; cut < 1u << n; ++cut) {
    if ((cut & layers.inputs) != layers.inputs) continue;
    const double cost = cost_of(layers, weights, cut);
    if (cost > least) continue;
    if (cost == least && std::popcount(cut) >= std::popcount(best)) continue;
    least = cost;
    best = cut;
  }
  MinCut found{Assignment(n), 0};
  for (std::size_t v = 0; v < n; ++v) found.on_edge[v] = static_cast<std::uint8_t>(best >> v & 1u);
  found.cost = cut_cost(graph, weights, found.on_edge);
  return found;
}

}  // namespace updraft
