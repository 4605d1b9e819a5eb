// One look at a contest: every figure of every contender (targets.hpp), when the rows count as they
// were drawn. The recording itself is the look at which all count once; a bootstrap is a thousand
// more looks.
#pragma once

#include <vector>

#include "analysis/recording/contest.hpp"
#include "analysis/recording/targets.hpp"

namespace updraft {

// One per contender. `reported` and `tuning`: weights of the rows of the two splits; `tuning` is
// empty where the contest has none. O(contenders * rows).
std::vector<Figures> look(const Contest& contest, Weights reported, Weights tuning);

}  // namespace updraft
