// The report for the eyes: a table per family with the best of each column marked and an interval
// under each figure, the differences, and in plain sentences what they say. At most 100 columns
// wide. For machines there is files.hpp.
#pragma once

#include <string>

#include "analysis/recording/report.hpp"

namespace updraft {

// Ends in a newline. Deterministic. `bold`: the terminal understands escape codes.
std::string recording_table(const RecordingReport& report, bool bold);

}  // namespace updraft
