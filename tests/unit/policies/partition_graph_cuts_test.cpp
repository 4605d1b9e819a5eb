// Does the set of cuts that a graph's solver hands out hold the best one at any rate, nothing that
// never wins, and do its answers obey the laws?
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <ctime>
#include <limits>

#include "policies/partition/linear_cost.hpp"
#include "tests/unit/policies/partition_graphs.hpp"

using namespace updraft;
using namespace updraft::partition_test;

namespace {

using Kind = Objective::Kind;

LinearCost cost_of(const Objective& objective, const CutCosts& costs) {
  if (objective.kind == Kind::energy) return linear_cost(0, 1, costs);
  return linear_cost(1, objective.kind == Kind::weighted ? objective.price : 0, costs);
}

// Every one-way assignment.
std::vector<CandidateCut> all_cuts(const LayerGraph& graph, const PartitionTimes& times) {
  const std::size_t n = graph.layers.size();
  std::vector<CandidateCut> cuts;
  Assignment cut(n);
  for (unsigned bits = 0; bits < 1u << n; ++bits) {
    for (std::size_t v = 0; v < n; ++v) cut[v] = bits >> v & 1u;
    if (is_cut(graph, cut, false)) cuts.push_back(candidate(graph, times, cut));
  }
  return cuts;
}

double ratio(double of, double to) { return of == to ? 1 : of / to; }

}  // namespace

TEST_CASE("latency, energy, a weighted sum: the best cut at any rate is among them") {
  constexpr std::uint64_t seed = 631;
  INFO("seed ", seed);
  Stream random(seed, "graph cuts");
  for (int trial = 0; trial < 300; ++trial) {
    CAPTURE(trial);
    const Numbers numbers = trial % 2 == 0 ? Numbers::small_whole : Numbers::real;
    const bool small = trial % 3 > 0;
    const LayerGraph graph = random_graph(random, small ? 3 + random.below(8) : 30);
    const PartitionTimes times = random_times(random, numbers, graph);
    const CutCosts costs = random_costs(random);
    const Kind kind = std::array{Kind::latency, Kind::energy, Kind::weighted}[trial % 3];
    const Objective objective{kind, random.uniform(), {}};
    const LinearCost cost = cost_of(objective, costs);
    const auto cuts = graph_cuts(graph, times, objective, costs);
    const RateMap map(cuts, objective, costs);
    for (int k = 0; k < 20; ++k) {
      const double x = k == 0 ? 0 : std::exp(12 * (random.uniform() - 0.5));
      const CandidateCut& best = cuts[map.best_at(BytesPerSecond(1 / x))];
      const double found = line_of(best, cost).at(x);
      const CutWeights weights = weights_at(x, times, cost);
      CHECK(found == doctest::Approx(min_cut(graph, weights).cost).epsilon(1e-11));
      if (small) CHECK(found == doctest::Approx(best_of_all(graph, weights).cost).epsilon(1e-11));
    }
  }
}

TEST_CASE("nothing on the edge comes first, everything last; each cut once; the others all win") {
  constexpr std::uint64_t seed = 632;
  INFO("seed ", seed);
  Stream random(seed, "envelope");
  std::size_t inside = 0;
  for (int trial = 0; trial < 200; ++trial) {
    CAPTURE(trial);
    const LayerGraph graph = random_graph(random, 4 + random.below(40));
    const PartitionTimes times = random_times(random, Numbers::real, graph);
    const CutCosts costs = random_costs(random);
    for (const Kind kind :
         {Kind::latency, Kind::energy, Kind::weighted, Kind::latency_within, Kind::throughput}) {
      const Objective objective{kind, 0.2, Joules(5)};
      const auto cuts = graph_cuts(graph, times, objective, costs);
      REQUIRE(cuts.size() >= 2);
      CHECK(cuts.front().after == "input");
      CHECK(cuts.back().after == "output");
      for (std::size_t a = 0; a < cuts.size(); ++a) {
        for (std::size_t b = 0; b < a; ++b) CHECK(cuts[a].on_edge != cuts[b].on_edge);
      }
      std::vector<std::uint8_t> wins(cuts.size(), 0);
      const RateMap map(cuts, objective, costs);
      for (const auto& piece : map.pieces()) wins[piece.cut] = 1;
      for (std::size_t k = 1; k + 1 < cuts.size(); ++k) CHECK(wins[k] == 1);
      inside += cuts.size() - 2;
    }
  }
  CHECK(inside > 300);
}

TEST_CASE("bytes of the best cut never grow as the rate falls") {
  constexpr std::uint64_t seed = 633;
  INFO("seed ", seed);
  Stream random(seed, "bytes");
  for (int trial = 0; trial < 200; ++trial) {
    CAPTURE(trial);
    const std::uint64_t n = 4 + random.below(40);
    const LayerGraph graph = trial % 2 == 0 ? chain(n) : random_graph(random, n);
    const PartitionTimes times = random_times(random, Numbers::real, graph);
    const LinearCost cost = linear_cost(1, 0, random_costs(random));
    Bytes last(std::numeric_limits<double>::infinity());
    for (double x = 1e-4; x < 1e4; x *= 3) {
      const CandidateCut best =
          candidate(graph, times, min_cut(graph, weights_at(x, times, cost)).on_edge);
      CHECK(best.payload <= last);
      last = best.payload;
    }
  }
}

TEST_CASE("a chain's graph cuts are those of its positions that win") {
  constexpr std::uint64_t seed = 634;
  INFO("seed ", seed);
  Stream random(seed, "chains");
  for (int trial = 0; trial < 100; ++trial) {
    CAPTURE(trial);
    const LayerGraph graph = chain(3 + random.below(40));
    const PartitionTimes times = random_times(random, Numbers::real, graph);
    const CutCosts costs = random_costs(random);
    const auto of_chain = chain_cuts(graph, times);
    const auto of_graph = graph_cuts(graph, times, {}, costs);
    const RateMap chains(of_chain, {}, costs);
    const RateMap graphs(of_graph, {}, costs);
    REQUIRE(chains.pieces().size() == graphs.pieces().size());
    for (std::size_t p = 0; p < chains.pieces().size(); ++p) {
      CHECK(chains.pieces()[p].from.si() ==
            doctest::Approx(graphs.pieces()[p].from.si()).epsilon(1e-9));
      CHECK(of_chain[chains.pieces()[p].cut].payload == of_graph[graphs.pieces()[p].cut].payload);
    }
  }
}

TEST_CASE("throughput: exact for chains; for graphs rarely far from all assignments") {
  constexpr std::uint64_t seed = 635;
  INFO("seed ", seed);
  Stream random(seed, "throughput");
  int exact = 0;
  int graphs = 0;
  double worst = 1;
  for (int trial = 0; trial < 400; ++trial) {
    CAPTURE(trial);
    const bool is_chain = trial % 4 == 0;
    const std::uint64_t n = 3 + random.below(8);
    const LayerGraph graph = is_chain ? chain(n) : random_graph(random, n);
    const PartitionTimes times = random_times(random, Numbers::real, graph);
    const CutCosts costs = random_costs(random);
    const BytesPerSecond rate(std::exp(4 * (random.uniform() - 0.5)));
    const CandidateCut found = best_throughput(graph, times, costs, rate);
    Hertz best(0);
    for (const auto& cut : all_cuts(graph, times))
      best = std::max(best, throughput(cut, costs, rate));
    const double loss = ratio(best.si(), throughput(found, costs, rate).si());
    CHECK(loss >= 1 - 1e-12);
    if (is_chain) {
      CHECK(loss < 1 + 1e-12);
      continue;
    }
    ++graphs;
    exact += loss < 1 + 1e-12;
    worst = std::max(worst, loss);
  }
  MESSAGE("throughput of graphs: exact ", exact, " of ", graphs, ", worst ",
          fmt::format("{:.3f}", worst));
  CHECK(exact > 0.8 * graphs);
  CHECK(worst < 2);  // DADS proves 3
}

TEST_CASE("an energy budget: bound <= best of all <= found; exact for chains") {
  constexpr std::uint64_t seed = 636;
  INFO("seed ", seed);
  Stream random(seed, "budget");
  int binding = 0;
  int exact = 0;
  double worst = 1;
  double loosest = 1;
  for (int trial = 0; trial < 2400; ++trial) {
    CAPTURE(trial);
    const bool is_chain = trial % 4 == 0;
    const std::uint64_t n = 3 + random.below(8);
    const LayerGraph graph = is_chain ? chain(n) : random_graph(random, n);
    const PartitionTimes times = random_times(random, Numbers::real, graph);
    const CutCosts costs = random_costs(random);
    const BytesPerSecond rate(std::exp(4 * (random.uniform() - 0.5)));
    const auto cuts = all_cuts(graph, times);
    double least_energy = std::numeric_limits<double>::infinity();
    double of_fastest = 0;
    double fastest = std::numeric_limits<double>::infinity();
    for (const auto& cut : cuts) {
      const double joules = energy(cut, costs, rate).si();
      least_energy = std::min(least_energy, joules);
      if (latency(cut, costs, rate).si() >= fastest) continue;
      fastest = latency(cut, costs, rate).si();
      of_fastest = joules;
    }
    // Around where it binds: from below the least energy to above the fastest cut's.
    const double budget =
        least_energy + (of_fastest - least_energy) * (1.2 * random.uniform() - 0.1);
    double best = std::numeric_limits<double>::infinity();
    for (const auto& cut : cuts) {
      if (energy(cut, costs, rate).si() <= budget)
        best = std::min(best, latency(cut, costs, rate).si());
    }
    const WithinBudget found = latency_within(graph, times, Joules(budget), costs, rate);
    const double joules = energy(found.cut, costs, rate).si();
    CHECK(found.within == std::isfinite(best));
    if (!found.within) {
      CHECK(joules == doctest::Approx(least_energy).epsilon(1e-12));
      CHECK(std::isinf(found.at_least.si()));
      continue;
    }
    const double time = latency(found.cut, costs, rate).si();
    CHECK(joules <= budget);
    CHECK(found.at_least.si() <= best * (1 + 1e-12));
    CHECK(best <= time);
    if (is_chain) CHECK(time == best);
    if (budget >= of_fastest) CHECK(time == doctest::Approx(fastest).epsilon(1e-12));
    if (is_chain || budget >= of_fastest) continue;
    ++binding;
    exact += time == best;
    worst = std::max(worst, ratio(time, best));
    loosest = std::max(loosest, ratio(time, found.at_least.si()));
  }
  MESSAGE("budget on graphs: exact ", exact, " of ", binding, " that bind, worst ",
          fmt::format("{:.3f} times the best, {:.3f} times the bound", worst, loosest));
  CHECK(binding > 200);
  CHECK(exact > 0.7 * binding);
  CHECK(worst < 3);
}

TEST_CASE("with no link at all a budget leaves the edge alone") {
  const LayerGraph graph = chain(4);
  PartitionTimes times;
  for (const double edge : {0, 2, 2, 2}) times.edge.emplace_back(edge);
  times.cloud.assign(4, Seconds(0.1));
  times.payload.assign(4, Bytes(10));
  CutCosts costs;
  costs.busy = Watts(3);
  costs.idle = Watts(1);
  const BytesPerSecond none(0);
  const WithinBudget kept = latency_within(graph, times, Joules(18), costs, none);  // 3 * 2 s * 3 W
  CHECK(kept.within);
  CHECK(kept.cut.after == "output");
  CHECK(kept.at_least == Seconds(6));
  CHECK_FALSE(latency_within(graph, times, Joules(17.9), costs, none).within);
  CHECK(best_throughput(graph, times, costs, none).after == "output");
}

TEST_CASE("all cuts of a network of ResNet-101's size, for every objective, in a moment") {
  Stream random(637, "network");
  const LayerGraph graph = residual_network(33, 3);
  const PartitionTimes times = network_times(random, graph);
  CutCosts costs;
  costs.fixed = Seconds(0.03);
  costs.busy = Watts(6);
  costs.idle = Watts(3);
  costs.send = Watts(1);
  costs.servers = 4;
  for (const Kind kind :
       {Kind::latency, Kind::energy, Kind::weighted, Kind::latency_within, Kind::throughput}) {
    const Objective objective{kind, 0.2, Joules(0.5)};
    const std::clock_t begun = std::clock();
    const auto cuts = graph_cuts(graph, times, objective, costs);
    const RateMap map(cuts, objective, costs);
    const auto took = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
    MESSAGE(graph.layers.size(), " layers, objective ", static_cast<int>(kind), ": ", cuts.size(),
            " cuts, ", map.pieces().size(), fmt::format(" pieces, {:.1f} ms", 1e3 * took));
    CHECK(took < 4);
  }
}
