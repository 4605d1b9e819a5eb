// Which edge networks of a recording are compared with which: a family is a plain network, its
// base, and the stages whose training began with it or that are an early exit of it. All of a
// family are measured from the base, so that at equal AccI they are equally accurate.
#pragma once

#include <cstddef>
#include <vector>

#include "traces/inference_trace.hpp"

namespace updraft {

struct Family {
  std::size_t base;                 // index of the stage
  std::vector<std::size_t> stages;  // in the order of the split; the base comes first
};

// In the order of the bases. A stage whose `from` names no stage of the split is a base itself.
// Where no stage says `from` or `exit_of` (older files), all are one family and the first is its
// base: such a file records networks of one kind.
std::vector<Family> families(const std::vector<Stage>& stages);

}  // namespace updraft
