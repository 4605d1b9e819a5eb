// Two runs of the same scenario on two engines, sample by sample: how far apart are they? It judges
// nothing but a limit that it is given.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/simulation.hpp"

namespace updraft {

// The most that the engines may differ in a stamp (both integrate the same rates exactly; what is
// left is rounding, and SimGrid's own precision).
inline constexpr Seconds largest_tolerated{1e-6};

struct Difference {
  Seconds largest{};  // of any stamp of any sample; infinite where one run lacks a stamp
  SampleId sample = 0;
  std::string_view stamp{};  // "" while no stamp differs at all
  SimTime first{};           // in the first run
  SimTime second{};
  std::uint64_t samples = 0;    // compared
  std::uint64_t decisions = 0;  // that differ: the stage or the variant
  std::uint64_t outcomes = 0;
  std::uint64_t bytes = 0;  // samples of which more bytes went in one run

  bool tolerable() const {
    return largest <= largest_tolerated && decisions == 0 && outcomes == 0 && bytes == 0;
  }
};

// Both runs are of the same samples.
Difference compare(const Run& first, const Run& second);

// The differences of many runs together: the counts summed, the largest stamp kept. True if `next`
// has become the one with the largest.
bool add(Difference& all, const Difference& next);

}  // namespace updraft
