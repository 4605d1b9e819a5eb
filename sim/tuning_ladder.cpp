#include "sim/tuning_ladder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "policies/tuning.hpp"

namespace updraft {
namespace {

constexpr std::size_t step = 8;  // so the second look is eight times as close

// The score that the entry names, as routing/threshold.cpp finds it: of the named stage, else of
// the first that has it.
std::pair<StageId, ScoreId> score_of(const Document& entry, const Menu& menu) {
  const Document* stage = entry.find("stage");
  const Document* score = entry.find("score");
  for (std::size_t s = 0; score != nullptr && s < menu.stages.size(); ++s) {
    if (stage != nullptr && stage->text != menu.stages[s].name) continue;
    for (std::size_t k = 0; k < menu.stages[s].scores.size(); ++k) {
      if (menu.stages[s].scores[k].name == score->text)
        return {static_cast<StageId>(s), static_cast<ScoreId>(k)};
    }
  }
  return {no_stage, -1};
}

std::vector<Document> thresholds(const TuningSpec& spec, const Document& entry,
                                 const Prepared& calibration, std::size_t rungs) {
  const auto [stage, score] = score_of(entry, *calibration.menu);
  const Truth& truth = *calibration.truth;
  if (stage == no_stage || truth.cloud_correct.empty()) {
    throw InputError(
        fmt::format("{}: policies[{}].tune: the calibration split lacks the stage or "
                    "its score; expected from: and to: beside over: {}",
                    to_string(spec.place), spec.policy, spec.over));
  }
  const auto index = static_cast<std::size_t>(stage);
  const auto points = operating_points(
      {calibration.menu->stages[index].scores[static_cast<std::size_t>(score)].values,
       truth.edge_correct[index], truth.cloud_correct.front()});
  std::vector<Document> out;
  const double n = static_cast<double>(points.back().answered);
  for (std::size_t k = 0; k < rungs; ++k) {
    const double offloaded = static_cast<double>(k) / static_cast<double>(rungs - 1);
    const double wanted = n * (1 - offloaded);
    const auto* nearest = &points.front();  // by answered, which ascends
    const auto above = std::ranges::lower_bound(
        points, wanted, {},
        [](const OperatingPoint& point) { return static_cast<double>(point.answered); });
    nearest = above == points.end() ? &points.back() : &*above;
    if (above != points.begin() && above != points.end()) {
      const auto& below = *(above - 1);
      if (wanted - static_cast<double>(below.answered) <
          static_cast<double>(above->answered) - wanted)
        nearest = &below;
    }
    Document value;
    value.kind = Document::Kind::scalar;
    value.place = spec.place;
    value.text = fmt::format("{}", nearest->delta);
    if (out.empty() || out.back().text != value.text) out.push_back(std::move(value));
  }
  return out;
}

}  // namespace

Ladder ladder_for(const TuningSpec& spec, const Document& entry, const Prepared& calibration) {
  const std::size_t rungs = (spec.count - 1) * step + 1;
  Ladder out;
  out.step = step;
  if (!spec.range) {
    out.rungs = thresholds(spec, entry, calibration, rungs);
    return out;
  }
  for (std::size_t k = 0; k < rungs; ++k) {
    Document value = spec.range->at(static_cast<double>(k) / static_cast<double>(rungs - 1));
    if (out.rungs.empty() || out.rungs.back().text != value.text)
      out.rungs.push_back(std::move(value));
  }
  return out;
}

}  // namespace updraft
