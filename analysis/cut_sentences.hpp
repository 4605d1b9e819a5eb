// What stands below the tables of a CutReport: what was kept or missed, and what the numbers rest
// on.
#pragma once

#include <string>

#include "analysis/cut_report.hpp"

namespace updraft {

std::string cut_sentences(const CutReport& report);

}  // namespace updraft
