#include "traces/onnx/live_nodes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/input_error.hpp"
#include "traces/onnx/operators.hpp"

namespace updraft::onnx_nodes {
namespace {

constexpr double most_bytes = 1e15;  // of a tensor: far below 2^53, so that sums are exact

std::string operator_name(const Node& node) {
  return node.domain.empty() ? shown(node.op) : shown(node.domain) + "." + shown(node.op);
}

void expect_known(const std::vector<Node>& live, bool allowed, std::vector<std::string>& notes,
                  const std::string& file) {
  std::map<std::string, int> unknown;
  for (const auto& node : live) {
    if (find_operator(node.op, node.domain) == nullptr) ++unknown[operator_name(node)];
  }
  if (unknown.empty()) return;
  if (!allowed) {
    throw InputError(fmt::format(
        "{}: operators that are not known: {}; --allow-unknown takes them to cost nothing", file,
        counted(unknown)));
  }
  notes.push_back(
      fmt::format("operators that are not known cost nothing here: {}", counted(unknown)));
}

// "" if a tensor that crosses from node to node has a size.
std::string unfit(const Tensor& tensor) {
  if (!tensor.shape) return "has no known shape";
  if (tensor.type == element::text) return "holds text";
  if (element_bits(tensor.type) == 0) return "has no known type of values";
  if (tensor.count() < 1) return "holds no values";
  for (const auto size : *tensor.shape)
    if (size > INT32_MAX) return "is too large";
  return tensor.bytes() > most_bytes ? "is too large" : "";
}

}  // namespace

std::string counted(const std::map<std::string, int>& names) {
  std::string text;
  for (const auto& [name, count] : names)
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", name, count);
  return text;
}

void keep_live(Nodes& nodes, const std::vector<std::size_t>& order,
               const std::map<std::size_t, std::string>& problems, bool unknown_allowed,
               const std::string& file) {
  std::vector<bool> wanted(nodes.tensors.size());
  std::vector<TensorId> outputs;
  for (const TensorId id : nodes.outputs) {
    if (nodes.tensor(id).constant) {
      nodes.notes.push_back(fmt::format("output {} does not depend on the inputs: left out",
                                        shown(nodes.tensor(id).name)));
    } else if (!wanted[static_cast<std::size_t>(id)]) {
      wanted[static_cast<std::size_t>(id)] = true;
      outputs.push_back(id);
    }
  }
  if (outputs.empty())
    throw InputError(fmt::format("{}: no output depends on an input; expected a network", file));
  nodes.outputs = outputs;
  std::vector<std::size_t> live;
  for (auto next = order.rbegin(); next != order.rend(); ++next) {
    const Node& node = nodes.nodes[*next];
    const bool needed = std::any_of(node.outputs.begin(), node.outputs.end(), [&](TensorId id) {
      return id != absent && wanted[static_cast<std::size_t>(id)] && !nodes.tensor(id).constant;
    });
    if (!needed) continue;
    live.push_back(*next);
    for (const TensorId id : node.inputs)
      if (id != absent) wanted[static_cast<std::size_t>(id)] = true;
  }
  std::reverse(live.begin(), live.end());

  std::vector<Node> kept;
  for (const std::size_t number : live) kept.push_back(nodes.nodes[number]);
  expect_known(kept, unknown_allowed, nodes.notes, file);
  for (const std::size_t number : live) {
    for (const TensorId id : nodes.nodes[number].outputs) {
      if (id == absent || !wanted[static_cast<std::size_t>(id)]) continue;
      const std::string why = unfit(nodes.tensor(id));
      if (why.empty()) continue;
      const auto problem = problems.find(number);
      throw InputError(
          fmt::format("{}: {}: its output {} {}{}", file, called(nodes.nodes[number], number),
                      shown(nodes.tensor(id).name), why,
                      problem == problems.end() ? std::string() : ": " + problem->second));
    }
  }
  nodes.nodes = std::move(kept);
  std::vector<TensorId> inputs;
  for (const TensorId id : nodes.inputs) {
    if (wanted[static_cast<std::size_t>(id)]) {
      inputs.push_back(id);
    } else {
      nodes.notes.push_back(
          fmt::format("input {} is read by nobody: left out", shown(nodes.tensor(id).name)));
    }
  }
  nodes.inputs = inputs;
}

}  // namespace updraft::onnx_nodes
