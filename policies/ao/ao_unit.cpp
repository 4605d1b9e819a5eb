#include "policies/ao/ao_unit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/core/names_of.hpp"

namespace updraft {
namespace {

constexpr Range bandwidths{0.001, 0.5, false};  // what kde.hpp takes

const MenuStage& at(const Menu& menu, StageId stage) {
  return menu.stages[static_cast<std::size_t>(stage)];
}

// A stage with logits has this score.
ScoreId margin_of(const MenuStage& stage) {
  const auto names = names_of(stage.scores);
  return static_cast<ScoreId>(std::ranges::find(names, "margin") - names.begin());
}

// The stage of that name in the calibration split; no_stage, with the mistake, if there is none
// with logits.
StageId calibration_stage(Section& params, const PolicyContext& context, const std::string& name) {
  const Menu* menu = context.calibration;
  if (menu == nullptr || context.calibration_truth == nullptr || menu->rows == 0) {
    params.mistake("policy",
                   "a workload trace with a calibration split, on which AO finds its thresholds");
    return no_stage;
  }
  const auto names = menu->stage_names();
  const auto found = std::ranges::find(names, name);
  const auto stage = static_cast<StageId>(found - names.begin());
  if (found != names.end() && !at(*menu, stage).top1.empty()) return stage;
  params.mistake("policy",
                 fmt::format("stage {} with logits in the trace's calibration split, too", name));
  return no_stage;
}

}  // namespace

AoKeys read_ao_keys(Section& params) {
  AoKeys keys;
  std::vector<std::string> names;
  for (const AoGroups each : all_ao_groups) names.emplace_back(name_of(each));
  const std::string name = params.choice("thresholds", names.front(), names);
  keys.groups =
      all_ao_groups[static_cast<std::size_t>(std::ranges::find(names, name) - names.begin())];
  keys.lambda = params.number("lambda", 1.0, Range::not_negative());
  keys.rules.bandwidth = params.number("bandwidth", keys.rules.bandwidth, bandwidths);
  keys.rules.least_samples = params.count("least_samples", keys.rules.least_samples);
  keys.rules.least_errors = params.count("least_errors", keys.rules.least_errors);
  keys.sound = bandwidths.holds(keys.rules.bandwidth);
  return keys;
}

std::optional<AoUnit> calibrated(Section& params, const PolicyContext& context, StageId stage,
                                 const AoKeys& keys) {
  const MenuStage& here = at(context.menu, stage);
  const StageId twin = calibration_stage(params, context, here.name);
  if (twin == no_stage || !keys.sound) return std::nullopt;
  const MenuStage& there = at(*context.calibration, twin);
  const auto& margins = there.scores[static_cast<std::size_t>(margin_of(there))].values;
  const auto& correct = context.calibration_truth->edge_correct[static_cast<std::size_t>(twin)];
  const AoCalibration calibration({margins, there.top1, there.top2, correct}, keys.rules,
                                  keys.groups);
  return AoUnit(stage, margin_of(here), calibration.thresholds(keys.groups, keys.lambda));
}

std::string origins_text(const AoUnit& unit, AoGroups groups, std::size_t classes) {
  const AoOrigins from = unit.thresholds().origins(classes);
  switch (groups) {
    case AoGroups::pairwise:
      return fmt::format("{} pairs: {} own threshold, {} from the class, {} global; {} never",
                         from.all, from.own, from.by_class, from.global, from.never);
    case AoGroups::by_class:
      return fmt::format("{} classes: {} own threshold, {} global; {} never", from.all, from.own,
                         from.global, from.never);
    default:
      return fmt::format("one threshold, {:.6g}", unit.thresholds().of(0, 1));
  }
}

}  // namespace updraft
