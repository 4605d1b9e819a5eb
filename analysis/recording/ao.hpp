// What AO's thresholds (policies/ao) make of a recording, beside one threshold for all classes at
// the same accuracy. Over the reported rows, n of them kept at the edge as a share:
//   overall = n auxiliary + (1 - n) principal                                      (1)
//   gain    = n_AO / n_rival - 1              the paper's figure                   (2)
//   saved   = 1 - (1 - n_AO) / (1 - n_rival)  transmissions that AO really saves   (3)
// auxiliary  share of the kept rows that the edge gets right;  principal  of the sent ones, the
// cloud ("allocate" accuracies; without a recorded cloud it is always right). AO's thresholds come
// from the calibration split and stay as they are in every draw of rows. A rival is read off its
// own curve on the reported rows, as the paper does: the fewest offloads that reach AO's overall
// accuracy on the same rows. That favours the rivals a little: they see the rows that AO does not.
// Source: Lo et al., ICCD 2017, eq. 8, Table II. Departures: (3), the interval, the third rival; a
// rival that never gets so accurate has no figure, where the paper extrapolates.
#pragma once

#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/recording/contest.hpp"
#include "policies/ao/ao_thresholds.hpp"

namespace updraft {

// One threshold for all classes on msp (CDL), on entropy (BranchyNet), or on AO's own margin, which
// tells what the classes are worth from what the score is.
enum class AoRival { cdl, branchynet, margin };
inline constexpr std::array ao_rivals = {AoRival::cdl, AoRival::branchynet, AoRival::margin};
std::string_view name_of(AoRival rival);
std::string_view score_of(AoRival rival);  // msp, entropy, margin

enum class AoFigure {
  kept,
  auxiliary,
  principal,
  overall,     // (1)
  gain,        // (2), of AO against a rival, as the next two
  saved,       // (3)
  difference,  // n_AO - n_rival
};
inline constexpr std::size_t ao_own_count = 4;  // those that AO itself has
inline constexpr std::size_t ao_figure_count = 7;

// Every figure of one set of thresholds, NaN where it does not exist.
class AoFigures {
 public:
  static constexpr std::size_t count = ao_own_count + ao_rivals.size() * ao_figure_count;
  AoFigures() { values_.fill(std::numeric_limits<double>::quiet_NaN()); }
  static constexpr std::size_t index(AoFigure figure) { return static_cast<std::size_t>(figure); }
  static constexpr std::size_t index(AoRival rival, AoFigure figure) {
    return ao_own_count + static_cast<std::size_t>(rival) * ao_figure_count + index(figure);
  }
  double& operator[](std::size_t index) { return values_[index]; }
  double operator[](std::size_t index) const { return values_[index]; }

 private:
  std::array<double, count> values_;
};

struct AoPoint {
  double lambda;
  std::array<double, ao_own_count> figures;  // kept to overall
};

// One stage under one kind of thresholds.
struct AoEntry {
  std::size_t stage;
  std::size_t family;
  AoGroups groups;
  AoOrigins origins;                // at lambda 1
  std::vector<std::uint8_t> fates;  // at lambda 1, per reported row: kept, who is right (ao.cpp)
  std::array<std::size_t, ao_rivals.size()> rivals;  // contenders of the contest
  std::vector<AoPoint> curve;                        // by lambda, 0.01 to 100
  AoFigures seen{};
  AoFigures low{};  // of the 95 % intervals; NaN without draws
  AoFigures high{};
  std::array<double, ao_rivals.size()> delta{};  // of the rivals' scores, where seen
};

struct AoSection {
  std::string missing;  // why there is none; "" where there is
  std::vector<AoEntry> entries;
};

// All stages with logits in both splits, by pair and by class; `seen` is filled in.
AoSection ao_section(const Contest& contest);

// The figures when the reported rows count as often as they were drawn.
AoFigures look(const Contest& contest, const AoEntry& entry, Weights weights);

}  // namespace updraft
