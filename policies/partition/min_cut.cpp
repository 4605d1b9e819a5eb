#include <boost/graph/boykov_kolmogorov_max_flow.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <cstdint>
#include <utility>

#include "policies/partition/cut_network.hpp"
#include "policies/partition/solvers.hpp"

namespace updraft {
namespace {

using Vertex = CutNetwork::Vertex;
using Graph =
    boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, boost::no_property,
                                       boost::no_property, Vertex, std::uint32_t>;

// Arcs are numbered by where they begin.
struct Flow {
  Graph graph;
  std::vector<std::int64_t> capacity{};  // [arcs]
  std::vector<std::int64_t> residual{};
  std::vector<Graph::edge_descriptor> reverse{};
};

Flow flow_of(const CutNetwork& network) {
  // By vertex: the number of its next arc.
  std::vector<std::uint32_t> next(network.vertices + 1, 0);
  for (const auto& pair : network.arcs) {
    ++next[pair.from + 1];
    ++next[pair.to + 1];
  }
  for (Vertex v = 0; v < network.vertices; ++v) next[v + 1] += next[v];
  const std::size_t arcs = next.back();
  std::vector<std::pair<Vertex, Vertex>> ends(arcs);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> numbers;  // of each pair's two arcs
  for (const auto& pair : network.arcs) {
    const std::uint32_t forth = next[pair.from]++;
    const std::uint32_t back = next[pair.to]++;
    ends[forth] = {pair.from, pair.to};
    ends[back] = {pair.to, pair.from};
    numbers.emplace_back(forth, back);
  }
  Flow flow{Graph(boost::edges_are_sorted, ends.begin(), ends.end(), network.vertices)};
  flow.capacity.resize(arcs);
  flow.residual.resize(arcs);
  flow.reverse.resize(arcs);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto [forth, back] = numbers[i];
    flow.reverse[forth] = Graph::edge_descriptor(network.arcs[i].to, back);
    flow.reverse[back] = Graph::edge_descriptor(network.arcs[i].from, forth);
    flow.capacity[forth] = network.arcs[i].forth;
    flow.capacity[back] = network.arcs[i].back;
  }
  return flow;
}

void maximise(Flow& flow, Vertex source, Vertex sink) {
  const auto index = boost::get(boost::vertex_index, flow.graph);
  const auto arc = boost::get(boost::edge_index, flow.graph);
  const std::size_t n = boost::num_vertices(flow.graph);
  std::vector<Graph::edge_descriptor> predecessor(n);
  std::vector<boost::default_color_type> colour(n);
  std::vector<long> distance(n, 0);
  boost::boykov_kolmogorov_max_flow(
      flow.graph, boost::make_iterator_property_map(flow.capacity.begin(), arc),
      boost::make_iterator_property_map(flow.residual.begin(), arc),
      boost::make_iterator_property_map(flow.reverse.begin(), arc),
      boost::make_iterator_property_map(predecessor.begin(), index),
      boost::make_iterator_property_map(colour.begin(), index),
      boost::make_iterator_property_map(distance.begin(), index), index, source, sink);
}

// Whom s still reaches: of all min-cuts' source sides the smallest.
Assignment source_side(const Flow& flow, Vertex source) {
  Assignment reached(boost::num_vertices(flow.graph), 0);
  std::vector<Vertex> next = {source};
  reached[source] = 1;
  while (!next.empty()) {
    const Vertex v = next.back();
    next.pop_back();
    for (auto [arc, end] = boost::out_edges(v, flow.graph); arc != end; ++arc) {
      const Vertex to = boost::target(*arc, flow.graph);
      if (flow.residual[(*arc).idx] == 0 || reached[to] != 0) continue;
      reached[to] = 1;
      next.push_back(to);
    }
  }
  return reached;
}

}  // namespace

MinCut min_cut(const LayerGraph& graph, const CutWeights& weights) {
  const CutNetwork network = cut_network(graph, weights);
  Flow flow = flow_of(network);
  maximise(flow, network.source, network.sink);
  MinCut found{source_side(flow, network.source), 0};
  found.on_edge.resize(graph.layers.size());
  found.cost = cut_cost(graph, weights, found.on_edge);
  return found;
}

}  // namespace updraft
