// A link's rate over time, asked for piece by piece: a recorded trace that loops, holds or stops,
// or a model that draws as it goes. Engines pull; nobody looks ahead.
#pragma once

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
};

}  // namespace updraft
