// A rate over time as data: piecewise constant, from date 0 to `length`, then looping, holding its
// last rate, or stopping (rate 0). Integrated exactly through prefix sums. What every bandwidth
// trace and every drawn channel becomes. Not a link: it knows no queue and no latency.
#pragma once

#include <memory>
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

  Seconds length() const { return Seconds(steps_.back().until_s); }
  const std::vector<Step>& steps() const { return steps_; }
  AtEnd at_end() const { return at_end_; }
  BytesPerSecond at(SimTime date) const;
  Bytes total() const { return Bytes(carried_.back()); }  // over [0, length)
  BytesPerSecond mean() const { return total() / length(); }
  Bytes carried(SimTime from, SimTime to) const;  // integral of the rate, 0 <= from <= to
  // The first date at which `size` has been carried since `from` >= 0 (`from` itself for none);
  // infinity if that never comes. O(log steps), however many loops it takes.
  SimTime finish(SimTime from, Bytes size) const;
  RateProfile scaled(double factor) const;  // factor >= 0

 private:
  struct Position {
    double base;       // date at which this loop began; 0 unless it loops
    std::size_t step;  // steps_.size(): past the end
  };
  Position position(double date) const;
  double loop_begin(double loop) const { return loop * steps_.back().until_s; }
  double rate_past_end() const { return at_end_ == AtEnd::hold ? steps_.back().rate_Bps : 0; }
  double carried_in_loop(const Position& at, double date) const;

  std::vector<Step> steps_;
  std::vector<double> carried_;  // bytes carried from 0 to steps_[i].until_s
  AtEnd at_end_;
};

// Plays a profile piece by piece: one piece a step, the dates of loop k being k * length + until_s,
// so that they do not drift however often it loops. One that holds or stops ends with a piece that
// lasts for ever; so does a looping one that carries nothing, for it would stall for ever.
// `begin` in [0, length): how far into the profile date 0 lies.
// The profile outlives it: all devices play one.
std::unique_ptr<RateSource> play(const RateProfile& profile, Seconds begin = Seconds(0));

}  // namespace updraft
