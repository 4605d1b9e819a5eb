// The picture of a family: accuracy against cost for any threshold on every score, beside the
// oracle, the random router and the ideal scores. The right axis has AccI, with a line at each of
// its targets: where a curve crosses it first is that score's cost in the table.
#pragma once

#include <string>

#include "analysis/recording/report.hpp"

namespace updraft {

struct FigureText {
  std::string csv;
  std::string script;
};

// `setting` black_box: against AR, since a cloud that is always right has no MACs. The script draws
// stem.svg and stem.png from stem.csv.
FigureText cost_figure(const RecordingReport& report, std::size_t family, Setting setting,
                       const std::string& stem);

// "dataset, base: what", as a text of gnuplot's.
std::string recording_title(const RecordingReport& report, std::size_t family,
                            std::string_view what);

}  // namespace updraft
