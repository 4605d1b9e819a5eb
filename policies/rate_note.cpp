// How a policy that goes by the measured rate says what it does from which rate on.
#include "policies/rate_note.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sim/units/megabits.hpp"

namespace updraft {

std::string rate_note(const std::vector<ChosenFrom>& pieces,
                      std::optional<BytesPerSecond> kept_from, std::string_view what) {
  std::string text;
  for (const auto& piece : pieces) {
    if (piece.from.si() > 0) text += fmt::format(", from {:.3g} Mbps ", piece.from.si() / Mbps);
    text += piece.name;
  }
  const double from = kept_from ? kept_from->si() : 0;
  if (std::isinf(from)) return text + fmt::format("; {} keeps the budget at any rate", what);
  if (from > 0) text += fmt::format("; {} keeps the budget below {:.3g} Mbps", what, from / Mbps);
  return text;
}

}  // namespace updraft
