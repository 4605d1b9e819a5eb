// Which cut is best at which uplink rate: found once for all rates, so that a device whose measured
// rate moves looks its cut up. Where costs are lines in x = 1 / B this is their lower envelope, and
// few cuts ever win.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "policies/partition/candidate_cut.hpp"

namespace updraft {

// What a cut is to be best at; T, E and R as in candidate_cut.hpp.
struct Objective {
  enum class Kind {
    latency,         // least T
    energy,          // least E; of equal ones least T
    weighted,        // least T + price E
    latency_within,  // least T with E <= budget; where no cut keeps it, least E
    throughput       // largest R; of equal ones least T
  };
  Kind kind = Kind::latency;
  double price = 0;  // [s/J]
  Joules budget{};   // per sample
};

// As scenarios and `updraft cut` name them, in the order of Kind.
inline constexpr std::array<std::string_view, 5> objective_names = {"latency", "energy", "weighted",
                                                                    "latency_within", "throughput"};

class RateMap {
 public:
  // From rate `from` on, up to the next piece's: candidates[cut] is best.
  struct Piece {
    BytesPerSecond from;
    std::size_t cut = 0;
  };
  // Exact among `candidates` (at least one). Ties: fewer bytes, then fewer layers on the edge. (At
  // `from` itself the piece below costs the same, unless a budget ends there.)
  RateMap(const std::vector<CandidateCut>& candidates, const Objective& objective,
          const CutCosts& costs);

  const std::vector<Piece>& pieces() const { return pieces_; }  // ascending; the first from 0
  std::size_t best_at(BytesPerSecond rate) const;               // a binary search

 private:
  std::vector<Piece> pieces_;
};

// The lowest rate at which one of the cuts keeps the budget: energy falls as the rate grows.
// Infinite where none ever does.
BytesPerSecond kept_from(const std::vector<CandidateCut>& cuts, Joules budget,
                         const CutCosts& costs);

// (1), (2), (3) of candidate_cut.hpp. At rate 0 what offloads takes for ever.
Seconds latency(const CandidateCut& cut, const CutCosts& costs, BytesPerSecond rate);
Joules energy(const CandidateCut& cut, const CutCosts& costs, BytesPerSecond rate);
Hertz throughput(const CandidateCut& cut, const CutCosts& costs, BytesPerSecond rate);

}  // namespace updraft
