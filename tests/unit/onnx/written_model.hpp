// ONNX models that tests write, by protobuf's own interface.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "traces/onnx/onnx_import.hpp"

namespace updraft::written {

using Size = std::variant<std::int64_t, std::string>;  // or the name of one

class WrittenNode {
 public:
  explicit WrittenNode(onnx::NodeProto& proto) : proto_(&proto) {}
  WrittenNode& with(const std::string& attribute, std::int64_t value);
  WrittenNode& with(const std::string& attribute, const std::vector<std::int64_t>& values);
  WrittenNode& text(const std::string& attribute, const std::string& value);
  WrittenNode& named(const std::string& name);
  onnx::NodeProto& proto() { return *proto_; }

 private:
  onnx::NodeProto* proto_;
};

class WrittenModel {
 public:
  explicit WrittenModel(int opset = 17);

  void input(const std::string& name, const std::vector<Size>& sizes,
             int type = onnx::TensorProto::FLOAT);
  // Without data: only sizes matter.
  void weights(const std::string& name, const std::vector<std::int64_t>& sizes,
               int type = onnx::TensorProto::FLOAT);
  void integers(const std::string& name, const std::vector<std::int64_t>& values);
  void number(const std::string& name, float value);  // a single one, of no dimension
  WrittenNode node(const std::string& op, const std::vector<std::string>& inputs,
                   const std::vector<std::string>& outputs);
  void output(const std::string& name);

  // Convolution padded to keep the sides, its weights and batch norm: NAME.w, NAME.scale, ...
  // Returns the name of what is put out.
  std::string convolution(const std::string& name, const std::string& in, std::int64_t channels_in,
                          std::int64_t channels_out, std::int64_t kernel, std::int64_t stride = 1,
                          std::int64_t groups = 1);
  std::string relu(const std::string& in);

  std::string bytes() const { return model.SerializeAsString(); }
  OnnxImport imported(const OnnxOptions& options = {}) const;
  // All lines of the refusal, or "" if it is imported.
  std::string refusal(const OnnxOptions& options = {}) const;

  onnx::ModelProto model;
};

std::string refusal(const std::string& content, const OnnxOptions& options = {});

// Of that name; fails the test if there is none.
const LayerNode& layer(const LayerGraph& graph, const std::string& name);
// With spaces between.
std::string names_of_inputs(const LayerGraph& graph, const std::string& name);
std::string names(const LayerGraph& graph);

}  // namespace updraft::written
