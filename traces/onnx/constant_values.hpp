// The values of small constants, computed as far as shapes depend on them: what a model that was
// exported with dynamic sizes does with Shape, Gather and Concat before each Reshape.
#pragma once

#include "traces/onnx/nodes.hpp"

namespace updraft::onnx_nodes {

inline constexpr std::size_t most_values = 4096;  // of a tensor whose values are followed

// Of the node's first output, whose type and shape are set; empty where they are not followed.
std::optional<std::vector<double>> constant_values(const Node& node, const Nodes& nodes);

}  // namespace updraft::onnx_nodes
