#include "traces/onnx/nodes.hpp"

#include <fmt/format.h>

#include "sim/core/input_error.hpp"

namespace updraft::onnx_nodes {

int element_bits(int type) {
  // FLOAT UINT8 INT8 UINT16 INT16 INT32 INT64 STRING BOOL FLOAT16 DOUBLE UINT32 UINT64 COMPLEX64
  // COMPLEX128 BFLOAT16, four of 8 bits, UINT4, INT4
  constexpr int bits[] = {0,  32, 8,  8,   16, 16, 32, 64, 0, 8, 16, 64,
                          32, 64, 64, 128, 16, 8,  8,  8,  8, 4, 4};
  constexpr int known = sizeof bits / sizeof bits[0];
  return type >= 0 && type < known ? bits[type] : 0;
}

bool is_integer(int type) {
  return (type >= 2 && type <= 7) || type == element::boolean || type == 12 || type == 13 ||
         type == 21 || type == 22;
}

double Tensor::count() const {
  double product = 1;
  for (const auto size : *shape) product *= static_cast<double>(size);
  return product;
}

double Tensor::bytes() const { return count() * element_bits(type) / 8; }

TensorId Node::input(std::size_t index) const {
  return index < inputs.size() ? inputs[index] : absent;
}

double Node::number(const std::string& attribute, double otherwise) const {
  const auto found = numbers.find(attribute);
  return found == numbers.end() || found->second.empty() ? otherwise : found->second[0];
}

std::string called(const Node& node, std::size_t number) {
  return node.name.empty() ? fmt::format("node {} ({})", number, shown(node.op))
                           : fmt::format("node {} ({})", shown(node.name), shown(node.op));
}

}  // namespace updraft::onnx_nodes
