// (1), (2) and (3) of candidate_cut.hpp at one rate.
#include "policies/partition/candidate_cut.hpp"

#include <algorithm>
#include <limits>

#include "policies/partition/rate_map.hpp"

namespace updraft {
namespace {

// An empty tensor takes no time, at rate 0 as well.
Seconds upload(const CandidateCut& cut, BytesPerSecond rate) {
  return cut.payload > Bytes(0) ? cut.payload / rate : Seconds(0);
}

}  // namespace

Seconds latency(const CandidateCut& cut, const CutCosts& costs, BytesPerSecond rate) {
  if (!cut.offloads()) return cut.edge;
  return cut.edge + (costs.fixed + upload(cut, rate) + cut.cloud);  // (1)
}

Joules energy(const CandidateCut& cut, const CutCosts& costs, BytesPerSecond rate) {
  const Joules computing = costs.busy * cut.edge;
  if (!cut.offloads()) return computing;
  Joules sending(costs.per_byte * cut.payload.si());
  const Watts power = costs.send + costs.idle;
  if (power > Watts(0)) sending += power * upload(cut, rate);
  return computing + sending + costs.idle * (costs.fixed + cut.cloud);  // (2)
}

Hertz throughput(const CandidateCut& cut, const CutCosts& costs, BytesPerSecond rate) {
  Seconds busiest = cut.edge;
  if (cut.offloads()) {
    busiest =
        std::max({busiest, upload(cut, rate), cut.cloud / static_cast<double>(costs.servers)});
  }
  return 1 / busiest;  // (3)
}

BytesPerSecond kept_from(const std::vector<CandidateCut>& cuts, Joules budget,
                         const CutCosts& costs) {
  const BytesPerSecond any_faster(std::numeric_limits<double>::infinity());
  BytesPerSecond from = any_faster;
  for (const CandidateCut& cut : cuts) {
    const Joules left = budget - energy(cut, costs, any_faster);
    const double sending = (costs.send + costs.idle).si() * cut.payload.si();  // J at 1 B/s
    if (left > Joules(0) || (left == Joules(0) && sending == 0))
      from = std::min(from, BytesPerSecond(sending > 0 ? sending / left.si() : 0));
  }
  return from;
}

}  // namespace updraft
