// The figure of a run: accuracy against skipping rate for every score, the oracle and random lines,
// and where this run's policies ended up. Written as data (CSV), as a gnuplot script that draws it
// again, and, where gnuplot is installed, as SVG and PNG.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analysis/curves.hpp"
#include "sim/metrics/output_folder.hpp"
#include "sim/metrics/replications.hpp"

namespace updraft {

struct PolicyPoint {
  std::string name;
  double skipping_rate;
  double accuracy;
};

struct RoutingFigure {
  std::string title;
  std::vector<std::string> stages;  // names, by StageId
  std::vector<Curve> curves;
  RouterLines lines;
  std::vector<PolicyPoint> policies;
};

// The figure of one scenario. `stages`: the edge networks that its policies run (at least one); the
// oracle and random lines are the first one's. Everything is drawn on `rows`, the replayed ones.
RoutingFigure routing_figure(const std::string& title, const Menu& menu, const Truth& truth,
                             std::span<const StageId> stages, VariantId variant,
                             std::span<const std::uint32_t> rows,
                             std::span<const PolicyResult> policies);

// Writes accuracy_vs_skipping.{csv,gp,svg,png} into the folder. Returns "" if it was drawn, else a
// line that says why not and how to draw it later: a missing gnuplot never fails a run. Throws
// InputError where the folder cannot be written.
std::string write_figure(const OutputFolder& folder, const RoutingFigure& figure,
                         const std::string& gnuplot = "gnuplot");

}  // namespace updraft
