// From layer times on two machines to what a partition is found from: the sizes that cross the
// uplink, as they are coded. Machines are platforms/layer_times.hpp's; times come in as numbers.
#pragma once

#include <vector>

#include "policies/partition/candidate_cut.hpp"

namespace updraft {

// Of a tensor's fp32 bytes: 1, 1/2, 1/4.
double share_of(Coding coding);

// `edge`, `cloud`: [layers] of a batch of one. The network's inputs are sent as the profile says:
// an image is coded already. Whole bytes.
PartitionTimes partition_times(const LayerGraph& graph, std::vector<Seconds> edge,
                               std::vector<Seconds> cloud, Coding coding);

}  // namespace updraft
