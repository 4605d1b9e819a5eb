// The graph whose min-cut is the best partition; drawn in README.md. Source side = edge.
//   s -> v    cloud_v (+ reply_v of an output), paid where v is on the cloud                   (1)
//   v -> t    edge_v, paid where v is on the edge                                              (2)
//   v -> w    upload_v, where w alone reads v; with more readers v -> v' upload_v and v' -> w
//             infinite for each: billed once                                                   (3)
//   w -> v    infinite: nothing comes back from the cloud (one-way). Two-way: download_v; with
//             more readers w -> v'' infinite and v'' -> v download_v                           (4)
//   s -> z    offload, z -> v infinite: paid where any v is on the cloud                       (5)
//   s -> v    infinite, of input layers                                                        (6)
// Hu et al. (DADS) draw (1) to (3) alone; without (4) a third of random graphs gets a cut that no
// one-way system can run. min(cloud_v, edge_v) is paid in any case and left out of (1) and (2).
//
// Capacities are int64: weights in units of 2^-k, k such that all together make less than 2^60. A
// weight above twice the cost of a known cut (all on the edge, nothing on it) is set to that: no
// best cut pays it. Rounding moves a cut's cost by half a unit a weight, a thousand layers' by
// 1e-15 of the sum of all weights; whole multiples of one power of two are exact.
#pragma once

#include <cstdint>
#include <vector>

#include "policies/partition/cut_graph.hpp"

namespace updraft {

struct CutNetwork {
  using Vertex = std::uint32_t;
  struct Pair {  // two arcs, each the other's reverse
    Vertex from;
    Vertex to;
    std::int64_t forth;  // capacity
    std::int64_t back;
  };
  // More than all others together.
  static constexpr std::int64_t infinite = (std::int64_t{1} << 60) + (std::int64_t{1} << 32);

  std::vector<Pair> arcs;
  Vertex source;
  Vertex sink;
  Vertex vertices;  // the layers are the first
};

CutNetwork cut_network(const LayerGraph& graph, const CutWeights& weights);

}  // namespace updraft
