// Who finds cuts. A chain's cuts are enumerated; a graph's are min-cuts. All of them hand out
// candidates (candidate_cut.hpp), so that what follows from a rate is computed in one place.
#pragma once

#include <functional>
#include <vector>

#include "policies/partition/candidate_cut.hpp"
#include "policies/partition/cut_graph.hpp"
#include "policies/partition/rate_map.hpp"

namespace updraft {

// The least cost (1) of cut_graph.hpp and the cut that has it, by max-flow (Boykov and Kolmogorov,
// PAMI 26(9), 2004): of several such cuts the one with the fewest layers on the edge. Weights are
// counted in whole 2^-k, 2^60 of which they make together at most, so that the flow is exact; the
// cost returned is recomputed. It is above the least by no more than a unit a weight.
struct MinCut {
  Assignment on_edge;
  double cost = 0;
};
MinCut min_cut(const LayerGraph& graph, const CutWeights& weights);

// The same over all assignments, 2^layers of them: for tests and small graphs (at most 24 layers).
MinCut best_of_all(const LayerGraph& graph, const CutWeights& weights);

// Every cut of a chain, and of a graph taken as a chain of blocks: those that send one tensor alone
// (after each layer that every path from the inputs to the outputs passes), nothing on the edge
// (first) and everything on it (last). A layer that nobody reads counts as an output.
std::vector<CandidateCut> chain_cuts(const LayerGraph& graph, const PartitionTimes& times);

// One layer after the other from the only input to the only output: then every cut sends one
// tensor.
bool is_chain(const LayerGraph& graph);

// Gives cuts of one `after` (of a graph with several outputs, two assignments may send the same
// tensors) a number: "a", "a (2)".
void name_apart(std::vector<CandidateCut>& cuts);

// Puts those of `more` that `cuts` has not yet before its last, which stays everything on the edge.
void join_cuts(std::vector<CandidateCut>& cuts, std::vector<CandidateCut> more);

// The candidate that an assignment is.
CandidateCut candidate(const LayerGraph& graph, const PartitionTimes& times, Assignment on_edge);

// The cuts that are best at some rate, cuts inside blocks included; nothing on the edge first,
// everything on it last, whether they are or not. Exact for latency, energy and their weighted sum:
// the pieces of the min-cut's cost as a function of 1 / B, found by intersecting neighbours (Eisner
// and Severance, JACM 23(4), 1976). For a budget and for throughput the best of a good set: the
// same pieces for a grid of prices, or of weights of edge against cloud, and all of chain_cuts().
// That is exact for chains; of a graph it may miss the best.
std::vector<CandidateCut> graph_cuts(const LayerGraph& graph, const PartitionTimes& times,
                                     const Objective& objective, const CutCosts& costs);

// Least latency with at most that energy, for a graph at one rate: each lambda's cut of T + lambda
// E is exact for its sum, and between two of them there may be better ones (MODELS.md, section 4
// (d)).
struct WithinBudget {
  CandidateCut cut;     // the best that was found
  bool within = false;  // does it keep the budget? If not, it is the one of least energy
  Seconds at_least;  // no cut within the budget is faster: the Lagrangian bound; infinite if none
                     // keeps the budget
};
WithinBudget latency_within(const LayerGraph& graph, const PartitionTimes& times, Joules budget,
                            const CutCosts& costs, BytesPerSecond rate);

// The largest throughput among graph_cuts(): exact for chains, a lower bound for graphs (an
// NP-hard question; DADS's heavy mode, which has a grid of weights as well, is within a factor 3).
CandidateCut best_throughput(const LayerGraph& graph, const PartitionTimes& times,
                             const CutCosts& costs, BytesPerSecond rate);

}  // namespace updraft
