// The cuts of a graph that are best at some rate. For a cost of the form of linear_cost.hpp every
// cut is a line in x = 1 / B, and the least cost of all cuts is their lower envelope: concave,
// piecewise linear. Two of its lines are known, that of x = 0 and that of x infinite (all on the
// edge, or what sends no byte). Where two known neighbours cross, a min-cut either finds a third
// below them, between which and each of the two the same question is asked, or shows that there is
// none (Eisner and Severance 1976): 2 k + 1 min-cuts for k lines.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "policies/partition/linear_cost.hpp"
#include "policies/partition/solvers.hpp"

namespace updraft {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

class CutSet {
 public:
  CutSet(const LayerGraph& graph, const PartitionTimes& times) : graph_(graph), times_(times) {}

  void add(CandidateCut cut) { cuts_.push_back(std::move(cut)); }

  // All of chain_cuts(). Are they all there are?
  bool add_chain() {
    for (auto& cut : chain_cuts(graph_, times_)) add(std::move(cut));
    return is_chain(graph_);
  }

  // All that are least at some x.
  void add_envelope(const LinearCost& cost) {
    CandidateCut left = least(cost, 0);
    CandidateCut right = least(cost, infinite);
    add_between(left, right, cost);
    add(std::move(left));
    add(std::move(right));
  }

  // Each once; nothing on the edge first, everything on it last.
  std::vector<CandidateCut> take() {
    Assignment none;
    for (const auto& layer : graph_.layers) none.push_back(layer.type == LayerType::input);
    add(candidate(graph_, times_, none));
    add(candidate(graph_, times_, Assignment(none.size(), 1)));
    const auto layers = [](const CandidateCut& cut) {
      return std::count(cut.on_edge.begin(), cut.on_edge.end(), 1);
    };
    std::sort(cuts_.begin(), cuts_.end(), [&](const CandidateCut& a, const CandidateCut& b) {
      const auto of_a = layers(a);
      const auto of_b = layers(b);
      return of_a != of_b ? of_a < of_b : a.on_edge > b.on_edge;
    });
    const auto twice = std::unique(
        cuts_.begin(), cuts_.end(),
        [](const CandidateCut& a, const CandidateCut& b) { return a.on_edge == b.on_edge; });
    cuts_.erase(twice, cuts_.end());
    return std::move(cuts_);
  }

 private:
  CandidateCut least(const LinearCost& cost, double x) const {
    return candidate(graph_, times_, min_cut(graph_, weights_at(x, times_, cost)).on_edge);
  }

  void add_between(const CandidateCut& left, const CandidateCut& right, const LinearCost& cost) {
    const CostLine a = line_of(left, cost);
    const CostLine b = line_of(right, cost);
    if (a.slope <= b.slope) return;
    const double x = (b.at_zero - a.at_zero) / (a.slope - b.slope);
    if (x <= 0) return;
    CandidateCut found = least(cost, x);
    const CostLine c = line_of(found, cost);
    // Slopes strictly between end the search also where rounding has the last word.
    const bool between = b.slope < c.slope && c.slope < a.slope;
    if (!between || c.at(x) >= std::min(a.at(x), b.at(x))) return;
    add_between(left, found, cost);
    add_between(found, right, cost);
    add(std::move(found));
  }

  const LayerGraph& graph_;
  const PartitionTimes& times_;
  std::vector<CandidateCut> cuts_;
};

// What a second of the edge is weighted against one of the cloud, in steps of 2: the link's weight
// is x, which the envelope has all of.
void add_pipelines(double servers, CutSet& cuts) {
  for (int step = -5; step <= 5; ++step) {
    cuts.add_envelope({std::ldexp(1, step), 1.0 / servers, 0, 1, 0});
  }
}

// Prices of a joule in steps of 4 around where time and energy weigh the same, and each alone.
void add_within_budget(const CandidateCut& all, const CutCosts& costs, CutSet& cuts) {
  cuts.add_envelope(linear_cost(1, 0, costs));
  cuts.add_envelope(linear_cost(0, 1, costs));
  const double spent = energy(all, costs, BytesPerSecond(0)).si();
  if (spent <= 0) return;
  for (int step = -3; step <= 3; ++step) {
    cuts.add_envelope(linear_cost(1, std::ldexp(all.edge.si() / spent, 2 * step), costs));
  }
}

// Those that are best at some rate, the first and the last.
std::vector<CandidateCut> winners(std::vector<CandidateCut> cuts, const Objective& objective,
                                  const CutCosts& costs) {
  std::vector<std::uint8_t> stays(cuts.size(), 0);
  stays.front() = stays.back() = 1;
  const RateMap map(cuts, objective, costs);
  for (const auto& piece : map.pieces()) stays[piece.cut] = 1;
  std::vector<CandidateCut> won;
  for (std::size_t k = 0; k < cuts.size(); ++k) {
    if (stays[k] != 0) won.push_back(std::move(cuts[k]));
  }
  return won;
}

}  // namespace

std::vector<CandidateCut> graph_cuts(const LayerGraph& graph, const PartitionTimes& times,
                                     const Objective& objective, const CutCosts& costs) {
  CutSet cuts(graph, times);
  switch (objective.kind) {
    case Objective::Kind::latency:
      cuts.add_envelope(linear_cost(1, 0, costs));
      break;
    case Objective::Kind::energy:
      cuts.add_envelope(linear_cost(0, 1, costs));
      break;
    case Objective::Kind::weighted:
      cuts.add_envelope(linear_cost(1, objective.price, costs));
      break;
    case Objective::Kind::latency_within:
      if (!cuts.add_chain())
        add_within_budget(candidate(graph, times, Assignment(graph.layers.size(), 1)), costs, cuts);
      break;
    case Objective::Kind::throughput:
      if (!cuts.add_chain()) add_pipelines(costs.servers, cuts);
      break;
  }
  return winners(cuts.take(), objective, costs);
}

CandidateCut best_throughput(const LayerGraph& graph, const PartitionTimes& times,
                             const CutCosts& costs, BytesPerSecond rate) {
  const Objective objective{Objective::Kind::throughput, 0, Joules(0)};
  auto cuts = graph_cuts(graph, times, objective, costs);
  return std::move(cuts[RateMap(cuts, objective, costs).best_at(rate)]);
}

}  // namespace updraft
