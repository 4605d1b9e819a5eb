// Which of several payloads to send at a rate, within a budget of time or energy:
//   T(v) = W + (n m + b) x                                               [s]   (1)
//   E(v) = P W + e b + p b x                                             [J]   (2)
//   send the most accurate v with T(v) <= budget, or E(v) <= budget            (3)
//   if there is none: the v with the least T, or E                             (4)
// x = 1 / r  seconds a byte, at the uplink rate r > 0;  n  payloads ahead, waiting or under way;
// m  mean b of all candidates, as nobody knows which of them wait;  b, W  of v, below;
// P  the device's watts while it computes;  p, e  its radio's watts while it sends, and joules a
// byte. Most accurate: on the calibration split, never test; of equals the one with fewer bytes,
// then the one that comes first.
// (1) ends with the last bit sent. It counts those ahead in full, the one under way too, behind the
// encoding: on purpose, a payload too late is worse than one too small. A radio that sleeps adds
// its promotion to what (1) says. (2) is what the choice changes: no promotions, no tails, no
// idling.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "policies/partition/linear_cost.hpp"
#include "policies/policy.hpp"

namespace updraft {

struct Payload {
  std::string name;
  VariantId variant = -1;
  StageId made_by = no_stage;
  std::size_t correct = 0;  // calibration rows on which the cloud is right with it
  Bytes bytes{};            // b, in the mean of the calibration split
  Seconds work{};           // W: the stage that makes it, then its encoding
};

using PayloadBudget = std::variant<Seconds, Joules>;

class PayloadChoice {
 public:
  // At least one payload. `device`: only its powers are looked at.
  PayloadChoice(std::vector<Payload> payloads, const PayloadBudget& budget,
                const DeviceCosts& device);

  // (3), (4)
  const Payload& at(BytesPerSecond rate, std::uint32_t ahead) const;
  const Payload& most_accurate() const { return payloads_.front(); }

  // While nothing is ahead: from rate `from` on, up to the next piece's, this one.
  struct Piece {
    BytesPerSecond from;
    const Payload* payload = nullptr;
  };
  std::vector<Piece> pieces() const;  // ascending; the first from 0
  BytesPerSecond kept_from() const;   // the least rate at which one fits; infinite if none does

 private:
  CostLine line_of(const Payload& payload, std::uint32_t ahead) const;
  std::size_t best_at(double x, std::uint32_t ahead) const;

  std::vector<Payload> payloads_;  // the best first
  PayloadBudget budget_;
  double limit_;  // of it, in SI
  Watts busy_;
  Watts send_;
  JoulesPerByte per_byte_;
  Bytes mean_;
};

}  // namespace updraft
