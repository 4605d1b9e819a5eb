// A cut that moves with the uplink, as the device measured it:
//   cut(sample) = best at r,  r = measured rate, `first_rate` until there is one (1)
// by a map made once (rate_map.hpp), so that a decision is a binary search. While the best cut
// sends nothing the device learns nothing of its uplink: after `probe` samples that stayed it sends
// one by the best of the cuts that do, to look (2). What best_cut and min_cut share; they differ in
// the cuts that they choose among.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "policies/partition/rate_map.hpp"
#include "policies/policy.hpp"

namespace updraft {

// Reads `objective` (cut_keys.hpp), `first_rate`, `probe` and `stage`, which is only what AccI
// compares with. `cuts`: what is chosen among, nothing on the edge first, everything on it last;
// the menu has them all.
std::unique_ptr<PolicyPlan> moving_cut(
    Section& params, const PolicyContext& context,
    const std::function<std::vector<CandidateCut>(const PartitionMenu&, const Objective&)>& cuts);

}  // namespace updraft
