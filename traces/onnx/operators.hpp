// What the operators of ONNX are to a layer profile: their type and what they cost.
#pragma once

#include <string_view>

#include "sim/core/layer_graph.hpp"
#include "traces/onnx/nodes.hpp"

namespace updraft::onnx_nodes {

struct Operator {
  LayerType type = LayerType::other;
  // Value by value, on its own or with another of the same place: may fold into the layer before.
  bool pointwise = false;
};

// Null where the operator is not known, and for every other domain than ONNX's own.
const Operator* find_operator(std::string_view op, std::string_view domain);

// Identity, and Dropout as inference has it: its output is its input.
bool vanishes(std::string_view op);

// Multiply-adds of one sample; 0 for all but convolutions, products and recurrences. Throws
// InputError without the file's name: a shape that the operator cannot have.
double macs(const Node& node, const Nodes& nodes);

// The type of this very node: depthwise and pointwise among convolutions, matmul among products.
LayerType layer_type(const Node& node, const Nodes& nodes);

// Of a convolution or pool, the largest side; 0 where there is none.
int kernel(const Node& node, const Nodes& nodes);
int stride(const Node& node);

}  // namespace updraft::onnx_nodes
