// The keys that policies over cuts share, and what they ask of a scenario.
#pragma once

#include "policies/partition/rate_map.hpp"
#include "policies/policy.hpp"
#include "sim/core/section.hpp"

namespace updraft {

// The scenario's partition; null, with a mistake at `policy`, where it has none. Without cuts where
// its own block has mistakes, which were reported.
const PartitionMenu* read_partition_menu(Section& params, const PolicyContext& context);

// `objective` (latency unless given), and what belongs to it: `price` of weighted, `budget` of
// latency_within.
Objective read_objective(Section& params);

}  // namespace updraft
