#include "traces/onnx/operators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/core/input_error.hpp"
#include "traces/onnx/shape_rules.hpp"

namespace updraft::onnx_nodes {
namespace {

struct Group {
  Operator is;
  std::string_view names;  // between spaces
};

// Identity and Dropout vanish before this table is asked; Shape and Size are constants.
constexpr std::array groups = {
    Group{{LayerType::convolution, false}, " Conv ConvInteger QLinearConv ConvTranspose "},
    Group{{LayerType::linear, false},
          " Gemm MatMul MatMulInteger QLinearMatMul Einsum LSTM GRU RNN "},
    Group{{LayerType::pool, false},
          " MaxPool AveragePool LpPool GlobalMaxPool GlobalAveragePool GlobalLpPool MaxRoiPool "
          "RoiAlign MaxUnpool ReduceMean ReduceSum ReduceMax ReduceMin ReduceProd ReduceL1 "
          "ReduceL2 ReduceSumSquare ReduceLogSum ReduceLogSumExp ArgMax ArgMin "},
    Group{{LayerType::normalisation, true}, " BatchNormalization "},
    Group{{LayerType::normalisation, false},
          " InstanceNormalization LayerNormalization GroupNormalization RMSNormalization "
          "LpNormalization MeanVarianceNormalization LRN "},
    Group{{LayerType::activation, true},
          " Relu LeakyRelu PRelu Elu Selu Celu ThresholdedRelu Sigmoid HardSigmoid HardSwish Tanh "
          "Softplus Softsign Gelu Mish Swish Erf Clip Shrink "},
    Group{{LayerType::activation, false}, " Softmax LogSoftmax Hardmax "},
    Group{{LayerType::elementwise, true},
          " Add Sub Mul Div Pow Mod Max Min Mean Sum Abs Neg Sqrt Exp Log Reciprocal Floor Ceil "
          "Round Sign Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh Where Equal Less "
          "Greater LessOrEqual GreaterOrEqual And Or Xor Not IsNaN IsInf BitShift Cast CastLike "
          "QuantizeLinear DequantizeLinear "},
    Group{{LayerType::elementwise, false}, " CumSum DynamicQuantizeLinear "},
    Group{{LayerType::reshape, false},
          " Reshape Flatten Transpose Squeeze Unsqueeze Concat Slice Split Pad Resize Upsample "
          "Expand Tile Gather GatherElements GatherND Scatter ScatterElements ScatterND "
          "DepthToSpace SpaceToDepth Trilu ReverseSequence OneHot GridSample "},
    Group{{LayerType::other, false}, " TopK "},
};

const std::vector<std::int64_t>& shape_at(const Node& node, std::size_t index, const Nodes& nodes,
                                          std::size_t least_rank) {
  const TensorId id = node.input(index);
  if (id == absent || !nodes.tensor(id).shape || nodes.tensor(id).shape->size() < least_rank) {
    throw InputError(fmt::format("input {} = {}; expected a shape of {} or more dimensions",
                                 index + 1, id == absent ? "nothing" : shown(nodes.tensor(id).name),
                                 least_rank));
  }
  return *nodes.tensor(id).shape;
}

double product(const std::vector<std::int64_t>& sizes, std::size_t from) {
  double all = 1;
  for (std::size_t i = from; i < sizes.size(); ++i) all *= static_cast<double>(sizes[i]);
  return all;
}

bool convolves(const Node& node) { return node.op.find("Conv") != std::string::npos; }
std::size_t weight_index(const Node& node) { return node.op == "QLinearConv" ? 3 : 1; }

const std::vector<std::int64_t>& filters(const Node& node, const Nodes& nodes) {
  return shape_at(node, weight_index(node), nodes, 3);
}

// The first output that is there; live nodes have one.
double output_count(const Node& node, const Nodes& nodes) {
  for (const TensorId id : node.outputs)
    if (id != absent && nodes.tensor(id).shape) return nodes.tensor(id).count();
  return 0;
}

int as_int(double value) { return static_cast<int>(std::clamp(value, 0.0, 1e9)); }

int largest(const std::vector<double>& values) {
  return values.empty() ? 0 : as_int(*std::max_element(values.begin(), values.end()));
}

}  // namespace

const Operator* find_operator(std::string_view op, std::string_view domain) {
  if (!domain.empty() || op.empty() || op.find(' ') != std::string_view::npos) return nullptr;
  for (const auto& group : groups) {
    for (auto at = group.names.find(op); at != std::string_view::npos;
         at = group.names.find(op, at + 1)) {
      if (group.names[at - 1] == ' ' && group.names[at + op.size()] == ' ') return &group.is;
    }
  }
  return nullptr;
}

bool vanishes(std::string_view op) { return op == "Identity" || op == "Dropout"; }

// With y the values put out, K the values summed for one of them, W and R the weights of a
// recurrence, S its steps:
//   convolution            MACs = y (channels in / groups) k_1 k_2 ...      (1)
//   transposed             MACs = x (channels out / groups) k_1 k_2 ...     (2)  x: values put in
//   product of matrices    MACs = y K                                       (3)
//   LSTM, GRU, RNN         MACs = S (|W| + |R|)                             (4)  its gates alone
//   Einsum of several      MACs = the product of the sizes of all letters   (5)
double macs(const Node& node, const Nodes& nodes) {
  if (find_operator(node.op, node.domain) == nullptr) return 0;
  if (convolves(node)) {
    const auto& w = filters(node, nodes);
    const bool transposed = node.op == "ConvTranspose";
    const double values =
        transposed ? product(shape_at(node, 0, nodes, 3), 0) : output_count(node, nodes);
    return values * product(w, 1);  // (1), (2)
  }
  if (node.op == "Gemm") {
    const auto& a = shape_at(node, 0, nodes, 2);
    const std::size_t summed = node.number("transA", 0) != 0 ? 0 : 1;
    return output_count(node, nodes) * static_cast<double>(a[summed]);  // (3)
  }
  if (node.op.find("MatMul") != std::string::npos) {
    const auto& a = shape_at(node, 0, nodes, 1);
    return output_count(node, nodes) * static_cast<double>(a.back());  // (3)
  }
  if (node.op == "LSTM" || node.op == "GRU" || node.op == "RNN") {
    const auto& x = shape_at(node, 0, nodes, 3);
    const double steps = static_cast<double>(x[0]) * static_cast<double>(x[1]);
    return steps * (product(shape_at(node, 1, nodes, 3), 0) +
                    product(shape_at(node, 2, nodes, 3), 0));  // (4)
  }
  if (node.op == "Einsum" && node.inputs.size() > 1) {
    double all = 1;
    for (const auto& [letter, size] : einsum_sizes(node, nodes)) all *= size;
    return all;  // (5)
  }
  return 0;
}

LayerType layer_type(const Node& node, const Nodes& nodes) {
  const auto* const known = find_operator(node.op, node.domain);
  if (known == nullptr) return LayerType::other;
  if (convolves(node)) {
    const auto& w = filters(node, nodes);
    if (node.number("group", 1) > 1 && w[1] == 1 && w[0] >= as_int(node.number("group", 1)))
      return LayerType::depthwise;
    return product(w, 2) == 1 ? LayerType::pointwise : LayerType::convolution;
  }
  const bool product_of_two = node.op.find("MatMul") != std::string::npos || node.op == "Gemm" ||
                              (node.op == "Einsum" && node.inputs.size() > 1);
  if (!product_of_two) return known->type;
  const std::size_t second = node.op == "QLinearMatMul" ? 3 : 1;
  for (const std::size_t operand : {std::size_t{0}, second}) {
    const TensorId id = node.input(operand);
    if (id != absent && nodes.tensor(id).constant) return LayerType::linear;
  }
  return LayerType::matmul;
}

int kernel(const Node& node, const Nodes& nodes) {
  if (find_operator(node.op, node.domain) == nullptr) return 0;
  if (convolves(node)) {
    const auto& w = filters(node, nodes);
    return as_int(static_cast<double>(*std::max_element(w.begin() + 2, w.end())));
  }
  const auto found = node.numbers.find("kernel_shape");
  return found == node.numbers.end() ? 0 : largest(found->second);
}

int stride(const Node& node) {
  const auto* const known = find_operator(node.op, node.domain);
  if (known == nullptr) return 0;
  const auto found = node.numbers.find("strides");
  if (found != node.numbers.end()) return largest(found->second);
  return convolves(node) || node.numbers.contains("kernel_shape") ? 1 : 0;
}

}  // namespace updraft::onnx_nodes
