// The order in which nodes can run.
#pragma once

#include "traces/onnx/nodes.hpp"

namespace updraft::onnx_nodes {

// Indices of all nodes, each after those that it reads; otherwise as they stand. `defined` says by
// tensor whether anything puts it out. Throws InputError: something reads what nothing puts out, or
// its own output.
std::vector<std::size_t> graph_order(const Nodes& nodes, const std::vector<bool>& defined,
                                     const std::string& file);

}  // namespace updraft::onnx_nodes
