// Named random streams. Each random dimension of a run (arrivals, order, channel, policy, service)
// has its own stream, so that changing one leaves the others as they were: policies compared in one
// scenario meet the same arrivals and the same channel (common random numbers). Draws are
// inverse-CDF from portable arithmetic: the same on every machine.
#pragma once

#include <cstdint>
#include <string_view>

namespace updraft {

class Stream {
 public:
  // `index` tells apart the streams of one name (a device, say); `replication` the independent
  // repeats.
  Stream(std::uint64_t seed, std::string_view name, std::uint64_t index = 0,
         std::uint64_t replication = 0);

  std::uint64_t bits();             // 64 uniform bits (xoshiro256**, Blackman and Vigna 2021)
  double uniform();                 // in [0, 1), a multiple of 2^-53
  double exponential(double mean);  // mean > 0; the draw is >= 0
  std::uint64_t below(std::uint64_t bound);  // uniform in [0, bound), bound > 0, without bias

 private:
  std::uint64_t state_[4];
};

}  // namespace updraft
