// The terminal's table of a family under AO, the columns of the paper's Table II.
#pragma once

#include <string>

#include "analysis/recording/report.hpp"

namespace updraft {

// "" where no stage of the family has thresholds.
std::string ao_table(const RecordingReport& report, std::size_t family);

// What its columns mean, or why there is none; a paragraph.
std::string ao_explanation(const RecordingReport& report);

}  // namespace updraft
