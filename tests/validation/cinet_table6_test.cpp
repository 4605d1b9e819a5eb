// CiNET's Table 6 (Dai et al., seeds/004), cell by cell: what the device computes and what crosses,
// by cut, from our layer profiles. The paper counts convolutions alone, the tensor after pooling,
// and values, not bytes. What it prints otherwise stands beside ours, with the reason, in
// analysis/partition.md.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "policies/partition/partition_times.hpp"
#include "policies/partition/solvers.hpp"
#include "traces/layer_profile.hpp"

namespace updraft {
namespace {

struct Cell {
  std::string after;
  double conv_MMAC;  // cumulated
  double values;     // of the tensor
};

// Pools follow convolutions and fold into the cut after them, as in the paper.
void check_cells(const std::string& network, const std::vector<Cell>& cells) {
  const LayerGraph graph =
      read_layer_profile(UPDRAFT_SOURCE_DIR "/traces/layers/" + network + ".yaml");
  const std::vector<Seconds> none(graph.layers.size());
  const auto cuts = chain_cuts(graph, partition_times(graph, none, none, Coding::fp32));
  for (const auto& cell : cells) {
    CAPTURE(network);
    CAPTURE(cell.after);
    bool found = false;
    for (const auto& cut : cuts) {
      if (cut.after != cell.after) continue;
      found = true;
      double macs = 0;
      for (LayerId v = 0; v < graph.layers.size(); ++v) {
        if (cut.on_edge[v] != 0 && graph.layers[v].type == LayerType::convolution)
          macs += graph.layers[v].work.si() / 2;
      }
      CHECK(macs / 1e6 == doctest::Approx(cell.conv_MMAC).epsilon(1e-12));
      CHECK(cut.payload.si() / 4 == cell.values);  // fp32: 4 bytes a value
    }
    CHECK(found);
  }
}

}  // namespace

TEST_CASE("CiNET's Table 6, digits: the CNN1 of Table 1") {
  // conv1: 100 x 100 x 128 x 25 = 32 M; conv2: 50 x 50 x 256 x 25 x 128 = 2048 M;
  // conv3: 25 x 25 x 256 x 25 x 256 = 1024 M. Printed: 32, 2040, 3060, 3060, 3060.
  // Tensors: 50 x 50 x 128, 25 x 25 x 256, 13 x 13 x 256; printed 43,200 for the last.
  check_cells("cinet_digits_cnn1", {{"pool1", 32, 320000},
                                    {"pool2", 2080, 160000},
                                    {"pool3", 3104, 43264},
                                    {"fc1", 3104, 100},
                                    {"fc2", 3104, 50}});
}

TEST_CASE("CiNET's Table 6, fashion: the CNN1 of Table 1") {
  // 16 + 512 + 256 + 138.4448 + 80.2816; printed 16, 528, 784, 922, 1000, 1000, 1000.
  // Tensors: 50 x 50 x 64, 25 x 25 x 128, 13 x 13 x 128 (printed 20,000 = 12.5 x 12.5 x 128), 7 x 7
  // x 256 (printed 12,500), 4 x 4 x 256.
  check_cells("cinet_fashion_cnn1", {{"pool1", 16, 160000},
                                     {"pool2", 528, 80000},
                                     {"pool3", 784, 21632},
                                     {"pool4", 922.4448, 12544},
                                     {"pool5", 1002.7264, 4096},
                                     {"fc1", 1002.7264, 100},
                                     {"fc2", 1002.7264, 50}});
}

}  // namespace updraft
