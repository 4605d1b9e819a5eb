// How a policy that goes by the measured rate says what it does from which rate on.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/units/quantity.hpp"

namespace updraft {

struct ChosenFrom {
  BytesPerSecond from;  // the least rate at which it is chosen
  std::string name;
};

// "crop5, from 1.2 Mbps crop10, from 9 Mbps image; no cut keeps the budget below 0.4 Mbps". Pieces
// in ascending order of `from`; `kept_from` is the least rate at which one keeps the budget
// (infinite: none does), absent where there is no budget; `what` is "none" or "no cut".
std::string rate_note(const std::vector<ChosenFrom>& pieces,
                      std::optional<BytesPerSecond> kept_from, std::string_view what);

}  // namespace updraft
