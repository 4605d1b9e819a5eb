// Puts the layers of a graph into an order in which each follows its inputs.
#pragma once

#include <vector>

#include "sim/core/layer_graph.hpp"

namespace updraft {

struct LayerOrder {
  std::vector<LayerId> order;  // of those that lie on no cycle of `cycles`, all of them without any
  // No two share a layer, and each cycle of the graph meets one of them. A cycle stands in the
  // direction of the data: each reads the one before it, the first reads the last.
  std::vector<std::vector<LayerId>> cycles;
};

// `inputs[v]`: what v reads. Of the layers whose inputs are all placed, the one with the smallest
// number comes next: an order that was good stays as it was.
LayerOrder order_layers(const std::vector<std::vector<LayerId>>& inputs);

}  // namespace updraft
