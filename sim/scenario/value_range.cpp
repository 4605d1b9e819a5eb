#include "sim/scenario/value_range.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/portable_math.hpp"

namespace updraft {
namespace {

// A number and the unit behind it: "20 Mbps" is 20 and " Mbps".
struct Measured {
  double number = 0;
  std::string unit;
};

std::optional<Measured> measured(const Document* node) {
  if (node == nullptr || node->kind != Document::Kind::scalar) return std::nullopt;
  const std::size_t end =
      std::min(node->text.find_first_not_of("+-.0123456789eE"), node->text.size());
  const auto number = parse_number(node->text.substr(0, end));
  if (!number) return std::nullopt;
  return Measured{*number, node->text.substr(end)};
}

}  // namespace

Document ValueRange::at(double share) const {
  const double value =
      log ? from * portable::exp(share * portable::log(to / from)) : from + share * (to - from);
  Document point = like;
  point.text = fmt::format("{:.12g}{}", share >= 1 ? to : value, unit);
  return point;
}

std::optional<ValueRange> read_value_range(Section& in, const std::string& spacing) {
  const auto from = measured(in.node("from"));
  const auto to = measured(in.node("to"));
  const bool log = in.choice("spacing", spacing, {"linear", "log"}) == "log";
  if (!from || !to || from->unit != to->unit) {
    in.mistake(from ? "to" : "from",
               "two numbers of one unit, such as {from: 1 Mbps, to: 20 Mbps, "
               "count: 20}");
    return std::nullopt;
  }
  if (log && (from->number <= 0 || to->number <= 0)) {
    in.mistake("spacing", "linear, or from and to above 0");
    return std::nullopt;
  }
  return ValueRange{from->number, to->number, from->unit, log, *in.node("from")};
}

}  // namespace updraft
