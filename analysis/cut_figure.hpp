// Which cut is best at which uplink rate, as a picture: what each cut that wins in the swept range
// takes at any rate, edge only and cloud only beside them, and the best of all as bands that carry
// their cut's name. best_cut.{csv,gp,svg,png} in the result folder.
#pragma once

#include <string>

#include "analysis/cut_report.hpp"

namespace updraft {

struct CutFigure {
  std::string csv;     // best_cut.csv; empty where there is nothing to draw
  std::string script;  // best_cut.gp
};
CutFigure cut_figure(const CutReport& report);  // of a report with a sweep

}  // namespace updraft
