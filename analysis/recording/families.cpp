#include "analysis/recording/families.hpp"

#include <algorithm>

namespace updraft {
namespace {

// What a stage is measured with: an exit with its whole network, else with what its training began
// with; empty where it stands alone.
const std::string& kin(const Stage& stage) {
  return stage.exit_of.empty() ? stage.from : stage.exit_of;
}

// Follows them to the beginning; in a circle everyone is its own.
std::size_t base_of(const std::size_t of, const std::vector<Stage>& stages) {
  std::size_t stage = of;
  for (std::size_t steps = 0; steps < stages.size(); ++steps) {
    const auto found = std::find_if(stages.begin(), stages.end(), [&](const Stage& other) {
      return other.name == kin(stages[stage]);
    });
    if (kin(stages[stage]).empty() || found == stages.end()) return stage;
    stage = static_cast<std::size_t>(found - stages.begin());
  }
  return of;
}

}  // namespace

std::vector<Family> families(const std::vector<Stage>& stages) {
  const bool told =
      std::any_of(stages.begin(), stages.end(), [](const Stage& s) { return !kin(s).empty(); });
  // Extractors have no answer to compare.
  const auto answers = [&](std::size_t stage) { return stages[stage].theta.empty(); };
  const auto first = static_cast<std::size_t>(
      std::ranges::find_if(stages, [](const Stage& s) { return s.theta.empty(); }) -
      stages.begin());
  std::vector<Family> out;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const std::size_t base = told ? base_of(i, stages) : first;
    if (base == i && answers(i)) out.push_back({i, {i}});
  }
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (!answers(i)) continue;
    const std::size_t base = told ? base_of(i, stages) : first;
    for (Family& family : out) {
      if (family.base == base && i != base) family.stages.push_back(i);
    }
  }
  return out;
}

}  // namespace updraft
