// The picture of a family's scores: a panel per score, a line of panels per stage, each with the
// shares of the rows that the edge gets right and of those that it gets wrong.
#pragma once

#include <string>

#include "analysis/recording/report.hpp"

namespace updraft {

// A script that draws stem.svg and stem.png from histograms.csv (files.hpp); "" where the
// family has no score.
std::string histogram_script(const RecordingReport& report, std::size_t family,
                             const std::string& stem);

}  // namespace updraft
