#include "policies/partition/partition_times.hpp"

#include <fmt/format.h>

#include <utility>

#include "sim/core/check.hpp"

namespace updraft {

double share_of(Coding coding) {
  switch (coding) {
    case Coding::fp32:
      return 1;
    case Coding::fp16:
      return 1. / 2;
    case Coding::int8:
      return 1. / 4;
  }
  return 1;
}

PartitionTimes partition_times(const LayerGraph& graph, std::vector<Seconds> edge,
                               std::vector<Seconds> cloud, Coding coding) {
  const std::size_t layers = graph.layers.size();
  UPDRAFT_CHECK(edge.size() == layers && cloud.size() == layers,
                fmt::format("{} layers, {} and {} times", layers, edge.size(), cloud.size()));
  PartitionTimes out{std::move(edge), std::move(cloud), {}};
  out.payload.reserve(layers);
  for (const LayerNode& layer : graph.layers)
    out.payload.push_back(layer.type == LayerType::input ? layer.output
                                                         : share_of(coding) * layer.output);
  return out;
}

}  // namespace updraft
