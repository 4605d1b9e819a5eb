// The terminal's table of differences: each recorded score against the best that logits give for
// free, and in a sentence what came of it.
#pragma once

#include <string>

#include "analysis/recording/report.hpp"

namespace updraft {

// Each score in the setting that its stage was trained for. "" where there is nothing to compare.
std::string duel_table(const RecordingReport& report, std::size_t family);

}  // namespace updraft
