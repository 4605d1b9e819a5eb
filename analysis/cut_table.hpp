// A CutReport for the eyes: the answer in a line, the cuts that matter, which of them is best at
// which rate, and in sentences what the numbers rest on.
#pragma once

#include <string>

#include "analysis/cut_report.hpp"

namespace updraft {

// Ends in a newline. At most 100 columns wide, but for names that are longer.
std::string cut_table(const CutReport& report);

}  // namespace updraft
