#include "analysis/cut_text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace updraft {

ShownUnit unit_for(Seconds largest) {
  const double s = largest.si();
  return s >= 10               ? ShownUnit{"s", 1}
         : s >= 1e-3 || s == 0 ? ShownUnit{"ms", 1e3}
                               : ShownUnit{"us", 1e6};
}
ShownUnit unit_for(Joules largest) {
  const double j = largest.si();
  return j >= 10               ? ShownUnit{"J", 1}
         : j >= 1e-3 || j == 0 ? ShownUnit{"mJ", 1e3}
                               : ShownUnit{"uJ", 1e6};
}
ShownUnit unit_for(Bytes largest) {
  const double b = largest.si();
  return b >= 1e7             ? ShownUnit{"MB", 1e-6}
         : b >= 1e3 || b == 0 ? ShownUnit{"kB", 1e-3}
                              : ShownUnit{"B", 1};
}
ShownUnit unit_for(Hertz) { return {"/s", 1}; }

std::string in_unit(double si, ShownUnit unit, double largest_si) {
  if (std::isinf(si)) return "∞";
  const double largest = std::isfinite(largest_si) ? largest_si * unit.scale : 0;
  const int decimals = largest >= 100 ? 1 : largest >= 10 ? 2 : 3;
  return fmt::format("{:.{}f}", si * unit.scale, decimals);
}

std::string mbps(BytesPerSecond rate) {
  if (std::isinf(rate.si())) return "∞";
  const double value = rate.si() / 125e3;
  return value >= 1000 ? fmt::format("{:.0f}", value) : fmt::format("{:.4g}", value);
}

std::string_view compared(Objective::Kind kind) {
  switch (kind) {
    case Objective::Kind::latency:
    case Objective::Kind::latency_within:
      return "latency";
    case Objective::Kind::energy:
      return "energy";
    case Objective::Kind::weighted:
      return "latency + price x energy";
    case Objective::Kind::throughput:
      return "throughput";
  }
  return "";
}

}  // namespace updraft
