// The best cut of a network taken as a chain of blocks: the tensor of one layer crosses, never two.
//   k* = argmin_k cost(k, r) over the cuts that send one tensor, the sample or nothing (1)
// cost by `objective`: policies/partition/rate_map.hpp; how it follows the rate: moving_cut.hpp.
// Source: Kang et al., "Neurosurgeon: collaborative intelligence between the cloud and mobile
// edge", ASPLOS 2017, Sec. 4. Departures: layer times are a roofline or tables, not regressions;
// the cloud's load is not asked for; the rate is the device's own measurement.
#include "policies/partition/moving_cut.hpp"
#include "policies/partition/solvers.hpp"

namespace updraft {

std::unique_ptr<PolicyPlan> make_best_cut(Section& params, const PolicyContext& context) {
  return moving_cut(params, context, [](const PartitionMenu& menu, const Objective&) {
    return chain_cuts(*menu.graph, menu.times);
  });
}

}  // namespace updraft
