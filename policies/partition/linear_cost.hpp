// An objective that is a sum over what a cut does: so much a second of the edge, of the cloud, a
// byte that crosses, and once where anything does. Latency, energy, their weighted sums and the
// stages of a pipeline are all of this form, which a min-cut minimises exactly; of one cut it is a
// line in x = 1 / B.
//   C(x) = edge T_edge + [offloads] (cloud T_cloud + (byte + byte_x x) payload + offload)      (1)
#pragma once

#include <vector>

#include "policies/partition/candidate_cut.hpp"
#include "policies/partition/cut_graph.hpp"

namespace updraft {

struct LinearCost {
  double edge = 0;     // a second of the edge's layers
  double cloud = 0;    // a second of the cloud's
  double byte = 0;     // a byte that crosses, at any rate
  double byte_x = 0;   // and the second that it takes
  double offload = 0;  // once
};

// time T + energy E, of candidate_cut.hpp; times in s, energies in J.
LinearCost linear_cost(double time, double energy, const CutCosts& costs);

// (1) as weights of a graph's layers, at one x; x infinite forbids to send what has bytes. The
// min-cut of them is the least C(x) of all cuts.
CutWeights weights_at(double x, const PartitionTimes& times, const LinearCost& cost);

// (1) of one cut, and where two of them cross.
struct CostLine {
  double at_zero = 0;
  double slope = 0;
  double at(double x) const { return slope > 0 ? at_zero + slope * x : at_zero; }
};
CostLine line_of(const CandidateCut& cut, const LinearCost& cost);

}  // namespace updraft
