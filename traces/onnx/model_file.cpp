#include "traces/onnx/model_file.hpp"

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cmath>

#include "sim/core/input_error.hpp"
#include "traces/onnx/constant_values.hpp"
#include "traces/onnx/graph_order.hpp"
#include "traces/onnx/live_nodes.hpp"
#include "traces/onnx/operators.hpp"
#include "traces/onnx/shapes.hpp"
#include "traces/onnx/symbols.hpp"

namespace updraft::onnx_nodes {
namespace {

constexpr int most_nodes = 1'000'000;

onnx::ModelProto parsed(std::string_view content, const std::string& file) {
  const google::protobuf::LogSilencer quiet;  // it says more on standard error
  onnx::ModelProto model;
  const bool whole = content.size() <= largest_onnx_file &&
                     model.ParseFromArray(content.data(), static_cast<int>(content.size()));
  if (!whole || !model.has_graph() || model.graph().node_size() == 0) {
    throw InputError(fmt::format(
        "{}: is no ONNX model, or only a part of one; expected a whole .onnx file", file));
  }
  if (model.graph().node_size() > most_nodes) {
    throw InputError(fmt::format("{}: {} nodes; expected {} at most", file,
                                 model.graph().node_size(), most_nodes));
  }
  return model;
}

int opset_of(const onnx::ModelProto& model, const std::string& file) {
  for (const auto& import : model.opset_import()) {
    if (import.domain().empty() || import.domain() == "ai.onnx")
      return static_cast<int>(std::clamp<std::int64_t>(import.version(), 1, 1000));
  }
  throw InputError(fmt::format(
      "{}: says no version of ONNX's operators; expected a whole .onnx file, with opset_import",
      file));
}

std::string made_by(const onnx::ModelProto& model, int opset) {
  if (model.producer_name().empty()) return fmt::format("opset {}", opset);
  const std::string version = shown(model.producer_version(), 40);
  return fmt::format("{}{}{}, opset {}", shown(model.producer_name(), 40),
                     version.empty() ? "" : " ", version, opset);
}

void add_attribute(const onnx::AttributeProto& attribute, Node& node) {
  std::vector<double> values;
  const auto add = [&](double value) {
    if (std::isfinite(value)) values.push_back(value);
  };
  if (attribute.has_i()) add(static_cast<double>(attribute.i()));
  if (attribute.has_f()) add(static_cast<double>(attribute.f()));
  for (const auto value : attribute.ints()) add(static_cast<double>(value));
  for (const auto value : attribute.floats()) add(static_cast<double>(value));
  if (attribute.has_t()) {
    if (const auto inner = tensor_of(attribute.t()).values)
      for (const double value : *inner) add(value);
  }
  if (attribute.has_s()) node.texts[attribute.name()] = attribute.s();
  if (!values.empty()) node.numbers[attribute.name()] = std::move(values);
}

// Trained numbers; whole ones of more than a byte are shapes, indices and axes.
void count_weights(Tensor& tensor) {
  const bool trained =
      !is_integer(tensor.type) || tensor.type == element::int8 || tensor.type == element::uint8;
  if (tensor.shape && trained) tensor.weights = tensor.bytes();
}

class Reader {
 public:
  Reader(const onnx::ModelProto& model, const std::string& file, const OnnxOptions& options,
         const Watch& watch)
      : model_(model),
        graph_(model.graph()),
        file_(file),
        opset_(opset_of(model, file)),
        symbols_(graph_, options.sizes),
        unknown_allowed_(options.allow_unknown),
        watch_(watch) {}

  Nodes read() {
    read_initialisers();
    read_inputs();
    read_nodes();
    read_declared();
    nodes_.made_by = made_by(model_, opset_);
    const auto order = graph_order(nodes_, names_.defined, file_);
    for (const auto number : order) infer(number);
    for (const auto& output : graph_.output()) {
      const auto found = names_.ids.find(output.name());
      if (found == names_.ids.end() || !names_.defined[static_cast<std::size_t>(found->second)]) {
        throw InputError(
            fmt::format("{}: output {} is put out by no node", file_, shown(output.name())));
      }
      nodes_.outputs.push_back(behind(found->second));
    }
    symbols_.add_notes(nodes_.notes);
    keep_live(nodes_, order, problems_, unknown_allowed_, file_);
    return std::move(nodes_);
  }

 private:
  TensorId id_of(const std::string& name) {
    const auto [found, fresh] =
        names_.ids.emplace(name, static_cast<TensorId>(nodes_.tensors.size()));
    if (fresh) {
      nodes_.tensors.emplace_back().name = name;
      names_.defined.push_back(false);
    }
    return found->second;
  }

  TensorId define(const std::string& name) {
    const TensorId id = id_of(name);
    if (names_.defined[static_cast<std::size_t>(id)]) {
      throw InputError(
          fmt::format("{}: tensor {} is put out twice; expected once", file_, shown(name)));
    }
    names_.defined[static_cast<std::size_t>(id)] = true;
    return id;
  }

  void read_initialisers() {
    const auto add = [&](const onnx::TensorProto& proto, const std::string& name) {
      Tensor tensor = tensor_of(proto);
      tensor.name = name;
      count_weights(tensor);
      nodes_.tensors[static_cast<std::size_t>(define(name))] = std::move(tensor);
    };
    for (const auto& proto : graph_.initializer()) add(proto, proto.name());
    for (const auto& sparse : graph_.sparse_initializer()) {
      onnx::TensorProto dense;  // as if it were: nobody here skips zeros
      dense.set_data_type(sparse.values().data_type());
      *dense.mutable_dims() = sparse.dims();
      add(dense, sparse.values().name());
    }
  }

  void read_inputs() {
    Mistakes mistakes;
    for (const auto& input : graph_.input()) {
      const auto known = names_.ids.find(input.name());
      if (known != names_.ids.end() && nodes_.tensor(known->second).constant) continue;
      const TensorId id = define(input.name());
      symbols_.set_input(input, nodes_.tensors[static_cast<std::size_t>(id)], file_, mistakes);
      nodes_.inputs.push_back(id);
    }
    symbols_.expect_used(file_, mistakes);
    mistakes.throw_if_any();
  }

  void read_nodes() {
    std::map<std::string, int> holders;  // of graphs within
    for (const auto& proto : graph_.node()) {
      Node node;
      node.name = proto.name();
      node.op = proto.op_type();
      node.domain = proto.domain() == "ai.onnx" ? "" : proto.domain();
      for (const auto& attribute : proto.attribute()) {
        if (attribute.has_g() || attribute.graphs_size() > 0) ++holders[node.op];
        add_attribute(attribute, node);
      }
      for (const auto& name : proto.input())
        node.inputs.push_back(name.empty() ? absent : id_of(name));
      for (const auto& name : proto.output())
        node.outputs.push_back(name.empty() ? absent : define(name));
      nodes_.nodes.push_back(std::move(node));
    }
    if (holders.empty()) return;
    throw InputError(fmt::format(
        "{}: operators with graphs of their own: {}; expected none: which branch runs, and how "
        "often, is not known before",
        file_, counted(holders)));
  }

  void read_declared() {
    for (const auto* const list : {&graph_.value_info(), &graph_.output()}) {
      for (const auto& info : *list) declared_.emplace(info.name(), &info);
    }
  }

  TensorId behind(TensorId id) const {  // what vanishes, its input is
    const auto found = same_as_.find(id);
    return found == same_as_.end() ? id : found->second;
  }

  void infer(std::size_t number) {
    Node& node = nodes_.nodes[number];
    for (auto& id : node.inputs) id = behind(id);
    if (node.domain.empty() && vanishes(node.op) && node.input(0) != absent &&
        !node.outputs.empty() && node.outputs[0] != absent) {
      same_as_[node.outputs[0]] = node.inputs[0];
      return;
    }
    bool constant = true;
    double weights = 0;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      if (node.inputs[i] == absent) continue;
      const Tensor& tensor = nodes_.tensor(node.inputs[i]);
      constant = constant && tensor.constant;
      const auto begin = node.inputs.begin();
      if (std::find(begin, begin + static_cast<std::ptrdiff_t>(i), node.inputs[i]) ==
          begin + static_cast<std::ptrdiff_t>(i)) {
        weights += tensor.weights;
      }
    }
    const auto& proto = graph_.node(static_cast<int>(number));
    if (watch_) watch_(called(node, number));
    std::string why = infer_shapes(proto, node, opset_, nodes_);
    const bool asks_shape = node.domain.empty() && (node.op == "Shape" || node.op == "Size");
    if (asks_shape && node.input(0) != absent) {
      constant = nodes_.tensor(node.input(0)).shape.has_value();
      weights = 0;
    }
    for (const auto id : node.outputs) {
      if (id == absent) continue;
      Tensor& tensor = nodes_.tensors[static_cast<std::size_t>(id)];
      fill_declared(tensor);
      tensor.constant = constant;
      if (constant) tensor.weights = weights;
    }
    if (constant) set_constant(proto, node);
    if (!why.empty()) problems_[number] = std::move(why);
  }

  void fill_declared(Tensor& tensor) {
    const auto found = declared_.find(tensor.name);
    if (found == declared_.end()) return;
    const auto& type = found->second->type();
    if (!type.has_tensor_type()) return;
    if (tensor.type == element::none) tensor.type = type.tensor_type().elem_type();
    if (!tensor.shape && type.tensor_type().has_shape())
      tensor.shape = symbols_.sizes_of(type.tensor_type().shape());
  }

  void set_constant(const onnx::NodeProto& proto, const Node& node) {
    if (node.outputs.empty() || node.outputs[0] == absent) return;
    Tensor& out = nodes_.tensors[static_cast<std::size_t>(node.outputs[0])];
    const bool given = node.op == "Constant" && node.domain.empty();
    for (const auto& attribute : proto.attribute()) {
      if (!given || attribute.name() != "value" || !attribute.has_t()) continue;
      const std::string name = out.name;
      out = tensor_of(attribute.t());
      out.name = name;
    }
    if (given) {
      for (const char* form : {"value_int", "value_ints", "value_float", "value_floats"}) {
        if (const auto found = node.numbers.find(form); found != node.numbers.end())
          out.values = found->second;
      }
      count_weights(out);
    } else {
      out.values = constant_values(node, nodes_);
    }
  }

  struct Names {
    std::map<std::string, TensorId> ids;
    std::vector<bool> defined;  // by id: an input, an initialiser or a node's output
  };

  const onnx::ModelProto& model_;
  const onnx::GraphProto& graph_;
  const std::string& file_;
  int opset_;
  Symbols symbols_;
  bool unknown_allowed_;
  const Watch& watch_;
  Nodes nodes_;
  Names names_;
  std::map<TensorId, TensorId> same_as_;
  std::map<std::string, const onnx::ValueInfoProto*> declared_;
  std::map<std::size_t, std::string> problems_;  // by node: why its shapes are not known
};

}  // namespace

Nodes read_onnx_nodes(std::string_view content, const std::string& file, const OnnxOptions& options,
                      const Watch& watch) {
  const onnx::ModelProto model = parsed(content, file);
  return Reader(model, file, options, watch).read();
}

}  // namespace updraft::onnx_nodes
