// A range of values as people write it, {from: 1 Mbps, to: 20 Mbps, count: 20, spacing: log}, and
// the values in it, each with its unit, ready to stand in a document. For sweeps and for tuning.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/core/section.hpp"

namespace updraft {

// Both ends have one unit ("" for none); above 0 where the steps are even ratios.
struct ValueRange {
  double from = 0;
  double to = 1;
  std::string unit;
  bool log = false;
  Document like;  // its place is every value's

  // The value that far on the way, share in [0, 1], to twelve digits: 0.1 * 3 is 0.3.
  Document at(double share) const;
};

// Reads `from`, `to` and `spacing` of a map. Nothing after a mistake.
std::optional<ValueRange> read_value_range(Section& in, const std::string& spacing = "linear");

}  // namespace updraft
