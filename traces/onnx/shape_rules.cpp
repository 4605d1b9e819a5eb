#include "traces/onnx/shape_rules.hpp"

#include <algorithm>
#include <cmath>

#include "traces/onnx/operators.hpp"

namespace updraft::onnx_nodes {
namespace {

using Sizes = std::vector<std::int64_t>;
using MaybeSizes = std::optional<Sizes>;

// An input's values or an attribute's; empty where neither is given.
std::optional<std::vector<double>> values_at(const Node& node, std::size_t index,
                                             const std::string& attribute, const Nodes& nodes) {
  if (node.input(index) != absent) return nodes.tensor(node.input(index)).values;
  const auto found = node.numbers.find(attribute);
  return found == node.numbers.end() ? std::vector<double>{} : found->second;
}

// Axes as indices; empty where one is out of bounds.
std::optional<std::vector<std::size_t>> as_axes(const std::vector<double>& given,
                                                std::size_t rank) {
  std::vector<std::size_t> axes;
  for (const double axis : given) {
    const double from_front = axis < 0 ? axis + static_cast<double>(rank) : axis;
    if (!(from_front >= 0 && from_front < static_cast<double>(rank))) return std::nullopt;
    axes.push_back(static_cast<std::size_t>(from_front));
  }
  return axes;
}

MaybeSizes reduced(const Node& node, const Sizes& in, const Nodes& nodes) {
  const auto given = values_at(node, 1, "axes", nodes);
  if (!given) return std::nullopt;
  auto axes = as_axes(*given, in.size());
  if (!axes) return std::nullopt;
  if (axes->empty()) {
    if (node.number("noop_with_empty_axes", 0) != 0) return in;
    for (std::size_t i = 0; i < in.size(); ++i) axes->push_back(i);
  }
  Sizes out;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const bool gone = std::find(axes->begin(), axes->end(), i) != axes->end();
    if (!gone) out.push_back(in[i]);
    if (gone && node.number("keepdims", 1) != 0) out.push_back(1);
  }
  return out;
}

MaybeSizes resized(const Node& node, const Sizes& in, const Nodes& nodes) {
  const auto policy = node.texts.find("keep_aspect_ratio_policy");
  if (policy != node.texts.end() && policy->second != "stretch") return std::nullopt;
  const auto sizes = values_at(node, 3, "", nodes);
  const auto scales = values_at(node, node.inputs.size() == 2 ? 1 : 2, "scales", nodes);
  const bool by_size = sizes && !sizes->empty();
  if (!by_size && (!scales || scales->empty())) return std::nullopt;
  const auto& given = by_size ? *sizes : *scales;
  std::vector<double> all;
  for (std::size_t i = 0; i < in.size(); ++i) all.push_back(static_cast<double>(i));
  const auto named = node.numbers.find("axes");
  const auto axes = as_axes(named == node.numbers.end() ? all : named->second, in.size());
  if (!axes || axes->size() != given.size()) return std::nullopt;
  Sizes out = in;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::size_t axis = (*axes)[i];
    const double size = by_size ? given[i] : std::floor(static_cast<double>(in[axis]) * given[i]);
    if (!(size >= 1 && size < 1e15)) return std::nullopt;
    out[axis] = static_cast<std::int64_t>(size);
  }
  return out;
}

MaybeSizes padded(const Node& node, const Sizes& in, const Nodes& nodes) {
  const auto pads = values_at(node, 1, "", nodes);
  const auto given = values_at(node, 3, "", nodes);
  if (!pads || !given) return std::nullopt;
  const auto axes = as_axes(*given, in.size());
  if (!axes || pads->size() != 2 * axes->size()) return std::nullopt;
  Sizes out = in;
  for (std::size_t i = 0; i < axes->size(); ++i) {
    const double more = (*pads)[i] + (*pads)[i + axes->size()];
    if (!(std::abs(more) < 1e15)) return std::nullopt;
    out[(*axes)[i]] += static_cast<std::int64_t>(more);
    if (out[(*axes)[i]] < 0) return std::nullopt;
  }
  return out;
}

MaybeSizes summed(const Node& node, const Nodes& nodes) {
  const auto sizes = einsum_sizes(node, nodes);
  const auto& equation = node.texts.at("equation");
  const auto arrow = equation.find("->");
  if (sizes.empty() || arrow == std::string::npos) return std::nullopt;
  Sizes out;
  for (const char letter : equation.substr(arrow + 2)) {
    if (letter == ' ') continue;
    if (!sizes.contains(letter)) return std::nullopt;
    out.push_back(static_cast<std::int64_t>(sizes.at(letter)));
  }
  return out;
}

void put(TensorId id, int type, const Sizes& shape, Nodes& nodes) {
  if (id == absent) return;
  Tensor& tensor = nodes.tensors[static_cast<std::size_t>(id)];
  tensor.type = type;
  tensor.shape = shape;
}

// The last part is smaller where the axis does not divide.
bool split(const Node& node, const Tensor& in, Nodes& nodes) {
  const auto axis = as_axes({node.number("axis", 0)}, in.shape->size());
  const double parts = node.number("num_outputs", 0);
  if (!axis || parts != static_cast<double>(node.outputs.size())) return false;
  const std::int64_t whole = (*in.shape)[axis->at(0)];
  const auto count = static_cast<std::int64_t>(node.outputs.size());
  const std::int64_t most = (whole + count - 1) / count;
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    Sizes part = *in.shape;
    part[axis->at(0)] =
        std::clamp<std::int64_t>(whole - most * static_cast<std::int64_t>(i), 0, most);
    put(node.outputs[i], in.type, part, nodes);
  }
  return true;
}

}  // namespace

OwnRule infer_by_own_rule(const Node& node, Nodes& nodes) {
  const bool reduces = node.op.starts_with("Reduce");
  const bool resizes = node.op == "Resize" || node.op == "Upsample";
  const bool splits = node.op == "Split" && node.numbers.contains("num_outputs");
  const bool pads = node.op == "Pad" && node.input(3) != absent;
  const bool sums = node.op == "Einsum" && node.texts.contains("equation");
  if (!reduces && !resizes && !splits && !pads && !sums) return OwnRule::none;
  if (node.input(0) == absent || node.outputs.empty()) return OwnRule::failed;
  const Tensor in = nodes.tensor(node.input(0));
  if (!in.shape) return OwnRule::failed;
  if (splits) return split(node, in, nodes) ? OwnRule::applied : OwnRule::failed;
  const MaybeSizes out = reduces   ? reduced(node, *in.shape, nodes)
                         : resizes ? resized(node, *in.shape, nodes)
                         : pads    ? padded(node, *in.shape, nodes)
                                   : summed(node, nodes);
  if (!out) return OwnRule::failed;
  put(node.outputs[0], in.type, *out, nodes);
  return OwnRule::applied;
}

std::string unfit_inputs(const Node& node, const Nodes& nodes) {
  const Operator* const known = find_operator(node.op, node.domain);
  if (known == nullptr || known->type != LayerType::convolution) return "";
  const TensorId weights = node.input(node.op == "QLinearConv" ? 3 : 1);
  if (node.input(0) == absent || weights == absent) return "it has no weights or no input";
  const auto& in = nodes.tensor(node.input(0)).shape;
  const auto& by = nodes.tensor(weights).shape;
  if (!in || !by || (in->size() == by->size() && in->size() > 2)) return "";
  return "its input has " + std::to_string(in->size()) + " dimensions, its weights " +
         std::to_string(by->size());
}

void infer_as_inputs(const Node& node, Nodes& nodes) {
  const Operator* const known = find_operator(node.op, node.domain);
  if (known == nullptr || node.input(0) == absent || node.outputs.empty()) return;
  const bool norm = known->type == LayerType::normalisation;
  if (!known->pointwise && !norm && known->type != LayerType::activation) return;
  Sizes out;
  for (const TensorId id : node.inputs) {
    if (id == absent) continue;
    const auto& shape = nodes.tensor(id).shape;
    if (!shape) return;
    if (shape->size() > out.size()) out.insert(out.begin(), shape->size() - out.size(), 1);
    for (std::size_t i = 1; i <= shape->size(); ++i) {
      auto& size = out[out.size() - i];
      const auto other = (*shape)[shape->size() - i];
      if (size != other && size != 1 && other != 1) return;
      size = size == 1 ? other : size;
    }
    if (norm) break;  // the others are its parameters
  }
  const int given = nodes.tensor(node.outputs[0]).type;
  put(node.outputs[0], given != element::none ? given : nodes.tensor(node.input(0)).type, out,
      nodes);
}

std::map<char, double> einsum_sizes(const Node& node, const Nodes& nodes) {
  std::map<char, double> sizes;
  const auto found = node.texts.find("equation");
  if (found == node.texts.end()) return {};
  const std::string left = found->second.substr(0, found->second.find("->"));
  std::size_t input = 0, axis = 0;
  for (const char letter : left) {
    if (letter == ' ') continue;
    if (letter == ',') {
      ++input;
      axis = 0;
      continue;
    }
    if (letter == '.' || node.input(input) == absent) return {};
    const auto& shape = nodes.tensor(node.input(input)).shape;
    if (!shape || axis >= shape->size()) return {};
    const auto size = static_cast<double>((*shape)[axis++]);
    const auto [known, fresh] = sizes.emplace(letter, size);
    if (!fresh && known->second != size) return {};
  }
  return sizes;
}

}  // namespace updraft::onnx_nodes
