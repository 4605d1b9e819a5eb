// A walk from x = 0 to infinity, x = 1 / B. Two cuts change places at a few x alone (`turns`), and
// between those one of them is better throughout. From the best cut of where the walk stands, the
// next date at which another beats it is thus the least such x of all pairs with it. Exact but for
// the rounding of those x: no grid, no tolerance on costs.
#include "policies/partition/rate_map.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "policies/partition/linear_cost.hpp"
#include "sim/core/check.hpp"

namespace updraft {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

class Contest {
 public:
  Contest(const std::vector<CandidateCut>& cuts, const Objective& objective, const CutCosts& costs)
      : cuts_(cuts), kind_(objective.kind), budget_(objective.budget.si()) {
    const bool weighted = kind_ == Objective::Kind::weighted;
    const LinearCost time = linear_cost(1, weighted ? objective.price : 0, costs);
    const LinearCost energy = linear_cost(0, 1, costs);
    for (const auto& cut : cuts) {
      Lines lines{line_of(cut, time), line_of(cut, energy), {}, 0};
      lines.stages = std::max(cut.edge.si(), cut.cloud.si() / costs.servers);
      lines.upload = {0, cut.offloads() ? cut.payload.si() : 0};
      lines_.push_back(lines);
    }
  }

  // Is cut i better than j at x? Never both ways round.
  bool beats(std::size_t i, std::size_t j, double x) const {
    const Rank a = rank(i, x);
    const Rank b = rank(j, x);
    if (a.first != b.first) return a.first < b.first;
    if (a.second != b.second) return a.second < b.second;
    if (cuts_[i].payload != cuts_[j].payload) return cuts_[i].payload < cuts_[j].payload;
    const auto layers = [this](std::size_t cut) {
      return std::count(cuts_[cut].on_edge.begin(), cuts_[cut].on_edge.end(), 1);
    };
    return layers(i) != layers(j) ? layers(i) < layers(j) : i < j;
  }

  // Above x, does j ever beat i, and from where on? Infinite if not. At x itself and just above it
  // i is better.
  double beaten_from(std::size_t i, std::size_t j, double x) const {
    std::array<double, 6> turns = this->turns(i, j);
    std::sort(turns.begin(), turns.end());
    for (std::size_t k = 0; k < turns.size() && turns[k] < infinite; ++k) {
      if (turns[k] <= x || (k + 1 < turns.size() && turns[k + 1] == turns[k])) continue;
      if (beats(j, i, between(turns[k], k + 1 < turns.size() ? turns[k + 1] : infinite)))
        return turns[k];
    }
    return infinite;
  }

  // The best just above x.
  std::size_t best_above(double x) const {
    std::size_t best = 0;
    for (std::size_t j = 1; j < cuts_.size(); ++j) {
      double end = infinite;
      for (const double turn : turns(best, j)) {
        if (turn > x) end = std::min(end, turn);
      }
      if (beats(j, best, between(x, end))) best = j;
    }
    return best;
  }

 private:
  struct Lines {
    CostLine time;  // or the weighted sum
    CostLine energy;
    CostLine upload;    // seconds of the link
    double stages = 0;  // seconds of the busier of the two machines
  };
  struct Rank {  // less is better
    double first;
    double second;
  };

  Rank rank(std::size_t i, double x) const {
    const Lines& line = lines_[i];
    switch (kind_) {
      case Objective::Kind::latency:
      case Objective::Kind::weighted:
        return {line.time.at(x), 0};
      case Objective::Kind::energy:
        return {line.energy.at(x), line.time.at(x)};
      case Objective::Kind::latency_within:
        return x <= last_within(i) ? Rank{0, line.time.at(x)} : Rank{1, line.energy.at(x)};
      case Objective::Kind::throughput:
        break;
    }
    return {std::max(line.stages, line.upload.at(x)), line.time.at(x)};
  }

  // Every x > 0 at which the order of i and j may change; the rest infinite.
  std::array<double, 6> turns(std::size_t i, std::size_t j) const {
    const Lines& a = lines_[i];
    const Lines& b = lines_[j];
    switch (kind_) {
      case Objective::Kind::latency:
      case Objective::Kind::weighted:
        return {crossing(a.time, b.time), infinite, infinite, infinite, infinite, infinite};
      case Objective::Kind::energy:
        return {crossing(a.energy, b.energy),
                crossing(a.time, b.time),
                infinite,
                infinite,
                infinite,
                infinite};
      case Objective::Kind::latency_within:
        return {crossing(a.time, b.time),
                crossing(a.energy, b.energy),
                last_within(i),
                last_within(j),
                infinite,
                infinite};
      case Objective::Kind::throughput:
        break;
    }
    const CostLine busy_a{a.stages, 0};
    const CostLine busy_b{b.stages, 0};
    return {crossing(a.time, b.time),   crossing(busy_a, a.upload), crossing(busy_a, b.upload),
            crossing(busy_b, a.upload), crossing(busy_b, b.upload), infinite};
  }

  static double crossing(const CostLine& a, const CostLine& b) {
    if (a.slope == b.slope) return infinite;
    const double x = (b.at_zero - a.at_zero) / (a.slope - b.slope);
    return x > 0 ? x : infinite;
  }
  // Up to this x it keeps the budget; -1 if never.
  double last_within(std::size_t i) const {
    const CostLine& energy = lines_[i].energy;
    if (energy.at_zero > budget_) return -1;
    return energy.slope > 0 ? (budget_ - energy.at_zero) / energy.slope : infinite;
  }
  static double between(double from, double to) {
    if (to < infinite) return from + (to - from) / 2;
    return from > 0 ? 2 * from : 1;
  }

  const std::vector<CandidateCut>& cuts_;
  Objective::Kind kind_;
  double budget_;
  std::vector<Lines> lines_;
};

}  // namespace

RateMap::RateMap(const std::vector<CandidateCut>& candidates, const Objective& objective,
                 const CutCosts& costs) {
  UPDRAFT_CHECK(!candidates.empty(), "no candidate");
  const Contest contest(candidates, objective, costs);
  double x = 0;
  std::size_t best = contest.best_above(x);
  while (true) {
    double next = infinite;
    for (std::size_t j = 0; j < candidates.size(); ++j) {
      if (j != best) next = std::min(next, contest.beaten_from(best, j, x));
    }
    if (next == infinite) break;
    const std::size_t after = contest.best_above(next);
    // Cuts that all cross in one point come apart by rounding alone: no pieces of their own.
    if (after != best && next > x * (1 + 1e-12))
      pieces_.push_back({BytesPerSecond(1 / next), best});
    x = next;
    best = after;
  }
  pieces_.push_back({BytesPerSecond(0), best});
  std::reverse(pieces_.begin(), pieces_.end());
}

std::size_t RateMap::best_at(BytesPerSecond rate) const {
  const auto above =
      std::upper_bound(pieces_.begin() + 1, pieces_.end(), rate,
                       [](BytesPerSecond value, const Piece& piece) { return value < piece.from; });
  return std::prev(above)->cut;
}

}  // namespace updraft
