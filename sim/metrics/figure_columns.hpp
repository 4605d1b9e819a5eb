// The table of all figures of a run: names, units, formulas and sources. The CSV, the JSON, the
// terminal table and the metric dictionary (analysis/README.md) are all made from it. Computed in
// run_figures.cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "sim/metrics/run_figures.hpp"

namespace updraft {

enum class Better { neither, higher, lower };
enum class FigureKind {
  count,    // summed over replications
  outcome,  // the same, and told together in the JSON's "outcomes"
  figure,   // mean over replications, with an interval
};

struct FigureColumn {
  std::string_view name;  // the CSV column and the JSON key
  std::string_view unit;
  FigureKind kind;
  Better better;
  std::string_view formula;
  std::string_view source;
  double RunFigures::*value;
};

// All figures, in the order of the CSV.
std::span<const FigureColumn> figure_columns();
const FigureColumn& column_of(double RunFigures::*value);

// The table above as Markdown, as analysis/README.md contains it.
std::string metric_dictionary();

}  // namespace updraft
