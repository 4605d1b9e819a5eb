// Where to cut a network, in numbers: the cuts that matter at the rate that was asked for, which
// one is best at which rate, and the same over a sweep. For the terminal (cut_table.hpp), as files
// (cut_files.hpp) and as pictures (cut_figure.hpp, cut_graphviz.hpp). Cuts are found by
// policies/partition.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/cut_setup.hpp"

namespace updraft {

// A cut at one rate: (1), (2) and (3) of policies/partition/candidate_cut.hpp, latency by parts.
// What offloads nothing has 0 in all parts but `edge`.
struct CutFigures {
  std::size_t cut = 0;  // of CutReport::candidates
  Seconds edge;
  Seconds upload;
  Seconds cloud;
  Seconds fixed;
  Seconds total;
  Joules energy;     // the device's
  Hertz throughput;  // infinite where nothing takes time
};

// From rate `from` on, up to `to` (infinite for the last), one cut is best.
struct WinningRange {
  BytesPerSecond from;
  BytesPerSecond to;
  std::size_t cut = 0;
};

struct SweptRate {
  BytesPerSecond rate;
  CutFigures best;
  CutFigures edge_only;
  CutFigures cloud_only;
};

struct CutReport {
  CutSetup setup;
  std::vector<CandidateCut> candidates;
  std::size_t edge_only = 0;
  std::size_t cloud_only = 0;  // nothing but the inputs on the edge
  std::size_t chosen = 0;      // at setup.uplink
  // At setup.uplink: the chosen one, all that win somewhere, and the two above; in the order of
  // what they leave on the edge.
  std::vector<CutFigures> rows;
  std::vector<WinningRange> map;  // ascending, the first from 0
  std::vector<SweptRate> sweep;   // a row per rate of setup.sweep
  // Of latency within a budget, for a network that is no chain: no cut that keeps the budget is
  // faster. Nothing where the cut is the best for certain.
  std::optional<Seconds> at_least;

  const CutFigures& row(std::size_t cut) const;  // one of `rows`
  // "cloud only", "edge only", or the layer whose tensor crosses
  std::string name(std::size_t cut) const;
  std::string label(std::size_t cut) const;           // "after" before a layer
  std::size_t layers() const;                         // without inputs
  std::size_t layers_on_edge(std::size_t cut) const;  // without inputs
  bool is_chain = false;
};

CutReport report_cuts(CutSetup setup);

CutFigures figures_of(const CutReport& report, std::size_t cut, BytesPerSecond rate);

// What the objective compares, in SI: [s], [J] or [1/s].
double objective_value(const Objective& objective, const CutFigures& figures);

}  // namespace updraft
