#include "policies/menu_keys.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace updraft {
namespace {

std::optional<std::string> only(const std::vector<std::string>& names) {
  return names.size() == 1 ? std::optional(names.front()) : std::nullopt;
}

// `names` may be chosen, `all` are numbered.
std::int16_t read_name(Section& params, const std::string& key, Need need,
                       const std::vector<std::string>& names, const std::vector<std::string>& all,
                       const std::optional<std::string>& fallback) {
  if (names.empty()) {
    if (need == Need::required || params.has(key)) {
      params.mistake(key, "a workload trace that records at least one " + key);
    }
    return -1;
  }
  const Document* given = params.node(key);
  const std::string name = params.choice(key, fallback, names);
  if (given != nullptr ? given->text != name : !fallback) return -1;
  return index_of(all, name);
}

// One of `names`, or "" after a mistake.
std::string read_score(Section& params, std::string_view fixed,
                       const std::vector<std::string>& names) {
  if (!fixed.empty()) {
    if (std::ranges::find(names, fixed) != names.end()) return std::string(fixed);
    params.mistake("stage",
                   fmt::format("a stage with logits or its score {} in the workload trace", fixed));
    return "";
  }
  if (!names.empty()) {
    const Document* given = params.node("score");
    const std::string name = params.choice("score", std::nullopt, names);
    return given != nullptr && given->text == name ? name : "";
  }
  params.mistake("score",
                 "a stage with scores: the workload trace records neither logits nor scores");
  return "";
}

}  // namespace

std::int16_t index_of(const std::vector<std::string>& names, const std::string& name) {
  const auto found = std::ranges::find(names, name);
  return found == names.end() ? std::int16_t{-1} : static_cast<std::int16_t>(found - names.begin());
}

StageId read_stage(Section& params, const Menu& menu, Need need) {
  const auto names = menu.answering_stage_names();
  return read_name(params, "stage", need, names, menu.stage_names(),
                   names.empty() ? std::nullopt : std::optional(names.front()));
}

VariantId read_variant(Section& params, const Menu& menu, Need need) {
  const auto names = menu.recorded_variant_names();
  const auto direct = menu.direct_variant_names();
  return read_name(params, "variant", need, names, menu.variant_names(),
                   only(direct.empty() ? names : direct));
}

VariantId read_variant_among(Section& params, const Menu& menu,
                             const std::vector<std::string>& names) {
  return read_name(params, "variant", Need::required, names, menu.variant_names(), only(names));
}

StageAndScore read_stage_and_score(Section& params, const Menu& menu, std::string_view fixed) {
  StageAndScore out;
  if (menu.stages.empty() || params.has("stage")) {
    out.stage = read_stage(params, menu);
    if (fixed.empty()) params.has("score");
    if (out.stage == no_stage) return out;
    const auto names = menu.score_names(out.stage);
    out.score = index_of(names, read_score(params, fixed, names));
    return out;
  }
  std::vector<std::string> all;
  for (const auto& stage : menu.stages) {
    for (const auto& score : stage.scores) {
      if (index_of(all, score.name) < 0) all.push_back(score.name);
    }
  }
  const std::string name = read_score(params, fixed, all);
  const auto stages = static_cast<StageId>(menu.stages.size());
  for (StageId stage = 0; stage < stages && out.score < 0; ++stage) {
    out.stage = stage;
    out.score = index_of(menu.score_names(stage), name);
  }
  return out;
}

}  // namespace updraft
