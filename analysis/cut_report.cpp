#include "analysis/cut_report.hpp"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "policies/partition/solvers.hpp"
#include "sim/core/check.hpp"

namespace updraft {
namespace {

using Kind = Objective::Kind;

bool is_input(const LayerNode& layer) { return layer.type == LayerType::input; }

// What is chosen from, each cut once. Of a graph, latency within a budget has none that are best
// for all rates: they are looked for at every rate that is asked about.
std::vector<CandidateCut> candidates_of(const CutSetup& setup, bool chain,
                                        std::optional<Seconds>& at_least) {
  const LayerGraph& graph = setup.graph;
  if (!setup.inside_blocks) return chain_cuts(graph, setup.times);
  auto cuts = graph_cuts(graph, setup.times, setup.objective, setup.costs);
  if (chain || setup.objective.kind != Kind::latency_within) return cuts;
  const auto look_at = [&](BytesPerSecond rate) {
    WithinBudget found =
        latency_within(graph, setup.times, setup.objective.budget, setup.costs, rate);
    join_cuts(cuts, {std::move(found.cut)});
    return found.within ? std::optional(found.at_least) : std::nullopt;
  };
  at_least = look_at(setup.uplink);
  for (const BytesPerSecond rate : setup.sweep) look_at(rate);
  return cuts;
}

// The one that leaves least, or most, on the edge.
std::size_t extreme(const std::vector<CandidateCut>& candidates, bool most) {
  const auto on_edge = [](const CandidateCut& cut) {
    return std::count(cut.on_edge.begin(), cut.on_edge.end(), 1);
  };
  const auto [least_one, most_one] =
      std::minmax_element(candidates.begin(), candidates.end(),
                          [&](const auto& a, const auto& b) { return on_edge(a) < on_edge(b); });
  return static_cast<std::size_t>((most ? most_one : least_one) - candidates.begin());
}

std::vector<CutFigures> rows_of(const CutReport& report) {
  std::vector<std::size_t> cuts = {report.cloud_only, report.edge_only, report.chosen};
  for (const WinningRange& range : report.map) cuts.push_back(range.cut);
  const auto order = [&](std::size_t cut) {
    return std::tuple(report.layers_on_edge(cut), report.candidates[cut].payload, cut);
  };
  std::sort(cuts.begin(), cuts.end(),
            [&](std::size_t a, std::size_t b) { return order(a) < order(b); });
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  std::vector<CutFigures> rows;
  for (const std::size_t cut : cuts) rows.push_back(figures_of(report, cut, report.setup.uplink));
  return rows;
}

}  // namespace

const CutFigures& CutReport::row(std::size_t cut) const {
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const auto& each) { return each.cut == cut; });
  UPDRAFT_CHECK(found != rows.end(), std::to_string(cut));
  return *found;
}

std::string CutReport::name(std::size_t cut) const {
  if (cut == edge_only) return "edge only";
  return cut == cloud_only ? "cloud only" : candidates[cut].after;
}

std::string CutReport::label(std::size_t cut) const {
  const bool whole = cut == edge_only || cut == cloud_only;
  return (whole ? "" : "after ") + name(cut);
}

std::size_t CutReport::layers() const {
  return setup.graph.layers.size() -
         static_cast<std::size_t>(
             std::count_if(setup.graph.layers.begin(), setup.graph.layers.end(), is_input));
}

std::size_t CutReport::layers_on_edge(std::size_t cut) const {
  std::size_t count = 0;
  for (std::size_t v = 0; v < setup.graph.layers.size(); ++v)
    count += candidates[cut].on_edge[v] == 1 && !is_input(setup.graph.layers[v]);
  return count;
}

CutFigures figures_of(const CutReport& report, std::size_t cut, BytesPerSecond rate) {
  const CandidateCut& candidate = report.candidates[cut];
  const CutCosts& costs = report.setup.costs;
  CutFigures out;
  out.cut = cut;
  out.edge = candidate.edge;
  if (candidate.offloads()) {
    if (candidate.payload > Bytes(0)) out.upload = candidate.payload / rate;
    out.cloud = candidate.cloud;
    out.fixed = costs.fixed;
  }
  out.total = latency(candidate, costs, rate);
  out.energy = energy(candidate, costs, rate);
  out.throughput = throughput(candidate, costs, rate);
  return out;
}

double objective_value(const Objective& objective, const CutFigures& figures) {
  switch (objective.kind) {
    case Kind::latency:
    case Kind::latency_within:
      return figures.total.si();
    case Kind::energy:
      return figures.energy.si();
    case Kind::weighted:
      return figures.total.si() + objective.price * figures.energy.si();
    case Kind::throughput:
      return figures.throughput.si();
  }
  return figures.total.si();
}

CutReport report_cuts(CutSetup setup) {
  CutReport out;
  out.setup = std::move(setup);
  out.is_chain = is_chain(out.setup.graph);
  out.candidates = candidates_of(out.setup, out.is_chain, out.at_least);
  name_apart(out.candidates);
  out.edge_only = extreme(out.candidates, true);
  out.cloud_only = extreme(out.candidates, false);
  const RateMap map(out.candidates, out.setup.objective, out.setup.costs);
  out.chosen = map.best_at(out.setup.uplink);
  const auto& pieces = map.pieces();
  for (std::size_t p = 0; p < pieces.size(); ++p) {
    const BytesPerSecond to = p + 1 < pieces.size()
                                  ? pieces[p + 1].from
                                  : BytesPerSecond(std::numeric_limits<double>::infinity());
    out.map.push_back({pieces[p].from, to, pieces[p].cut});
  }
  out.rows = rows_of(out);
  for (const BytesPerSecond rate : out.setup.sweep)
    out.sweep.push_back({rate, figures_of(out, map.best_at(rate), rate),
                         figures_of(out, out.edge_only, rate),
                         figures_of(out, out.cloud_only, rate)});
  return out;
}

}  // namespace updraft
