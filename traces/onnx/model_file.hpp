// Reads an ONNX file into plain nodes with every shape known: the only room of libonnx and protobuf
// (model_file.cpp parses, shapes.cpp infers).
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "traces/onnx/nodes.hpp"
#include "traces/onnx/onnx_import.hpp"

namespace updraft::onnx_nodes {

// Told of each node, as an error line calls it, before libonnx sees it.
using Watch = std::function<void(const std::string&)>;

// Of what an output depends on: constants are folded away, Identity and Dropout gone. Throws
// InputError.
Nodes read_onnx_nodes(std::string_view content, const std::string& file, const OnnxOptions& options,
                      const Watch& watch = {});

}  // namespace updraft::onnx_nodes
