// Least T with E <= b. Of the lines T + lambda E every cut is a point (E, T), and min-cuts find the
// points of their lower left hull:
//   at_least = max over lambda >= 0 of min over cuts of (T + lambda E) - lambda b               (1)
// which is where the hull passes b. The search holds two points of the hull, one within the budget
// and one not, and asks for a third below the line through both until there is none.
#include <algorithm>
#include <limits>
#include <utility>

#include "policies/partition/linear_cost.hpp"
#include "policies/partition/solvers.hpp"

namespace updraft {
namespace {

struct Point {
  CandidateCut cut;
  double energy;
  double time;
};

class Search {
 public:
  Search(const LayerGraph& graph, const PartitionTimes& times, const CutCosts& costs,
         BytesPerSecond rate)
      : graph_(graph), times_(times), costs_(costs), rate_(rate) {}

  Point point(CandidateCut cut) const {
    const double energy = updraft::energy(cut, costs_, rate_).si();
    const double time = latency(cut, costs_, rate_).si();
    return {std::move(cut), energy, time};
  }
  // The least of time T + energy E.
  Point least(double time, double energy) const {
    const LinearCost cost = linear_cost(time, energy, costs_);
    const double x = 1 / rate_.si();
    return point(candidate(graph_, times_, min_cut(graph_, weights_at(x, times_, cost)).on_edge));
  }

 private:
  const LayerGraph& graph_;
  const PartitionTimes& times_;
  const CutCosts& costs_;
  BytesPerSecond rate_;
};

}  // namespace

WithinBudget latency_within(const LayerGraph& graph, const PartitionTimes& times, Joules budget,
                            const CutCosts& costs, BytesPerSecond rate) {
  const double b = budget.si();
  const Search search(graph, times, costs, rate);
  Point over = search.least(1, 0);
  if (over.energy <= b) return {over.cut, true, Seconds(over.time)};
  Point within = search.least(0, 1);
  if (within.energy > b)
    return {within.cut, false, Seconds(std::numeric_limits<double>::infinity())};

  Point best = within;
  const auto look_at = [&](const Point& point) {
    if (point.energy <= b && point.time < best.time) best = point;
  };
  for (auto& cut : chain_cuts(graph, times)) look_at(search.point(std::move(cut)));
  double at_least = over.time;
  while (true) {
    const double lambda = (within.time - over.time) / (over.energy - within.energy);
    if (!(lambda > 0)) break;  // as fast within the budget
    Point next = search.least(1, lambda);
    look_at(next);
    at_least = std::max(at_least, next.time + lambda * (next.energy - b));  // (1)
    const double line = over.time + lambda * over.energy;
    if (next.time + lambda * next.energy >= line * (1 - 1e-13)) break;
    (next.energy <= b ? within : over) = std::move(next);
  }
  return {best.cut, true, Seconds(std::min(at_least, best.time))};
}

}  // namespace updraft
