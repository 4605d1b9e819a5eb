// What is asked of every score, and the figures that answer: thresholds that reach an accuracy, and
// areas. Names and layout alone; look.hpp computes them.
//
// A target is a gain over the family's base f1 or a loss against the cloud f0. With a1 the accuracy
// of f1, c that of the cloud (as recorded; black box: 1) and Acc of the system at a threshold:
//   AccI = (Acc - a1) / (c - a1), only where c > a1                            (1)
//   AD   = c - Acc                                                            (2)
// It is reached by the cheapest threshold with AccI >= wanted, or AD <= wanted; accuracy is not
// monotone in delta. `swept`: delta is taken on the reported rows themselves, as the papers do;
// `tuned`: on the tuning split's, by its own a1 and c, and then (1) and (2) say what came of it.
// Source: Li et al., AppealNet: (1) eq. 14 of the edge/cloud paper, (2) eq. 16 of its Big/Little
// one; the wanted values are those of their Tables I and II.
#pragma once

#include <array>
#include <limits>
#include <string_view>

#include "analysis/recording/deferral.hpp"
#include "policies/tuning.hpp"

namespace updraft {

enum class DeltaFrom { swept, tuned };
std::string_view name_of(DeltaFrom from);

struct TargetSpec {
  Setting setting;
  DeltaFrom from;
  Target target;  // accuracy_improvement or accuracy_degradation
  double wanted;  // fraction
};

inline constexpr std::array improvements = {0.50, 0.75, 0.90, 0.95};
inline constexpr std::array degradations_white = {0.0, 0.001, 0.005, 0.01};
inline constexpr std::array degradations_black = {0.005, 0.01, 0.02, 0.05};
// Two settings, two origins of delta, two kinds of target.
inline constexpr std::size_t target_count = 8 * improvements.size();

// In the order of: setting, from, target, wanted.
const std::array<TargetSpec, target_count>& target_specs();
std::size_t target_index(Setting setting, DeltaFrom from, Target target, std::size_t which);

enum class Reached {
  asked,  // the accuracy that the target asks for, on the split that delta is taken on
  delta,
  appealing_rate,
  accuracy,
  improvement,
  degradation
};
inline constexpr std::size_t reached_count = 6;

enum class Area {
  audc_white_box,       // fraction, areas.hpp (1)
  audc_own_white_box,   // normalised by the stage's own oracle and random lines, (2)
  audc_base_white_box,  // by those of the family's base: networks of a family on one scale
  audc_black_box,
  audc_own_black_box,
  audc_base_black_box,
  aurc,    // areas.hpp (3)
  e_aurc,  // (5)
  auroc,   // (6)
};
inline constexpr std::size_t area_count = 9;
Area audc(Setting setting);
Area audc_own(Setting setting);
Area audc_base(Setting setting);

// Every figure of one contender, NaN where it does not exist; shares and areas, no percent.
class Figures {
 public:
  static constexpr std::size_t count = target_count * reached_count + area_count;
  static constexpr std::size_t index(std::size_t target, Reached what) {
    return target * reached_count + static_cast<std::size_t>(what);
  }
  static constexpr std::size_t index(Area area) {
    return target_count * reached_count + static_cast<std::size_t>(area);
  }

  Figures() { values_.fill(std::numeric_limits<double>::quiet_NaN()); }
  double& operator[](std::size_t index) { return values_[index]; }
  double operator[](std::size_t index) const { return values_[index]; }
  double at(std::size_t target, Reached what) const { return values_[index(target, what)]; }
  double at(Area area) const { return values_[index(area)]; }

 private:
  std::array<double, count> values_;
};

}  // namespace updraft
