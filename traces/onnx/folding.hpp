// Which nodes are one layer: a batch norm, a bias, an activation run in the loop that writes the
// values of the layer before them, and a norm or GELU that an exporter has spelled out in ten nodes
// is one pass over its input.
#pragma once

#include "traces/onnx/nodes.hpp"

namespace updraft::onnx_nodes {

// Nodes that are one layer, as indices in ascending order. The first gives it its type and cost.
// What the last puts out is all that others read of them.
struct Fold {
  std::vector<std::size_t> nodes;
  bool normalises = false;  // a norm that is spelled out: reductions are among its nodes
};

// Every node in one fold; folds stand in the order of their last nodes, in which they can run.
std::vector<Fold> fold(const Nodes& nodes);

}  // namespace updraft::onnx_nodes
