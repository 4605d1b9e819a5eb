// How long each layer of a network that may be cut takes on the scenario's device and in its cloud.
#include <fmt/format.h>

#include "platforms/layer_times.hpp"
#include "platforms/platform.hpp"
#include "sim/prepare_parts.hpp"

namespace updraft {

// The times of one side's layers; nothing after a mistake.
std::vector<LayerTime> Preparation::layer_times_of(const PartitionSide& side,
                                                   const LayerGraph& graph) {
  const PartitionSpec& spec = *out_->scenario.partition;
  std::vector<LayerTime> out;
  if (spec.times == PartitionSpec::Times::measured) {
    read(side.file, side.file_place, fmt::format("partition.times.{}", side.name),
         [&](const std::string& file) { out = read_layer_times(file, graph); });
  } else if (spec.times == PartitionSpec::Times::ideal) {
    out = ideal_layer_times(side.ideal, graph);
  } else if (side.rates != nullptr) {
    out = layer_times(*side.rates, graph);
  } else {
    mistakes_.add(side.use_place, fmt::format("{}.use", side.machine), side.use,
                  fmt::format("one with layer rates ({}), or partition.times: ideal",
                              one_of(side.with_rates)));
  }
  return out;
}

std::optional<Preparation::SidesTimes> Preparation::partition_sides(const LayerGraph& graph) {
  const Scenario& scenario = out_->scenario;
  const DeviceModel* device = catalog().device(scenario.device.use);
  const CloudModel* cloud = catalog().cloud(scenario.cloud.use);
  if (device == nullptr || cloud == nullptr) return std::nullopt;  // reported
  const PartitionSpec& spec = *scenario.partition;
  PartitionSide edge{"edge",
                     "device",
                     scenario.device.use,
                     scenario.device.use_place,
                     spec.edge_times,
                     spec.edge_times_place,
                     device->layers ? &*device->layers : nullptr,
                     scenario.device.rate.value_or(ideal_rate(*device, graph.name)),
                     {}};
  PartitionSide server{"cloud",
                       "cloud",
                       scenario.cloud.use,
                       scenario.cloud.use_place,
                       spec.cloud_times,
                       spec.cloud_times_place,
                       cloud->layers ? &*cloud->layers : nullptr,
                       ideal_rate(*cloud),
                       {}};
  for (const auto& entry : catalog().devices) {
    if (entry.layers) edge.with_rates.push_back(entry.name);
  }
  for (const auto& entry : catalog().clouds) {
    if (entry.layers) server.with_rates.push_back(entry.name);
  }
  SidesTimes out{layer_times_of(edge, graph), layer_times_of(server, graph), launches_seen(*cloud)};
  if (out.edge.empty() || out.cloud.empty()) return std::nullopt;
  return out;
}

}  // namespace updraft
