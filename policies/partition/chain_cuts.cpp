// Candidates, and the cuts that send one tensor: a walk along the layers that counts how many
// tensors are open, that is, computed and still to be read.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "policies/partition/solvers.hpp"
#include "sim/core/check.hpp"

namespace updraft {
namespace {

constexpr std::uint32_t most_named = 6;  // of the tensors that cross

// Input layers first: they are on the edge before any other layer is.
std::vector<LayerId> in_order(const LayerGraph& graph) {
  std::vector<LayerId> order(graph.layers.size());
  for (LayerId v = 0; v < order.size(); ++v) order[v] = v;
  std::stable_partition(order.begin(), order.end(),
                        [&](LayerId v) { return graph.layers[v].type == LayerType::input; });
  return order;
}

// By layer: how many layers read it.
std::vector<std::uint32_t> readers(const LayerGraph& graph) {
  std::vector<std::uint32_t> count(graph.layers.size(), 0);
  for (const auto& layer : graph.layers) {
    for (const LayerId input : layer.inputs) ++count[input];
  }
  return count;
}

}  // namespace

CandidateCut candidate(const LayerGraph& graph, const PartitionTimes& times, Assignment on_edge) {
  UPDRAFT_CHECK(is_cut(graph, on_edge, false), graph.name);
  CandidateCut cut;
  Assignment crosses(on_edge.size(), 0);
  for (LayerId v = 0; v < on_edge.size(); ++v) {
    if (on_edge[v] != 0) {
      cut.edge += times.edge[v];
      cut.layers += graph.layers[v].type != LayerType::input;
      continue;
    }
    cut.cloud += times.cloud[v];
    for (const LayerId input : graph.layers[v].inputs) {
      if (on_edge[input] != 0) crosses[input] = 1;
    }
  }
  for (LayerId v = 0; v < on_edge.size(); ++v) {
    if (crosses[v] == 0) continue;
    cut.payload += times.payload[v];
    ++cut.tensors;
    if (cut.tensors <= most_named)
      cut.after += (cut.after.empty() ? "" : "+") + graph.layers[v].name;
  }
  if (cut.tensors > most_named) cut.after += fmt::format("+{} more", cut.tensors - most_named);
  if (!cut.offloads()) {
    cut.after = "output";
  } else if (cut.layers == 0) {
    cut.after = "input";
  }
  cut.on_edge = std::move(on_edge);
  return cut;
}

std::vector<CandidateCut> chain_cuts(const LayerGraph& graph, const PartitionTimes& times) {
  const std::vector<LayerId> order = in_order(graph);
  std::vector<std::uint32_t> unread = readers(graph);
  Assignment on_edge(order.size(), 0);
  std::vector<CandidateCut> cuts;
  std::size_t open = 0;
  bool ended = false;  // an output that was passed: later layers are not on its paths
  std::vector<std::uint8_t> is_output(order.size(), 0);
  for (const LayerId output : graph.outputs) is_output[output] = 1;

  for (std::size_t k = 0; k < order.size(); ++k) {
    const LayerId v = order[k];
    on_edge[v] = 1;
    const bool is_input = graph.layers[v].type == LayerType::input;
    for (const LayerId input : graph.layers[v].inputs) {
      if (--unread[input] == 0) --open;
    }
    if (unread[v] > 0) ++open;
    const bool last_input =
        is_input && (k + 1 == order.size() || graph.layers[order[k + 1]].type != LayerType::input);
    const bool last = k + 1 == order.size();
    const bool passed_by_all = !is_input && open == 1 && unread[v] > 0 && !ended;
    if (last_input || last || passed_by_all) cuts.push_back(candidate(graph, times, on_edge));
    if (!is_input && (is_output[v] != 0 || unread[v] == 0)) ended = true;
  }
  return cuts;
}

bool is_chain(const LayerGraph& graph) {
  std::vector<std::uint32_t> unread = readers(graph);
  for (LayerId v = 0; v < graph.layers.size(); ++v) {
    const bool last = v + 1 == graph.layers.size();
    if (graph.layers[v].inputs.size() != (v > 0 ? 1 : 0) || unread[v] != (last ? 0 : 1))
      return false;
  }
  return graph.outputs.size() == 1 && graph.outputs[0] + 1 == graph.layers.size();
}

void join_cuts(std::vector<CandidateCut>& cuts, std::vector<CandidateCut> more) {
  for (auto& cut : more) {
    const auto same = [&](const CandidateCut& other) { return other.on_edge == cut.on_edge; };
    if (std::none_of(cuts.begin(), cuts.end(), same)) cuts.insert(cuts.end() - 1, std::move(cut));
  }
}

void name_apart(std::vector<CandidateCut>& cuts) {
  std::map<std::string, std::size_t> times;
  for (auto& cut : cuts) {
    const std::size_t number = ++times[cut.after];
    if (number > 1) cut.after += fmt::format(" ({})", number);
  }
}

}  // namespace updraft
