// The pictures of a recording, by family: accuracy against cost (accuracy_vs_cost_<base>), the
// black box (black_box_<base>, where something was trained for it or no cloud was recorded), and
// how each score lies on right and wrong rows (score_histograms_<base>). Each as data (CSV), a
// gnuplot script and, where gnuplot is installed, SVG and PNG.
#pragma once

#include <string>
#include <vector>

#include "analysis/recording/report.hpp"
#include "sim/metrics/output_folder.hpp"

namespace updraft {

struct Drawn {
  std::vector<std::string> figures;  // those that were drawn: names without ending
  std::string trouble;               // "" if all were drawn; else why the first was not
};

// histograms.csv of files.hpp has to stand in the folder before the scripts are run.
// Throws InputError where the folder cannot be written.
Drawn draw_recording(const OutputFolder& folder, const RecordingReport& report,
                     const std::string& gnuplot = "gnuplot");

}  // namespace updraft
