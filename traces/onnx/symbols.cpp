#include "traces/onnx/symbols.hpp"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <algorithm>

namespace updraft::onnx_nodes {

Symbols::Symbols(const onnx::GraphProto& graph, std::map<std::string, std::int64_t> given)
    : given_(std::move(given)), sizes_(given_) {
  for (const auto& input : graph.input()) {
    const auto& dims = input.type().tensor_type().shape().dim();
    for (int i = 0; i < dims.size(); ++i) {
      const std::string& name = dims[i].dim_param();
      if (name.empty()) continue;
      names_.push_back(name);
      if (i != 0 || !sizes_.emplace(name, 1).second || given_.contains(name)) continue;
      notes_.push_back(fmt::format("dimension {} is taken as the batch: 1", shown(name)));
    }
  }
}

void Symbols::set_input(const onnx::ValueInfoProto& input, Tensor& tensor, const std::string& file,
                        Mistakes& mistakes) {
  const auto wrong = [&](const std::string& text) {
    mistakes.add(InputError(fmt::format("{}: input {}{}", file, shown(input.name()), text)));
  };
  if (!input.type().has_tensor_type() || !input.type().tensor_type().has_shape())
    return wrong(" has no shape; expected a tensor of known rank");
  tensor.type = input.type().tensor_type().elem_type();
  if (element_bits(tensor.type) == 0) return wrong(" holds text or an unknown type of values");
  std::vector<std::int64_t> sizes;
  const auto& dims = input.type().tensor_type().shape().dim();
  for (int i = 0; i < dims.size(); ++i) {
    std::int64_t size = dims[i].dim_value();
    if (!dims[i].has_dim_value()) {
      const std::string& name = dims[i].dim_param();
      const auto found = sizes_.find(name);
      if (i != 0 && name.empty())
        return wrong(
            fmt::format(": dimension {} has neither size nor name; expected a model that "
                        "was exported with a size there",
                        i));
      if (i != 0 && found == sizes_.end())
        return wrong(fmt::format(": dimension {} = {}; expected a size: --dim {}=N", i, shown(name),
                                 shown(name)));
      size = found == sizes_.end() ? 1 : found->second;
      if (name.empty())
        notes_.push_back(
            fmt::format("input {}: its first dimension, without a size, is taken as the batch: 1",
                        shown(input.name())));
    } else if (i == 0 && dims.size() > 1 && size > 1) {
      notes_.push_back(fmt::format(
          "input {}: its first dimension is {}, all of it is taken as one sample; for one of a "
          "batch, export with a batch of 1",
          shown(input.name()), size));
    }
    if (size < 1) return wrong(fmt::format(": dimension {} = {}; expected 1 or more", i, size));
    sizes.push_back(size);
  }
  tensor.shape = std::move(sizes);
}

void Symbols::expect_used(const std::string& file, Mistakes& mistakes) const {
  for (const auto& [name, size] : given_) {
    if (std::find(names_.begin(), names_.end(), name) != names_.end()) continue;
    mistakes.add(InputError(
        fmt::format("{}: --dim {}={}: no input has a dimension of that name{}", file, shown(name),
                    size, names_.empty() ? std::string() : did_you_mean(name, names_))));
  }
}

std::optional<std::vector<std::int64_t>> Symbols::sizes_of(
    const onnx::TensorShapeProto& shape) const {
  std::vector<std::int64_t> sizes;
  for (const auto& dim : shape.dim()) {
    const auto found = sizes_.find(dim.dim_param());
    if (!dim.has_dim_value() && found == sizes_.end()) return std::nullopt;
    sizes.push_back(dim.has_dim_value() ? dim.dim_value() : found->second);
    if (sizes.back() < 0) return std::nullopt;
  }
  return sizes;
}

void Symbols::add_notes(std::vector<std::string>& notes) const {
  notes.insert(notes.end(), notes_.begin(), notes_.end());
}

}  // namespace updraft::onnx_nodes
