#include "traces/onnx/shapes.hpp"

#include <onnx/defs/schema.h>
#include <onnx/onnx_pb.h>
#include <onnx/shape_inference/implementation.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <unordered_map>

#include "sim/core/input_error.hpp"
#include "traces/onnx/constant_values.hpp"
#include "traces/onnx/shape_rules.hpp"

namespace updraft::onnx_nodes {
namespace {

template <typename Value>
std::optional<std::vector<double>> from_raw(const std::string& raw, std::size_t count) {
  if (raw.size() != count * sizeof(Value)) return std::nullopt;
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    Value value;
    std::memcpy(&value, raw.data() + i * sizeof(Value), sizeof(Value));
    values[i] = static_cast<double>(value);
  }
  return values;
}

template <typename Field>
std::optional<std::vector<double>> from_field(const Field& field, std::size_t count) {
  if (static_cast<std::size_t>(field.size()) != count) return std::nullopt;
  std::vector<double> values;
  for (const auto value : field) values.push_back(static_cast<double>(value));
  return values;
}

std::optional<std::vector<double>> values_of(const onnx::TensorProto& proto, std::size_t count) {
  if (proto.data_location() == onnx::TensorProto::EXTERNAL) return std::nullopt;
  const bool raw = proto.has_raw_data();
  switch (proto.data_type()) {
    case onnx::TensorProto::FLOAT:
      return raw ? from_raw<float>(proto.raw_data(), count) : from_field(proto.float_data(), count);
    case onnx::TensorProto::DOUBLE:
      return raw ? from_raw<double>(proto.raw_data(), count)
                 : from_field(proto.double_data(), count);
    case onnx::TensorProto::INT64:
      return raw ? from_raw<std::int64_t>(proto.raw_data(), count)
                 : from_field(proto.int64_data(), count);
    case onnx::TensorProto::INT32:
      return raw ? from_raw<std::int32_t>(proto.raw_data(), count)
                 : from_field(proto.int32_data(), count);
    case onnx::TensorProto::BOOL:
    case onnx::TensorProto::UINT8:
      return raw ? from_raw<std::uint8_t>(proto.raw_data(), count)
                 : from_field(proto.int32_data(), count);
    default:
      return std::nullopt;
  }
}

std::int64_t as_integer(double value) {
  constexpr double limit = 9223372036854775808.0;  // 2^63: "to the end" in a Slice
  if (value >= limit) return std::numeric_limits<std::int64_t>::max();
  if (!(value > -limit)) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(value);
}

void set_type(const Tensor& tensor, onnx::TypeProto& type) {
  type.mutable_tensor_type()->set_elem_type(tensor.type);
  if (!tensor.shape) return;
  auto* const shape = type.mutable_tensor_type()->mutable_shape();
  for (const auto size : *tensor.shape) shape->add_dim()->set_dim_value(size);
}

onnx::TensorProto proto_of(const Tensor& tensor) {
  onnx::TensorProto proto;
  proto.set_data_type(tensor.type);
  for (const auto size : *tensor.shape) proto.add_dims(size);
  for (const double value : *tensor.values) {
    if (tensor.type == onnx::TensorProto::FLOAT) {
      proto.add_float_data(static_cast<float>(value));
    } else if (tensor.type == onnx::TensorProto::DOUBLE) {
      proto.add_double_data(value);
    } else if (tensor.type == onnx::TensorProto::INT64) {
      proto.add_int64_data(as_integer(value));
    } else {
      proto.add_int32_data(static_cast<std::int32_t>(
          std::clamp<std::int64_t>(as_integer(value), INT32_MIN, INT32_MAX)));
    }
  }
  return proto;
}

void take(const onnx::TypeProto& type, Tensor& tensor) {
  if (!type.has_tensor_type()) return;
  if (type.tensor_type().elem_type() != 0) tensor.type = type.tensor_type().elem_type();
  if (!type.tensor_type().has_shape()) return;
  std::vector<std::int64_t> sizes;
  for (const auto& dim : type.tensor_type().shape().dim()) {
    if (!dim.has_dim_value() || dim.dim_value() < 0) return;
    sizes.push_back(dim.dim_value());
  }
  tensor.shape = std::move(sizes);
}

// The node as the library may see it: its inputs by number, without attributes that came later than
// the library's newest version of the operator.
onnx::NodeProto for_library(const onnx::NodeProto& proto, const Node& node,
                            const onnx::OpSchema& schema) {
  onnx::NodeProto copy;
  copy.set_op_type(proto.op_type());
  for (const auto id : node.inputs) copy.add_input(id == absent ? "" : std::to_string(id));
  for (const auto& output : proto.output()) copy.add_output(output);
  for (const auto& attribute : proto.attribute()) {
    if (schema.attributes().contains(attribute.name())) *copy.add_attribute() = attribute;
  }
  return copy;
}

void infer_by_library(const onnx::NodeProto& proto, const Node& node, const onnx::OpSchema& schema,
                      Nodes& nodes) {
  onnx::NodeProto copy = for_library(proto, node, schema);
  schema.Verify(copy);
  std::unordered_map<std::string, onnx::TypeProto> types;
  std::unordered_map<std::string, onnx::TensorProto> data;
  for (const auto id : node.inputs) {
    if (id == absent) continue;
    const Tensor& tensor = nodes.tensor(id);
    if (tensor.type != element::none) set_type(tensor, types[std::to_string(id)]);
    if (tensor.values && tensor.shape) data[std::to_string(id)] = proto_of(tensor);
  }
  std::unordered_map<std::string, onnx::TypeProto*> type_pointers;
  for (auto& [name, type] : types) type_pointers[name] = &type;
  std::unordered_map<std::string, const onnx::TensorProto*> data_pointers;
  for (const auto& [name, tensor] : data) data_pointers[name] = &tensor;
  onnx::shape_inference::InferenceContextImpl context(copy, type_pointers, data_pointers, {});
  schema.GetTypeAndShapeInferenceFunction()(context);
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    if (node.outputs[i] == absent) continue;
    take(context.allOutputTypes_[i], nodes.tensors[static_cast<std::size_t>(node.outputs[i])]);
  }
}

bool all_known(const Node& node, const Nodes& nodes) {
  return std::all_of(node.outputs.begin(), node.outputs.end(), [&](TensorId id) {
    return id == absent || nodes.tensor(id).shape.has_value();
  });
}

}  // namespace

std::string infer_shapes(const onnx::NodeProto& proto, const Node& node, int opset, Nodes& nodes) {
  if (!node.domain.empty()) return "";
  std::string why = unfit_inputs(node, nodes);
  if (!why.empty()) return why;
  const OwnRule rule = infer_by_own_rule(node, nodes);
  if (rule == OwnRule::failed) return "its own inputs do not tell it";
  if (rule == OwnRule::none) {
    const auto* const schema = onnx::OpSchemaRegistry::Schema(node.op, opset, "");
    if (schema != nullptr && !schema->Deprecated() &&
        schema->has_type_and_shape_inference_function()) {
      try {
        infer_by_library(proto, node, *schema, nodes);
      } catch (const std::exception& error) {
        why = one_line(error.what());
      }
    }
    if (why.empty() && !all_known(node, nodes)) infer_as_inputs(node, nodes);
  }
  return why;
}

Tensor tensor_of(const onnx::TensorProto& proto) {
  Tensor tensor;
  tensor.name = proto.name();
  tensor.type = proto.data_type();
  tensor.constant = true;
  const auto& dims = proto.dims();
  if (std::any_of(dims.begin(), dims.end(), [](std::int64_t size) { return size < 0; }))
    return tensor;
  tensor.shape.emplace(dims.begin(), dims.end());
  if (tensor.count() <= static_cast<double>(most_values))
    tensor.values = values_of(proto, static_cast<std::size_t>(tensor.count()));
  return tensor;
}

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == '\n' || c == '\r' || c == '\t' || c == ' ';
    if (!blank || (!line.empty() && line.back() != ' ')) line += blank ? ' ' : c;
  }
  while (!line.empty() && (line.back() == ' ' || line.back() == '.')) line.pop_back();
  return shown(line, 200);
}

}  // namespace updraft::onnx_nodes
