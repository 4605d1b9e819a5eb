#include "policies/partition/partition_times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
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

namespace {

// A network that computes in fewer bytes sends no more than those.
Bytes coded(const LayerNode& layer, Coding coding) {
  double fp32_bytes = 4;
  for (const int side : layer.shape) fp32_bytes *= side;
  return Bytes(std::ceil(std::min(layer.output.si(), share_of(coding) * fp32_bytes)));
}

}  // namespace

PartitionTimes partition_times(const LayerGraph& graph, std::vector<Seconds> edge,
                               std::vector<Seconds> cloud, Coding coding) {
  const std::size_t layers = graph.layers.size();
  UPDRAFT_CHECK(edge.size() == layers && cloud.size() == layers,
                fmt::format("{} layers, {} and {} times", layers, edge.size(), cloud.size()));
  PartitionTimes out{std::move(edge), std::move(cloud), {}};
  out.payload.reserve(layers);
  for (const LayerNode& layer : graph.layers)
    out.payload.push_back(layer.type == LayerType::input ? layer.output : coded(layer, coding));
  return out;
}

}  // namespace updraft
