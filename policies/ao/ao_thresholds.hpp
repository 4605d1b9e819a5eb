// AO's thresholds: one for every ordered pair of classes that the edge puts first (a) and second
// (b), or for every first class, found on rows whose truth is known.
//   T(a,b), T(a), T  =  the last crossing (kde.hpp) of the margins of that pair's rows, of that
//                       class's, of all                                                       (1)
// A group speaks for itself if it has least_samples rows, and either no wrong one (T = 0), no right
// one (T = never), or least_errors wrong ones. Else its T is that of the next larger group, from
// pair to class to all (2); all rows speak for themselves, however few.
// Source: Lo et al. (policies/routing/ao.cpp), eqs. 5-7. Departure: (2). The paper says that "it is
// difficult to set pairwise thresholds when there are too many classes" and leaves it at that; even
// of 10 classes some pairs are hardly ever confused.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "policies/ao/kde.hpp"

namespace updraft {

enum class AoGroups { pairwise, by_class, global };
inline constexpr AoGroups all_ao_groups[] = {AoGroups::pairwise, AoGroups::by_class,
                                             AoGroups::global};
std::string_view name_of(AoGroups groups);  // as scenarios say it: pairwise, class, global

struct AoRules {
  double bandwidth = 0.05;  // h, in the margin's unit: a difference of probabilities
  std::size_t least_samples = 20;
  std::size_t least_errors = 3;
};

// Calibration rows as AO sees them, all of one length n > 0: the margin S_a - S_b in [0, 1], the
// classes a and b, and whether a is right.
struct AoRows {
  std::span<const double> margin;
  std::span<const std::int32_t> first;
  std::span<const std::int32_t> second;
  std::span<const std::uint8_t> correct;
};

// Where the thresholds of all pairs (of `by_class`: of all classes) came from.
struct AoOrigins {
  std::uint64_t all = 0;
  std::uint64_t own = 0;
  std::uint64_t by_class = 0;
  std::uint64_t global = 0;
  std::uint64_t never = 0;  // whose threshold no margin reaches
};

class AoThresholds {
 public:
  double of(std::int32_t first, std::int32_t second) const;  // in [0, 1] or never_sure
  AoOrigins origins(std::size_t classes) const;

 private:
  friend class AoCalibration;
  using Pair = std::pair<std::int32_t, std::int32_t>;
  AoGroups groups_ = AoGroups::global;
  std::vector<std::pair<Pair, double>> pairs_;            // that speak for themselves, ascending
  std::vector<std::pair<std::int32_t, double>> classes_;  // likewise
  double global_ = 0;
};

// What the rows say, whatever lambda will be asked for. O(n / bandwidth).
class AoCalibration {
 public:
  AoCalibration(const AoRows& rows, const AoRules& rules, AoGroups finest = AoGroups::pairwise);
  // `groups` as fine as `finest` at most.
  AoThresholds thresholds(AoGroups groups, double lambda) const;

 private:
  std::map<AoThresholds::Pair, LastCrossing> pairs_;  // that speak for themselves
  std::map<std::int32_t, LastCrossing> classes_;
  std::optional<LastCrossing> global_;  // always there
};

}  // namespace updraft
