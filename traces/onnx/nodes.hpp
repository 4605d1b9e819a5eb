// An ONNX graph as plain values, without libonnx: what model_file.cpp reads and all else here works
// on. Tensors and nodes are indices into two lists; nodes stand in the order in which they can run.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace updraft::onnx_nodes {

using TensorId = std::int32_t;
inline constexpr TensorId absent = -1;  // an optional input that is left out

// What ONNX calls an element type (TensorProto.DataType), where a rule here depends on it.
namespace element {
inline constexpr int none = 0, float32 = 1, int8 = 3, uint8 = 2, int32 = 6, int64 = 7, text = 8,
                     boolean = 9, float16 = 10, float64 = 11, bfloat16 = 16;
}
// Bits of a value of this type; 0 for text and for what is not known.
int element_bits(int type);
bool is_integer(int type);

struct Tensor {
  std::string name;
  int type = element::none;
  std::optional<std::vector<std::int64_t>> shape;  // only where every size is known
  bool constant = false;                           // the same whatever the inputs' values are
  double weights = 0;  // bytes of the stored weights that a constant is made from
  std::optional<std::vector<double>> values;  // of a small constant, exact up to 2^53

  double count() const;  // of values; its shape is known
  double bytes() const;
};

struct Node {
  std::string name;  // may be empty
  std::string op;
  std::string domain;  // "" is ONNX's own
  std::vector<TensorId> inputs;
  std::vector<TensorId> outputs;                       // `absent` where nobody asked for it
  std::map<std::string, std::vector<double>> numbers;  // attributes: integers and floats
  std::map<std::string, std::string> texts;

  TensorId input(std::size_t index) const;  // or `absent`
  double number(const std::string& attribute, double otherwise) const;
};

struct Nodes {
  std::vector<Tensor> tensors;
  std::vector<Node> nodes;  // of those that an output depends on and that are no constants
  std::vector<TensorId> inputs;
  std::vector<TensorId> outputs;
  std::string made_by;             // "pytorch 2.1, opset 17"
  std::vector<std::string> notes;  // what was assumed, a line each

  const Tensor& tensor(TensorId id) const { return tensors[static_cast<std::size_t>(id)]; }
};

// "conv1 (Conv)" or "node 7 (Conv)", fit for an error line.
std::string called(const Node& node, std::size_t number);

}  // namespace updraft::onnx_nodes
