// The keys that every policy takes: `stage` (what the edge runs) and `variant` (how it offloads),
// names of the recorded menu. Left out, `stage` is the first that the trace records; `variant` is
// the only one that no stage has to make, and must be named where there are several: a payload is
// too much of a choice to be made by the order of a file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/core/menu.hpp"
#include "sim/core/section.hpp"

namespace updraft {

// Of a name among all of the menu's; -1 if it is not there.
std::int16_t index_of(const std::vector<std::string>& names, const std::string& name);

// if_any: the policy gets by without one (-1) where the trace records none.
enum class Need { required, if_any };

// The id of the stage or variant that `params` names; -1 after a mistake, which is reported there.
StageId read_stage(Section& params, const Menu& menu, Need need = Need::required);
VariantId read_variant(Section& params, const Menu& menu, Need need = Need::required);

// `variant` where only some of the recorded ones will do, at least one; left out, the only one.
VariantId read_variant_among(Section& params, const Menu& menu,
                             const std::vector<std::string>& names);

// `stage` and `score`. A stage that is not named is the first that has the score: a trace that
// records a network with and one without a predictor has q on the one alone. `fixed`: the score, of
// policies that know no other; then `score` is no key. -1 after a mistake.
struct StageAndScore {
  StageId stage = no_stage;
  ScoreId score = -1;
};
StageAndScore read_stage_and_score(Section& params, const Menu& menu, std::string_view fixed = "");

}  // namespace updraft
