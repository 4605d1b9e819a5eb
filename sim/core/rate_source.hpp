// A link's rate over time, asked for piece by piece: a recorded trace that loops, holds or stops,
// or a model that draws as it goes. Engines pull; nobody looks ahead.
#pragma once

#include <limits>

#include "sim/units/quantity.hpp"

namespace updraft {

// `rate` holds from the end of the piece before (date 0 for the first) until `until`.
struct RatePiece {
  BytesPerSecond rate;
  SimTime until;  // infinity: forever
};

class RateSource {
 public:
  virtual ~RateSource() = default;
  // The next piece; its `until` lies after that of the piece before, and the sequence never ends
  // (the last piece of one that does not loop lasts for ever, and next() is not called after it).
  virtual RatePiece next() = 0;
  // Passes over the pieces that end at or before `date`, which next() would give; those that are
  // known beforehand need not be walked. `date` is not before that of the piece at hand.
  virtual void skip_to(SimTime date) = 0;
};

// The same for ever.
class ConstantRate final : public RateSource {
 public:
  explicit ConstantRate(BytesPerSecond rate) : rate_(rate) {}
  RatePiece next() override { return {rate_, SimTime(std::numeric_limits<double>::infinity())}; }
  void skip_to(SimTime) override {}

 private:
  BytesPerSecond rate_;
};

}  // namespace updraft
