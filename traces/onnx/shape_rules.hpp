// Shapes by own rules: for forms of operators that are newer than Debian's libonnx (opset 18 and
// later), and for those whose shape its functions leave open.
#pragma once

#include "traces/onnx/nodes.hpp"

namespace updraft::onnx_nodes {

enum class OwnRule { none, applied, failed };

// Reductions (axes may be an input), Split by a number, Einsum, Resize and Upsample, Pad of some
// axes. `failed`: the rule is there, but its inputs do not tell.
OwnRule infer_by_own_rule(const Node& node, Nodes& nodes);

// What libonnx would not notice: a convolution whose weights have another rank than its input. In
// words, or "".
std::string unfit_inputs(const Node& node, const Nodes& nodes);

// What works value by value, norms and softmax put out the shape of their inputs, broadcast.
void infer_as_inputs(const Node& node, Nodes& nodes);

// Of Einsum, "bij,bjk->bik": the size of each letter. Empty where it is not understood: an
// ellipsis, a letter of two sizes, shapes that are not known.
std::map<char, double> einsum_sizes(const Node& node, const Nodes& nodes);

}  // namespace updraft::onnx_nodes
