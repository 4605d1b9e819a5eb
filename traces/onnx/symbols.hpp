// Sizes that a model names instead of giving: the batch is 1, others are the user's.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/core/input_error.hpp"
#include "traces/onnx/nodes.hpp"

namespace onnx {
class GraphProto;
class TensorShapeProto;
class ValueInfoProto;
}  // namespace onnx

namespace updraft::onnx_nodes {

class Symbols {
 public:
  // The first dimension of an input is the batch: where it has a name, that is 1 everywhere, unless
  // `given` says otherwise.
  Symbols(const onnx::GraphProto& graph, std::map<std::string, std::int64_t> given);

  // Type and shape of an input of the network.
  void set_input(const onnx::ValueInfoProto& input, Tensor& tensor, const std::string& file,
                 Mistakes& mistakes);
  // After all inputs: a size that was given for a name that no input has is a mistake.
  void expect_used(const std::string& file, Mistakes& mistakes) const;
  // Empty where one is not known.
  std::optional<std::vector<std::int64_t>> sizes_of(const onnx::TensorShapeProto& shape) const;
  // What was assumed, a line each.
  void add_notes(std::vector<std::string>& notes) const;

 private:
  std::map<std::string, std::int64_t> given_;
  std::vector<std::string> names_;  // of dimensions of inputs
  std::map<std::string, std::int64_t> sizes_;
  std::vector<std::string> notes_;
};

}  // namespace updraft::onnx_nodes
