#include "analysis/recording/targets.hpp"

#include <span>

namespace updraft {
namespace {

std::span<const double> wanted_of(Setting setting, Target target) {
  if (target == Target::accuracy_improvement) return improvements;
  return setting == Setting::white_box ? degradations_white : degradations_black;
}

std::array<TargetSpec, target_count> made_specs() {
  std::array<TargetSpec, target_count> specs{};
  std::size_t next = 0;
  for (const Setting setting : all_settings) {
    for (const DeltaFrom from : {DeltaFrom::swept, DeltaFrom::tuned}) {
      for (const Target target : {Target::accuracy_improvement, Target::accuracy_degradation}) {
        for (const double wanted : wanted_of(setting, target))
          specs[next++] = {setting, from, target, wanted};
      }
    }
  }
  return specs;
}

}  // namespace

std::string_view name_of(DeltaFrom from) { return from == DeltaFrom::swept ? "swept" : "tuned"; }

const std::array<TargetSpec, target_count>& target_specs() {
  static const std::array<TargetSpec, target_count> specs = made_specs();
  return specs;
}

std::size_t target_index(Setting setting, DeltaFrom from, Target target, std::size_t which) {
  const auto half = [](bool second) { return second ? std::size_t{1} : std::size_t{0}; };
  return ((half(setting == Setting::black_box) * 2 + half(from == DeltaFrom::tuned)) * 2 +
          half(target == Target::accuracy_degradation)) *
             improvements.size() +
         which;
}

Area audc(Setting setting) {
  return setting == Setting::white_box ? Area::audc_white_box : Area::audc_black_box;
}
Area audc_own(Setting setting) {
  return setting == Setting::white_box ? Area::audc_own_white_box : Area::audc_own_black_box;
}
Area audc_base(Setting setting) {
  return setting == Setting::white_box ? Area::audc_base_white_box : Area::audc_base_black_box;
}

}  // namespace updraft
