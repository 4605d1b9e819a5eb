#include "sim/compare.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "sim/core/check.hpp"

namespace updraft {
namespace {

Seconds distance(SimTime a, SimTime b) {
  if (!a.set() && !b.set()) return Seconds(0);
  if (!a.set() || !b.set()) return Seconds(std::numeric_limits<double>::infinity());
  return Seconds(std::abs((a - b).si()));
}

}  // namespace

Difference compare(const Run& first, const Run& second) {
  const Samples& a = first.samples;
  const Samples& b = second.samples;
  UPDRAFT_CHECK(a.size() == b.size(),
                std::to_string(a.size()) + " and " + std::to_string(b.size()) + " samples");
  Difference found;
  found.samples = a.size();
  const auto stamps_of_a = all_stamps(a.stamps);
  const auto stamps_of_b = all_stamps(b.stamps);
  for (SampleId s = 0; s < a.size(); ++s) {
    for (std::size_t k = 0; k < stamps_of_a.size(); ++k) {
      const SimTime in_a = (*stamps_of_a[k])[s];
      const SimTime in_b = (*stamps_of_b[k])[s];
      const Seconds apart = distance(in_a, in_b);
      if (!(apart > found.largest)) continue;
      found.largest = apart;
      found.sample = s;
      found.stamp = stamp_names[k];
      found.first = in_a;
      found.second = in_b;
    }
    found.decisions += a.stage[s] != b.stage[s] || a.variant[s] != b.variant[s];
    found.outcomes += a.outcome[s] != b.outcome[s];
    found.bytes +=
        a.uplink_bytes[s] != b.uplink_bytes[s] || a.downlink_bytes[s] != b.downlink_bytes[s];
  }
  return found;
}

bool add(Difference& all, const Difference& next) {
  const bool larger = next.largest > all.largest;
  Difference sum = larger ? next : all;
  sum.samples = all.samples + next.samples;
  sum.decisions = all.decisions + next.decisions;
  sum.outcomes = all.outcomes + next.outcomes;
  sum.bytes = all.bytes + next.bytes;
  all = sum;
  return larger;
}

}  // namespace updraft
