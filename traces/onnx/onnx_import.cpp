#include "traces/onnx/onnx_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "sim/core/document.hpp"
#include "sim/core/input_error.hpp"
#include "traces/onnx/folding.hpp"
#include "traces/onnx/layer_names.hpp"
#include "traces/onnx/model_file.hpp"
#include "traces/onnx/operators.hpp"
#include "traces/onnx/rehearsal.hpp"

namespace updraft {
namespace {

using namespace onnx_nodes;

constexpr std::size_t most_layers = 20'000;

// Without the batch, which is 1.
std::vector<int> shape_of(const Tensor& tensor) {
  std::vector<int> shape;
  const auto& sizes = *tensor.shape;
  for (std::size_t i = sizes.size() > 1 && sizes[0] == 1 ? 1 : 0; i < sizes.size(); ++i)
    shape.push_back(static_cast<int>(sizes[i]));
  if (shape.empty()) shape.push_back(1);
  return shape;
}

class Layers {
 public:
  Layers(const Nodes& nodes, const std::string& file)
      : nodes_(nodes), file_(file), used_(nodes.tensors.size()) {
    for (const auto& node : nodes.nodes)
      for (const TensorId id : node.inputs) use(id);
    for (const TensorId id : nodes.outputs) use(id);
  }

  LayerGraph built() {
    for (const TensorId id : nodes_.inputs) {
      LayerNode layer = layer_of(nodes_.tensor(id), LayerType::input,
                                 names_.unique(nodes_.tensor(id).name, "input"));
      put_out(id, add(std::move(layer)));
    }
    for (const auto& fold : onnx_nodes::fold(nodes_)) add_fold(fold);
    for (const TensorId id : nodes_.outputs) graph_.outputs.push_back(makers_.at(id));
    std::sort(graph_.outputs.begin(), graph_.outputs.end());
    graph_.outputs.erase(std::unique(graph_.outputs.begin(), graph_.outputs.end()),
                         graph_.outputs.end());
    graph_.name = std::filesystem::path(file_).stem().string();
    graph_.source = fmt::format("{} ({})", shown(std::filesystem::path(file_).filename().string()),
                                nodes_.made_by);
    return std::move(graph_);
  }

 private:
  void use(TensorId id) {
    if (id != absent) used_[static_cast<std::size_t>(id)] = true;
  }

  static LayerNode layer_of(const Tensor& tensor, LayerType type, std::string name) {
    LayerNode layer;
    layer.name = std::move(name);
    layer.type = type;
    layer.shape = shape_of(tensor);
    layer.output = Bytes(tensor.bytes());
    return layer;
  }

  LayerId add(LayerNode layer) {
    if (graph_.layers.size() >= most_layers)
      throw InputError(fmt::format("{}: more than {} layers; expected {} at most", file_,
                                   most_layers, most_layers));
    graph_.layers.push_back(std::move(layer));
    return static_cast<LayerId>(graph_.layers.size() - 1);
  }

  void put_out(TensorId id, LayerId layer) { makers_[id] = layer; }

  // What the fold reads from other layers, each once, in the order of reading.
  std::vector<LayerId> inputs_of(const Fold& fold) const {
    std::vector<LayerId> inputs;
    std::set<TensorId> own;
    for (const std::size_t number : fold.nodes) {
      for (const TensorId id : nodes_.nodes[number].inputs) {
        if (id == absent || nodes_.tensor(id).constant || own.contains(id)) continue;
        const LayerId maker = makers_.at(id);
        if (std::find(inputs.begin(), inputs.end(), maker) == inputs.end()) inputs.push_back(maker);
      }
      for (const TensorId id : nodes_.nodes[number].outputs) own.insert(id);
    }
    return inputs;
  }

  // Weights that the fold reads, each once. Of a batch norm scale and bias, which training learns;
  // of a single number beside the values (an epsilon, a scale by the root of a width) none.
  double weights_of(const Fold& fold) const {
    std::set<TensorId> read;
    double bytes = 0;
    for (const std::size_t number : fold.nodes) {
      const auto& node = nodes_.nodes[number];
      const auto* const known = find_operator(node.op, node.domain);
      const std::size_t count = node.op == "BatchNormalization" && node.domain.empty()
                                    ? std::min<std::size_t>(3, node.inputs.size())
                                    : node.inputs.size();
      for (std::size_t i = 0; i < count; ++i) {
        const TensorId id = node.inputs[i];
        if (id == absent || !nodes_.tensor(id).constant || !read.insert(id).second) continue;
        const Tensor& tensor = nodes_.tensor(id);
        const bool alone = tensor.shape && tensor.count() <= 1;
        const bool beside = known != nullptr && known->type == LayerType::elementwise;
        if (!alone || (!beside && node.op != "Clip")) bytes += tensor.weights;
      }
    }
    return bytes;
  }

  LayerType type_of(const Fold& fold) const {
    if (fold.normalises) return LayerType::normalisation;
    const LayerType type = layer_type(nodes_.nodes[fold.nodes[0]], nodes_);
    if (type != LayerType::elementwise || inputs_of(fold).size() != 1) return type;
    for (const std::size_t number : fold.nodes) {  // a GELU begins with a division
      if (layer_type(nodes_.nodes[number], nodes_) == LayerType::activation)
        return LayerType::activation;
    }
    return type;
  }

  void add_fold(const Fold& fold) {
    const Node& first = nodes_.nodes[fold.nodes.front()];
    const Node& last = nodes_.nodes[fold.nodes.back()];
    std::vector<TensorId> outputs;
    for (const TensorId id : last.outputs)
      if (id != absent && used_[static_cast<std::size_t>(id)]) outputs.push_back(id);
    LayerNode layer;
    try {
      layer =
          layer_of(nodes_.tensor(outputs[0]), type_of(fold), names_.unique(first.name, first.op));
      layer.inputs = inputs_of(fold);
      layer.work = Flops(2 * macs(first, nodes_));
      layer.kernel = kernel(first, nodes_);
      layer.stride = stride(first);
      layer.params = Bytes(weights_of(fold));
    } catch (const InputError& error) {
      throw InputError(
          fmt::format("{}: {}: {}", file_, called(first, fold.nodes.front()), error.what()));
    }
    if (outputs.size() == 1) return put_out(outputs[0], add(std::move(layer)));
    add_several(std::move(layer), outputs);
  }

  // A node that puts out several tensors that are read: a layer each, so that a cut sends what is
  // read and no more. What only moves values is those layers alone; else they follow it.
  void add_several(LayerNode whole, const std::vector<TensorId>& outputs) {
    const std::string name = whole.name;
    std::vector<LayerId> from = whole.inputs;
    if (whole.type != LayerType::reshape) {
      whole.output = Bytes();
      for (const TensorId id : outputs) whole.output += Bytes(nodes_.tensor(id).bytes());
      from = {add(std::move(whole))};
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      LayerNode part = layer_of(nodes_.tensor(outputs[i]), LayerType::reshape,
                                names_.unique(fmt::format("{}.{}", name, i + 1), "part"));
      part.inputs = from;
      put_out(outputs[i], add(std::move(part)));
    }
  }

  const Nodes& nodes_;
  const std::string& file_;
  std::vector<bool> used_;  // by tensor: read, or an output of the network
  LayerNames names_;
  LayerGraph graph_;
  std::map<TensorId, LayerId> makers_;
};

}  // namespace

OnnxImport import_onnx(std::string_view content, const std::string& file,
                       const OnnxOptions& options) {
  const std::string broken =
      rehearse([&](const Watch& watch) { read_onnx_nodes(content, file, options, watch); });
  if (!broken.empty()) throw InputError(file + ": " + broken);
  const Nodes nodes = read_onnx_nodes(content, file, options);
  OnnxImport import;
  import.graph = Layers(nodes, file).built();
  for (const auto& note : nodes.notes) import.warnings.push_back(file + ": " + note);
  return import;
}

OnnxImport import_onnx(const std::string& file, const OnnxOptions& options) {
  return import_onnx(std::string_view(read_file(file, largest_onnx_file)), file, options);
}

}  // namespace updraft
