// What a radio must have done, from the bursts alone: a power over time, written down as its
// definition says and integrated piece by piece. It shares no code with sim/stations/radio.hpp on
// purpose; its work grows with the square of the bursts.
#pragma once

#include <vector>

#include "platforms/radio.hpp"

namespace updraft {

struct Burst {
  double wanted;  // when it would have begun with a radio that is always connected
  double ended;   // done or given up (perhaps while the radio was promoted); infinity: never
  bool up;        // else down
  double bytes;   // carried
};

struct RadioHistory {
  // let_through[i]: when the radio was connected for bursts[i]. Those of one date come in any
  // order.
  std::vector<double> let_through{};
  double transfer_J = 0;
  double promotion_J = 0;
  double tail_J = 0;
  double awake_s = 0;  // not idle, until the horizon
  int promotions = 0;
};

// Of a run that ended at `horizon`, with whatever never ended.
RadioHistory radio_history(const RadioPower& power, const std::vector<Burst>& bursts,
                           double horizon);

}  // namespace updraft
