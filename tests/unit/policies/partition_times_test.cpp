// What is sent of a layer: its fp32 bytes times the coding's share; an input as the profile says.
#include <doctest/doctest.h>

#include "policies/partition/partition_times.hpp"

namespace updraft {

TEST_CASE("tensors are coded, the network's inputs are not") {
  LayerGraph graph;
  graph.layers = {{"image", LayerType::input, {}, {3, 2, 2}, Bytes(12)},
                  {"conv", LayerType::convolution, {0}, {4, 2, 2}, Bytes(64)},
                  {"fc", LayerType::linear, {1}, {10}, Bytes(40)}};
  const std::vector<Seconds> edge = {Seconds(0), Seconds(3), Seconds(1)};
  const std::vector<Seconds> cloud = {Seconds(0), Seconds(.5), Seconds(.25)};
  const auto sizes = [&](Coding coding) {
    return partition_times(graph, edge, cloud, coding).payload;
  };
  CHECK(sizes(Coding::fp32) == std::vector<Bytes>{Bytes(12), Bytes(64), Bytes(40)});
  CHECK(sizes(Coding::fp16) == std::vector<Bytes>{Bytes(12), Bytes(32), Bytes(20)});  // halves
  CHECK(sizes(Coding::int8) == std::vector<Bytes>{Bytes(12), Bytes(16), Bytes(10)});  // quarters
  const PartitionTimes times = partition_times(graph, edge, cloud, Coding::int8);
  CHECK(times.edge == edge);
  CHECK(times.cloud == cloud);
}

}  // namespace updraft
