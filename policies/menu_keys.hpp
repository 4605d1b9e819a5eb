// The keys that every policy takes: `stage` (what the edge runs) and `variant` (how it offloads),
// names of the recorded menu. Left out, `stage` is the first that the trace records; `variant` is
// the only one, and must be named where there are several: a payload is too much of a choice to be
// made by the order of a file.
#pragma once

#include "sim/core/menu.hpp"
#include "sim/core/section.hpp"

namespace updraft {

// if_any: the policy gets by without one (-1) where the trace records none.
enum class Need { required, if_any };

// The id of the stage or variant that `params` names; -1 after a mistake, which is reported there.
StageId read_stage(Section& params, const Menu& menu, Need need = Need::required);
VariantId read_variant(Section& params, const Menu& menu, Need need = Need::required);

}  // namespace updraft
