// The best cut of the graph, cuts inside blocks among them, where several tensors cross:
//   S* = argmin_S cost(S, r) over all assignments that send nothing back to the edge (1)
// found for all rates by min-cuts (policies/partition/solvers.hpp); how it follows the rate:
// moving_cut.hpp. Source: Hu, Bao, Wang, Liu, "Dynamic adaptive DNN surgery for inference
// acceleration on the edge", INFOCOM 2019. Departures: policies/partition/README.md.
#include "policies/partition/moving_cut.hpp"
#include "policies/partition/solvers.hpp"

namespace updraft {

std::unique_ptr<PolicyPlan> make_min_cut(Section& params, const PolicyContext& context) {
  return moving_cut(params, context, [](const PartitionMenu& menu, const Objective& objective) {
    auto cuts = graph_cuts(*menu.graph, menu.times, objective, menu.costs);
    // Those between blocks for looking, too: the best that sends anything may be none that ever
    // wins.
    join_cuts(cuts, chain_cuts(*menu.graph, menu.times));
    return cuts;
  });
}

}  // namespace updraft
