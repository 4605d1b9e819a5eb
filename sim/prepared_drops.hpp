// Why samples of a scenario may end without an answer, in words for the legend of its table.
#pragma once

#include <string>
#include <vector>

#include "sim/prepare.hpp"

namespace updraft {

// The causes that the scenario allows for; none where it has none.
std::vector<std::string> drop_causes(const Prepared& prepared);

}  // namespace updraft
