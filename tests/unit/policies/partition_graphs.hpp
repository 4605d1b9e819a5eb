// Graphs to cut: small random ones with everything that makes cutting hard (tensors that many
// read, residuals, several inputs and outputs, layers that cost nothing, ties), and two of the size
// of real networks.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "policies/partition/solvers.hpp"
#include "sim/core/random.hpp"

namespace updraft::partition_test {

inline LayerId add_layer(LayerGraph& graph, std::vector<LayerId> inputs) {
  LayerNode layer;
  const auto id = static_cast<LayerId>(graph.layers.size());
  layer.name = fmt::format("v{}", id);
  layer.type = inputs.empty() ? LayerType::input : LayerType::other;
  layer.inputs = std::move(inputs);
  graph.layers.push_back(std::move(layer));
  return id;
}

// A layer reads one to three earlier ones, mostly recent; what nobody reads is an output, and one
// in ten others is one as well.
inline LayerGraph random_graph(Stream& random, std::uint64_t layers) {
  LayerGraph graph;
  graph.name = "random";
  const std::uint64_t inputs = std::min(layers - 1, random.below(5) == 0 ? 2 + random.below(2) : 1);
  for (std::uint64_t v = 0; v < layers; ++v) {
    std::vector<LayerId> from;
    const std::uint64_t reads = v < inputs ? 0 : 1 + random.below(3);
    for (std::uint64_t k = 0; k < reads; ++k) {
      const std::uint64_t reach = random.below(2) == 0 ? std::min<std::uint64_t>(v, 2) : v;
      from.push_back(static_cast<LayerId>(v - 1 - random.below(reach)));
    }
    std::sort(from.begin(), from.end());
    from.erase(std::unique(from.begin(), from.end()), from.end());
    add_layer(graph, from);
  }
  const auto consumers = graph.consumers();
  for (LayerId v = 0; v < graph.layers.size(); ++v) {
    if (graph.layers[v].type == LayerType::input) continue;
    if (consumers[v].empty() || random.below(10) == 0) graph.outputs.push_back(v);
  }
  return graph;
}

inline LayerGraph chain(std::uint64_t layers) {
  LayerGraph graph;
  graph.name = "chain";
  add_layer(graph, {});
  for (LayerId v = 1; v < layers; ++v) add_layer(graph, {v - 1});
  graph.outputs = {static_cast<LayerId>(layers - 1)};
  return graph;
}

// `blocks` residual blocks of `depth` layers, an addition and its activation each: ResNet-101 has
// 33 of 3 convolutions.
inline LayerGraph residual_network(int blocks, int depth) {
  LayerGraph graph;
  graph.name = "residual";
  LayerId last = add_layer(graph, {add_layer(graph, {})});
  for (int block = 0; block < blocks; ++block) {
    LayerId branch = last;
    for (int k = 0; k < depth; ++k) branch = add_layer(graph, {branch});
    const LayerId skip = block % 8 == 0 ? add_layer(graph, {last}) : last;
    last = add_layer(graph, {add_layer(graph, {skip, branch})});
  }
  graph.outputs = {add_layer(graph, {last})};
  return graph;
}

enum class Numbers { small_whole, real };  // with many ties; with none

inline double draw(Stream& random, Numbers numbers) {
  if (numbers == Numbers::small_whole) return static_cast<double>(random.below(7));
  return random.below(6) == 0 ? 0 : std::exp(10 * (random.uniform() - 0.5));
}

inline std::vector<double> draws(Stream& random, Numbers numbers, std::size_t n) {
  std::vector<double> out(n);
  for (double& value : out) value = draw(random, numbers);
  return out;
}

inline CutWeights random_weights(Stream& random, Numbers numbers, std::size_t n, bool two_way) {
  CutWeights weights;
  weights.edge = draws(random, numbers, n);
  weights.cloud = draws(random, numbers, n);
  weights.upload = draws(random, numbers, n);
  if (two_way) weights.download = draws(random, numbers, n);
  weights.reply = draws(random, numbers, n);
  weights.offload = random.below(2) == 0 ? 0 : draw(random, numbers);
  return weights;
}

// Inputs take no time; the cloud is some three times as fast.
inline PartitionTimes random_times(Stream& random, Numbers numbers, const LayerGraph& graph) {
  PartitionTimes times;
  for (const auto& layer : graph.layers) {
    const bool is_input = layer.type == LayerType::input;
    times.edge.push_back(Seconds(is_input ? 0 : draw(random, numbers)));
    times.cloud.push_back(Seconds(is_input ? 0 : draw(random, numbers) / 4));
    // Some send nothing: what is least at any rate may then offload.
    const bool free = random.uniform() < .1;
    times.payload.push_back(Bytes(free ? 0 : 1 + std::floor(draw(random, numbers))));
  }
  return times;
}

// A device with a radio; one to three servers.
inline CutCosts random_costs(Stream& random) {
  CutCosts costs;
  costs.fixed = Seconds(random.uniform());
  costs.busy = Watts(1 + 5 * random.uniform());
  costs.idle = Watts(2 * random.uniform());
  costs.send = Watts(3 * random.uniform());
  costs.per_byte = random.below(2) == 0 ? 0 : random.uniform() / 2;
  costs.servers = 1 + static_cast<double>(random.below(3));
  return costs;
}

// The times of layers of about a millisecond, tensors of some 100 kB that shrink along the network.
inline PartitionTimes network_times(Stream& random, const LayerGraph& graph) {
  PartitionTimes times;
  const auto n = static_cast<double>(graph.layers.size());
  for (std::size_t v = 0; v < graph.layers.size(); ++v) {
    const bool is_input = graph.layers[v].type == LayerType::input;
    const double ms = is_input ? 0 : 0.1 + 2 * random.uniform();
    times.edge.push_back(Seconds(ms / 1e3));
    times.cloud.push_back(Seconds(ms / 15e3));
    const double size = 4e5 * std::exp(-4 * static_cast<double>(v) / n) * (0.5 + random.uniform());
    times.payload.push_back(Bytes(std::floor(size)));
  }
  times.payload[0] = Bytes(150528);
  return times;
}

}  // namespace updraft::partition_test
