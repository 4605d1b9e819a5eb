// Radios: what sending, receiving and keeping silent afterwards cost a device. The numbers stand in
// catalog/radios.yaml, each with its source. No dates here: sim/stations/radio.hpp says which state
// a radio is in, and when.
//
//   P = alpha_u r_u + alpha_d r_d + beta     connected                              (1)
//   E(S at rate r) = S (alpha + beta / r)    so a transfer of S costs               (2)
//   E(tail of t) = sum_k P_k min(lasts_k, t - sum_{j<k} lasts_j)+                   (3)
// r    rate of the transfer [Mbps];  alpha  [mW/Mbps];  beta  [mW]
// tail what follows the last bit until the radio is idle again: phases k, each of power P_k
// Source: Huang et al., "A Close Examination of Performance and Power Characteristics of 4G LTE
// Networks", MobiSys 2012, Sec. 4. Departures: a phase has its mean power (within one, DRX switches
// the receiver on and off every 20 or 40 ms); where upload and download have a beta of their own,
// the larger one holds while both are under way (the paper has one for both).
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "sim/units/quantity.hpp"

namespace updraft {

struct TailPhase {
  Seconds lasts;
  Watts power;
};

// The numbers of (1) to (3), and the promotion: how long, and at which power, an idle radio takes
// to be connected.
struct RadioPower {
  JoulesPerByte uplink;    // alpha_u; 1 mW/Mbps is 1 nJ/bit
  JoulesPerByte downlink;  // alpha_d
  Watts uplink_base;       // beta
  Watts downlink_base;
  Seconds promotion_delay;
  Watts promotion_power;
  std::vector<TailPhase> tail;
  Watts idle;  // the papers subtract it: 0

  // Of a radio on which something is under way in one direction or both.
  Watts base(bool sends, bool receives) const {
    const Watts up = sends ? uplink_base : Watts(0);
    const Watts down = receives ? downlink_base : Watts(0);
    return std::max(up, down);
  }
  Seconds tail_length() const {
    Seconds length;
    for (const TailPhase& phase : tail) length += phase.lasts;
    return length;
  }
  // Of the first `lasted` of a tail.
  Joules tail_energy(Seconds lasted) const {
    Joules energy;
    for (const TailPhase& phase : tail) {
      const Seconds in_phase = std::clamp(lasted, Seconds(0), phase.lasts);
      energy += phase.power * in_phase;  // (3)
      lasted -= phase.lasts;
    }
    return energy;
  }
};

struct RadioModel {
  std::string name;
  std::string what;
  RadioPower power;
  std::string source;
  std::string note;                     // "" if there is none
  std::vector<std::string> unverified;  // keys whose numbers were not held against a source
};

class Section;

// One entry of a catalog's `radios:`.
RadioModel read_radio(const std::string& name, Section entry);

// For `updraft list radios`: as device_rows of platform.hpp.
std::vector<std::vector<std::string>> radio_rows(const std::vector<RadioModel>& radios);

}  // namespace updraft
