// Of all nodes, those that an output depends on and that depend on an input.
#pragma once

#include <map>

#include "traces/onnx/nodes.hpp"

namespace updraft::onnx_nodes {

// Keeps these, in `order`; drops outputs that are constants and inputs that nobody reads, with a
// note. `problems`: why a node's shapes are not known. Throws InputError: operators that are not
// known and not allowed, shapes that are not, no output left.
void keep_live(Nodes& nodes, const std::vector<std::size_t>& order,
               const std::map<std::size_t, std::string>& problems, bool unknown_allowed,
               const std::string& file);

// "If (2), Loop (1)"
std::string counted(const std::map<std::string, int>& names);

}  // namespace updraft::onnx_nodes
