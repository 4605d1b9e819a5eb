#include "traces/onnx/graph_order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <queue>

#include "sim/core/input_error.hpp"

namespace updraft::onnx_nodes {
namespace {

constexpr std::size_t nobody = static_cast<std::size_t>(-1);

void expect_defined(const Nodes& nodes, const std::vector<bool>& defined, const std::string& file) {
  std::size_t number = 0, missing = 0;
  std::string first;
  for (const auto& node : nodes.nodes) {
    for (const TensorId id : node.inputs) {
      if (id == absent || defined[static_cast<std::size_t>(id)] || missing++ > 0) continue;
      first = fmt::format("{} reads {}", called(node, number), shown(nodes.tensor(id).name));
    }
    ++number;
  }
  if (missing == 0) return;
  throw InputError(
      fmt::format("{}: {}, which is no input, initialiser or output of a node{}", file, first,
                  missing == 1 ? std::string() : fmt::format(" (and {} more such)", missing - 1)));
}

// Back from a node that never became ready, always to an input that is not ready, until one comes
// again: that one is on a cycle.
std::size_t on_a_cycle(const Nodes& nodes, const std::vector<std::size_t>& makers,
                       const std::vector<std::size_t>& waiting, std::size_t from) {
  std::vector<bool> seen(nodes.nodes.size());
  while (!seen[from]) {
    seen[from] = true;
    for (const TensorId id : nodes.nodes[from].inputs) {
      const std::size_t maker = id == absent ? nobody : makers[static_cast<std::size_t>(id)];
      if (maker == nobody || waiting[maker] == 0) continue;
      from = maker;
      break;
    }
  }
  return from;
}

}  // namespace

std::vector<std::size_t> graph_order(const Nodes& nodes, const std::vector<bool>& defined,
                                     const std::string& file) {
  expect_defined(nodes, defined, file);
  std::vector<std::size_t> makers(nodes.tensors.size(), nobody);
  for (std::size_t i = 0; i < nodes.nodes.size(); ++i) {
    for (const TensorId id : nodes.nodes[i].outputs)
      if (id != absent) makers[static_cast<std::size_t>(id)] = i;
  }
  std::vector<std::vector<std::size_t>> readers(nodes.nodes.size());
  std::vector<std::size_t> waiting(nodes.nodes.size());  // for how many inputs
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
  for (std::size_t i = 0; i < nodes.nodes.size(); ++i) {
    for (const TensorId id : nodes.nodes[i].inputs) {
      const std::size_t maker = id == absent ? nobody : makers[static_cast<std::size_t>(id)];
      if (maker == nobody) continue;
      readers[maker].push_back(i);
      ++waiting[i];
    }
    if (waiting[i] == 0) ready.push(i);
  }
  std::vector<std::size_t> order;
  while (!ready.empty()) {
    const std::size_t next = ready.top();
    ready.pop();
    order.push_back(next);
    for (const std::size_t reader : readers[next])
      if (--waiting[reader] == 0) ready.push(reader);
  }
  if (order.size() == nodes.nodes.size()) return order;
  const auto stuck = std::find_if(waiting.begin(), waiting.end(), [](auto n) { return n > 0; });
  const std::size_t number =
      on_a_cycle(nodes, makers, waiting, static_cast<std::size_t>(stuck - waiting.begin()));
  throw InputError(
      fmt::format("{}: {} reads its own output, by way of others or directly; "
                  "expected a graph without cycles",
                  file, called(nodes.nodes[number], number)));
}

}  // namespace updraft::onnx_nodes
