#include "policies/partition/cut_network.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace updraft {
namespace {

using Vertex = CutNetwork::Vertex;
constexpr double infinite = std::numeric_limits<double>::infinity();

// As it is drawn, before all weights are known and counted in whole units.
struct Drawing {
  struct Pair {
    Vertex from;
    Vertex to;
    double forth;
    double back;
  };
  std::vector<Pair> arcs;
  Vertex source;
  Vertex sink;
  Vertex vertices;
  void add(Vertex from, Vertex to, double forth, double back = 0) {
    if (forth > 0 || back > 0) arcs.push_back({from, to, forth, back});
  }
};

void join_readers(const LayerGraph& graph, const CutWeights& weights,
                  const std::vector<std::vector<LayerId>>& readers, Drawing& drawing) {
  const bool two_way = !weights.download.empty();
  for (LayerId v = 0; v < graph.layers.size(); ++v) {
    const bool is_input = graph.layers[v].type == LayerType::input;  // on the edge as it is
    const double down = is_input ? 0 : two_way ? weights.download[v] : infinite;
    if (readers[v].size() == 1) {
      drawing.add(v, readers[v][0], weights.upload[v], down);  // (3), (4)
    } else if (readers[v].size() > 1) {
      const Vertex sent = drawing.vertices++;
      drawing.add(v, sent, weights.upload[v]);  // (3)
      const Vertex fetched = down < infinite && !is_input ? drawing.vertices++ : v;
      if (fetched != v) drawing.add(fetched, v, down);  // (4)
      for (const LayerId w : readers[v]) {
        drawing.add(sent, w, infinite);
        if (!is_input) drawing.add(w, fetched, infinite);  // (4)
      }
    }
  }
}

Drawing draw(const LayerGraph& graph, const CutWeights& weights) {
  const auto n = static_cast<Vertex>(graph.layers.size());
  Drawing drawing{{}, n, n + 1, n + 2};
  const auto readers = graph.consumers();
  std::vector<double> cloud = weights.cloud;
  for (const LayerId output : graph.outputs) cloud[output] += weights.reply[output];
  const Vertex any = drawing.vertices++;
  drawing.add(drawing.source, any, weights.offload);  // (5)
  for (LayerId v = 0; v < n; ++v) {
    if (graph.layers[v].type == LayerType::input) {
      drawing.add(drawing.source, v, infinite);  // (6)
      continue;
    }
    const double either = std::min(cloud[v], weights.edge[v]);  // paid in any case
    drawing.add(drawing.source, v, cloud[v] - either);          // (1)
    drawing.add(v, drawing.sink, weights.edge[v] - either);     // (2)
    // One-way, whoever is on the cloud has all that follow it there, to the last.
    const bool can_be_last = readers[v].empty() || !weights.download.empty();
    if (can_be_last && weights.offload > 0) drawing.add(any, v, infinite);  // (5)
  }
  join_readers(graph, weights, readers, drawing);
  return drawing;
}

// No best cut pays this much for one thing.
double too_much(const LayerGraph& graph, const CutWeights& weights) {
  Assignment all(graph.layers.size(), 1);
  Assignment none(graph.layers.size(), 0);
  for (LayerId v = 0; v < none.size(); ++v) none[v] = graph.layers[v].type == LayerType::input;
  const double known = std::min(cut_cost(graph, weights, all), cut_cost(graph, weights, none));
  return known > 0 ? 2 * known : 1;
}

CutNetwork in_whole_units(const Drawing& drawing, double limit) {
  double sum = limit;
  for (const auto& arc : drawing.arcs) {
    for (const double weight : {arc.forth, arc.back}) {
      if (weight < infinite) sum += std::min(weight, limit);
    }
  }
  int exponent = 0;
  std::frexp(sum, &exponent);  // sum < 2^exponent
  const auto whole = [&](double weight) {
    if (!(weight < infinite)) return CutNetwork::infinite;
    return static_cast<std::int64_t>(
        std::llround(std::ldexp(std::min(weight, limit), 60 - exponent)));
  };
  CutNetwork network{{}, drawing.source, drawing.sink, drawing.vertices};
  for (const auto& arc : drawing.arcs)
    network.arcs.push_back({arc.from, arc.to, whole(arc.forth), whole(arc.back)});
  return network;
}

}  // namespace

CutNetwork cut_network(const LayerGraph& graph, const CutWeights& weights) {
  return in_whole_units(draw(graph, weights), too_much(graph, weights));
}

}  // namespace updraft
