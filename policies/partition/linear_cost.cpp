#include "policies/partition/linear_cost.hpp"

namespace updraft {

LinearCost linear_cost(double time, double energy, const CutCosts& costs) {
  LinearCost cost;  // time (1) + energy (2) of candidate_cut.hpp
  cost.edge = time + energy * costs.busy.si();
  cost.cloud = time + energy * costs.idle.si();
  cost.byte = energy * costs.per_byte;
  cost.byte_x = time + energy * (costs.send + costs.idle).si();
  cost.offload = cost.cloud * costs.fixed.si();
  return cost;
}

CutWeights weights_at(double x, const PartitionTimes& times, const LinearCost& cost) {
  const std::size_t n = times.edge.size();
  CutWeights weights{std::vector<double>(n),
                     std::vector<double>(n),
                     std::vector<double>(n),
                     {},
                     std::vector<double>(n, 0)};
  for (std::size_t v = 0; v < n; ++v) {
    const double bytes = times.payload[v].si();
    weights.edge[v] = cost.edge * times.edge[v].si();
    weights.cloud[v] = cost.cloud * times.cloud[v].si();
    weights.upload[v] = CostLine{cost.byte * bytes, cost.byte_x * bytes}.at(x);
  }
  weights.offload = cost.offload;
  return weights;  // (1)
}

CostLine line_of(const CandidateCut& cut, const LinearCost& cost) {
  const double edge = cost.edge * cut.edge.si();
  if (!cut.offloads()) return {edge, 0};
  const double bytes = cut.payload.si();
  return {edge + (cost.cloud * cut.cloud.si() + cost.byte * bytes + cost.offload),
          cost.byte_x * bytes};  // (1)
}

}  // namespace updraft
