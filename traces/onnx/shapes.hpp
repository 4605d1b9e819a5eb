// Types and shapes of what a node puts out, by libonnx's inference functions where they know the
// operator in the model's version, else by own rules (shape_rules.hpp).
#pragma once

#include <string>

#include "traces/onnx/nodes.hpp"

namespace onnx {
class NodeProto;
class TensorProto;
}  // namespace onnx

namespace updraft::onnx_nodes {

// Sets them for the outputs of `node`, whose inputs are done; what stays unknown stays empty.
// Returns why, in one line, or "".
std::string infer_shapes(const onnx::NodeProto& proto, const Node& node, int opset, Nodes& nodes);

// Type, shape and, of a small tensor, values. Data that is left out or elsewhere is no mistake: its
// values are not known. A negative size leaves the shape unknown.
Tensor tensor_of(const onnx::TensorProto& proto);

// Library messages, as part of an error line.
std::string one_line(std::string_view text);

}  // namespace updraft::onnx_nodes
