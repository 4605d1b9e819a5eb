// A rate over time as data: piecewise constant, from date 0 to `length`, then looping, holding its
// last rate, or stopping (rate 0). Integrated exactly through prefix sums. What every bandwidth
// trace and every drawn channel becomes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/core/rate_source.hpp"

namespace updraft {

enum class AtEnd { loop, hold, stop };

class RateProfile {
 public:
  struct Step {
    double until_s;   // increasing, > 0
    double rate_Bps;  // >= 0
  };
  // steps is not empty; step i holds over [steps[i-1].until_s, steps[i].until_s), from 0 for the
  // first.
  RateProfile(std::vector<Step> steps, AtEnd at_end);

  Seconds length() const;
  const std::vector<Step>& steps() const { return steps_; }
  AtEnd at_end() const { return at_end_; }
  BytesPerSecond at(SimTime date) const;
  BytesPerSecond mean() const;                    // over [0, length)
  Bytes carried(SimTime from, SimTime to) const;  // integral of the rate, from <= to
  // The first date at which `size` has been carried since `from`; infinity if that never comes.
  SimTime finish(SimTime from, Bytes size) const;
  RateProfile scaled(double factor) const;

 private:
  double carried_from_zero(double date) const;
  std::vector<Step> steps_;
  std::vector<double> carried_;  // bytes carried from 0 to steps_[i].until_s
  AtEnd at_end_;
};

// Plays a profile piece by piece; dates do not drift however often it loops.
std::unique_ptr<RateSource> play(RateProfile profile);

}  // namespace updraft
