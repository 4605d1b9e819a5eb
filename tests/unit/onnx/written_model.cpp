#include "tests/unit/onnx/written_model.hpp"

#include <doctest/doctest.h>

#include "sim/core/input_error.hpp"

namespace updraft::written {

WrittenNode& WrittenNode::with(const std::string& attribute, std::int64_t value) {
  auto* const one = proto_->add_attribute();
  one->set_name(attribute);
  one->set_type(onnx::AttributeProto::INT);
  one->set_i(value);
  return *this;
}

WrittenNode& WrittenNode::with(const std::string& attribute,
                               const std::vector<std::int64_t>& values) {
  auto* const one = proto_->add_attribute();
  one->set_name(attribute);
  one->set_type(onnx::AttributeProto::INTS);
  for (const auto value : values) one->add_ints(value);
  return *this;
}

WrittenNode& WrittenNode::text(const std::string& attribute, const std::string& value) {
  auto* const one = proto_->add_attribute();
  one->set_name(attribute);
  one->set_type(onnx::AttributeProto::STRING);
  one->set_s(value);
  return *this;
}

WrittenNode& WrittenNode::named(const std::string& name) {
  proto_->set_name(name);
  return *this;
}

WrittenModel::WrittenModel(int opset) {
  model.set_ir_version(8);
  model.set_producer_name("test");
  model.mutable_graph()->set_name("graph");
  model.add_opset_import()->set_version(opset);
}

void WrittenModel::input(const std::string& name, const std::vector<Size>& sizes, int type) {
  auto* const info = model.mutable_graph()->add_input();
  info->set_name(name);
  info->mutable_type()->mutable_tensor_type()->set_elem_type(type);
  auto* const shape = info->mutable_type()->mutable_tensor_type()->mutable_shape();
  for (const auto& size : sizes) {
    auto* const dim = shape->add_dim();
    if (const auto* const number = std::get_if<std::int64_t>(&size)) {
      dim->set_dim_value(*number);
    } else if (!std::get<std::string>(size).empty()) {
      dim->set_dim_param(std::get<std::string>(size));
    }
  }
}

void WrittenModel::weights(const std::string& name, const std::vector<std::int64_t>& sizes,
                           int type) {
  auto* const tensor = model.mutable_graph()->add_initializer();
  tensor->set_name(name);
  tensor->set_data_type(type);
  for (const auto size : sizes) tensor->add_dims(size);
}

void WrittenModel::integers(const std::string& name, const std::vector<std::int64_t>& values) {
  auto* const tensor = model.mutable_graph()->add_initializer();
  tensor->set_name(name);
  tensor->set_data_type(onnx::TensorProto::INT64);
  tensor->add_dims(static_cast<std::int64_t>(values.size()));
  for (const auto value : values) tensor->add_int64_data(value);
}

void WrittenModel::number(const std::string& name, float value) {
  auto* const tensor = model.mutable_graph()->add_initializer();
  tensor->set_name(name);
  tensor->set_data_type(onnx::TensorProto::FLOAT);
  tensor->add_float_data(value);
}

WrittenNode WrittenModel::node(const std::string& op, const std::vector<std::string>& inputs,
                               const std::vector<std::string>& outputs) {
  auto* const proto = model.mutable_graph()->add_node();
  proto->set_op_type(op);
  for (const auto& name : inputs) proto->add_input(name);
  for (const auto& name : outputs) proto->add_output(name);
  return WrittenNode(*proto);
}

void WrittenModel::output(const std::string& name) {
  auto* const info = model.mutable_graph()->add_output();
  info->set_name(name);
  info->mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
}

std::string WrittenModel::convolution(const std::string& name, const std::string& in,
                                      std::int64_t channels_in, std::int64_t channels_out,
                                      std::int64_t kernel, std::int64_t stride,
                                      std::int64_t groups) {
  weights(name + ".w", {channels_out, channels_in / groups, kernel, kernel});
  const std::int64_t pad = kernel / 2;
  node("Conv", {in, name + ".w"}, {name + ".out"})
      .with("kernel_shape", {kernel, kernel})
      .with("strides", {stride, stride})
      .with("pads", {pad, pad, pad, pad})
      .with("group", groups)
      .named(name);
  for (const char* part : {".scale", ".bias", ".mean", ".var"})
    weights(name + part, {channels_out});
  node("BatchNormalization",
       {name + ".out", name + ".scale", name + ".bias", name + ".mean", name + ".var"},
       {name + ".norm"});
  return name + ".norm";
}

std::string WrittenModel::relu(const std::string& in) {
  node("Relu", {in}, {in + ".relu"});
  return in + ".relu";
}

OnnxImport WrittenModel::imported(const OnnxOptions& options) const {
  return import_onnx(std::string_view(bytes()), "m.onnx", options);
}

std::string WrittenModel::refusal(const OnnxOptions& options) const {
  return written::refusal(bytes(), options);
}

std::string refusal(const std::string& content, const OnnxOptions& options) {
  try {
    import_onnx(std::string_view(content), "m.onnx", options);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

const LayerNode& layer(const LayerGraph& graph, const std::string& name) {
  for (const auto& one : graph.layers)
    if (one.name == name) return one;
  std::string all;
  for (const auto& one : graph.layers) all += " " + one.name;
  FAIL("no layer " << name << " among" << all);
  return graph.layers.front();
}

std::string names_of_inputs(const LayerGraph& graph, const std::string& name) {
  std::string found;
  for (const auto id : layer(graph, name).inputs)
    found += (found.empty() ? "" : " ") + graph.layers[id].name;
  return found;
}

std::string names(const LayerGraph& graph) {
  std::string found;
  for (const auto& one : graph.layers) found += (found.empty() ? "" : " ") + one.name;
  return found;
}

}  // namespace updraft::written
