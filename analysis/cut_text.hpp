// How times, energies, rates and sizes of a cut are written for people: "84.31 ms", "150.5 kB".
#pragma once

#include <string>
#include <string_view>

#include "analysis/cut_setup.hpp"
#include "sim/units/quantity.hpp"

namespace updraft {

// A unit and what a value in SI is multiplied with.
struct ShownUnit {
  std::string_view name;
  double scale = 1;
};
// That in which a column whose largest value this is reads well.
ShownUnit unit_for(Seconds largest);
ShownUnit unit_for(Joules largest);
ShownUnit unit_for(Bytes largest);
ShownUnit unit_for(Hertz largest);

// With at least three figures, all of a column with as many decimals as its largest needs.
std::string in_unit(double si, ShownUnit unit, double largest_si);

template <class Q>
std::string with_unit(Q value) {
  const ShownUnit unit = unit_for(value);
  return in_unit(value.si(), unit, value.si()) + " " + std::string(unit.name);
}

std::string mbps(BytesPerSecond rate);  // the number: "12.5"; "∞"
// What an objective compares: "latency", "energy", "latency + price x energy", "throughput".
std::string_view compared(Objective::Kind kind);

}  // namespace updraft
