// When samples arrive at one device: its own dates, drawn as they are needed. Not for closed loops,
// where the journey itself says when (a sample arrives when the one before has ended).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/units/quantity.hpp"

namespace updraft {

struct ArrivalPlan {
  enum class Kind { periodic, poisson, back_to_back, dated };
  Kind kind = Kind::periodic;
  Hertz rate;                              // per device
  bool staggered = false;                  // periodic: device d of n starts d/n of a period later
  std::vector<std::vector<double>> dates;  // dated: [device][k], non-decreasing, seconds
};

class ArrivalDates {
 public:
  // Of a device that has so many `samples`.
  ArrivalDates(const ArrivalPlan& plan, std::uint32_t device, std::uint32_t devices,
               std::uint32_t samples, Stream random);
  // The date of this device's k-th sample; k counts 0, 1, 2, ... without gaps.
  SimTime date(std::uint32_t k);

 private:
  // Draws are made some at a time: one alone keeps the processor waiting for its logarithm, the
  // logarithms of several it works on at once.
  static constexpr std::uint32_t block = 8;
  void draw(std::uint32_t count);

  const ArrivalPlan* plan_;
  std::uint32_t device_;
  std::uint32_t samples_;
  double offset_ = 0;
  Stream random_;
  std::array<double, block> drawn_{};  // the last of them is the date to go on from
};

}  // namespace updraft
