// Are the cuts of a chain all there, and those of a graph where it is one tensor wide? Does a
// candidate cost what its assignment costs?
#include <doctest/doctest.h>

#include "policies/partition/linear_cost.hpp"
#include "tests/unit/policies/partition_graphs.hpp"

using namespace updraft;
using namespace updraft::partition_test;

namespace {

PartitionTimes unit_times(std::size_t n) {
  PartitionTimes times;
  for (std::size_t v = 0; v < n; ++v) {
    times.edge.emplace_back(v == 0 ? 0 : 10);
    times.cloud.emplace_back(v == 0 ? 0 : 1);
    times.payload.emplace_back(100 * (static_cast<double>(v) + 1));
  }
  return times;
}

std::vector<std::string> names(const std::vector<CandidateCut>& cuts) {
  std::vector<std::string> out;
  for (const auto& cut : cuts) out.push_back(cut.after);
  return out;
}

}  // namespace

TEST_CASE("a chain of n layers has n + 1 cuts, from nothing on the edge to everything") {
  const LayerGraph graph = chain(5);  // an input and 4 layers
  const auto cuts = chain_cuts(graph, unit_times(5));
  CHECK(names(cuts) == std::vector<std::string>{"input", "v1", "v2", "v3", "output"});
  for (std::size_t k = 0; k < 5; ++k) {
    const double on_edge = static_cast<double>(k);
    CHECK(cuts[k].edge == Seconds(10 * on_edge));
    CHECK(cuts[k].cloud == Seconds(4 - on_edge));
    CHECK(cuts[k].payload == Bytes(k == 4 ? 0 : 100 * (on_edge + 1)));
    CHECK(cuts[k].tensors == (k == 4 ? 0 : 1));
    CHECK(cuts[k].offloads() == (k < 4));
  }
}

TEST_CASE("a graph is cut where one tensor alone crosses, not inside its blocks") {
  // x -> a -> b, c = a + b, d reads c: one block, from a to c. Inside it a and b cross.
  LayerGraph graph;
  const LayerId x = add_layer(graph, {});
  const LayerId a = add_layer(graph, {x});
  const LayerId b = add_layer(graph, {a});
  const LayerId c = add_layer(graph, {a, b});
  graph.outputs = {add_layer(graph, {c})};
  CHECK(names(chain_cuts(graph, unit_times(5))) ==
        std::vector<std::string>{"input", "v1", "v3", "output"});
  const CandidateCut inside = candidate(graph, unit_times(5), {1, 1, 1, 0, 0});
  CHECK(inside.after == "v1+v2");
  CHECK(inside.tensors == 2);
  CHECK(inside.payload == Bytes(200 + 300));
  CHECK(inside.edge == Seconds(20));
  CHECK(inside.cloud == Seconds(2));
}

TEST_CASE("an input that many read is billed once; several inputs are billed each") {
  LayerGraph one;
  const LayerId x = add_layer(one, {});
  const LayerId left = add_layer(one, {x});
  const LayerId right = add_layer(one, {x});
  one.outputs = {add_layer(one, {left, right})};
  const auto cuts = chain_cuts(one, unit_times(4));
  CHECK(names(cuts) == std::vector<std::string>{"input", "output"});
  CHECK(cuts[0].payload == Bytes(100));
  CHECK(cuts[0].tensors == 1);

  LayerGraph two;  // the second input stands after a layer: it is on the edge from the start
  const LayerId y = add_layer(two, {});
  const LayerId of_y = add_layer(two, {y});
  const LayerId z = add_layer(two, {});
  const LayerId sum = add_layer(two, {of_y, z});
  two.outputs = {add_layer(two, {sum})};
  const auto of_two = chain_cuts(two, unit_times(5));
  CHECK(names(of_two) == std::vector<std::string>{"input", "v3", "output"});
  CHECK(of_two[0].payload == Bytes(100 + 300));
  CHECK(of_two[0].tensors == 2);
}

TEST_CASE("after an output, and after what nobody reads, no layer is on all paths") {
  LayerGraph graph = chain(5);
  graph.outputs = {2, 4};
  CHECK(names(chain_cuts(graph, unit_times(5))) ==
        std::vector<std::string>{"input", "v1", "v2", "output"});
  LayerGraph dead = chain(3);
  add_layer(dead, {2});
  dead.outputs = {add_layer(dead, {2})};  // v3 is read by nobody
  CHECK(names(chain_cuts(dead, unit_times(5))) ==
        std::vector<std::string>{"input", "v1", "v2", "output"});
}

TEST_CASE("of 300 random chains the best of all positions is the min-cut") {
  constexpr std::uint64_t seed = 621;
  INFO("seed ", seed);
  Stream random(seed, "chains");
  for (int trial = 0; trial < 300; ++trial) {
    CAPTURE(trial);
    const Numbers numbers = trial % 2 == 0 ? Numbers::small_whole : Numbers::real;
    const LayerGraph graph = chain(2 + random.below(30));
    const PartitionTimes times = random_times(random, numbers, graph);
    const LinearCost cost = linear_cost(1, random.below(2) == 0 ? 0 : 0.5, random_costs(random));
    const double x = std::exp(4 * (random.uniform() - 0.5));
    double least = 1e300;
    for (const auto& cut : chain_cuts(graph, times))
      least = std::min(least, line_of(cut, cost).at(x));
    CHECK(min_cut(graph, weights_at(x, times, cost)).cost == doctest::Approx(least).epsilon(1e-12));
  }
}

TEST_CASE("a candidate's T and E are the cut costs of their weights, at any rate, of any graph") {
  constexpr std::uint64_t seed = 622;
  INFO("seed ", seed);
  Stream random(seed, "decomposition");
  for (int trial = 0; trial < 500; ++trial) {
    CAPTURE(trial);
    const LayerGraph graph = random_graph(random, 3 + random.below(10));
    const std::size_t n = graph.layers.size();
    const PartitionTimes times = random_times(random, Numbers::real, graph);
    const CutCosts costs = random_costs(random);
    const BytesPerSecond rate(std::exp(6 * (random.uniform() - 0.5)));
    const double x = 1 / rate.si();
    // A random down-set: the layers that random weights put on the edge.
    const Assignment on_edge =
        min_cut(graph, random_weights(random, Numbers::real, n, false)).on_edge;
    const CandidateCut cut = candidate(graph, times, on_edge);
    const double time = latency(cut, costs, rate).si();
    const double joules = energy(cut, costs, rate).si();
    const auto cost_of = [&](double of_time, double of_energy) {
      return cut_cost(graph, weights_at(x, times, linear_cost(of_time, of_energy, costs)), on_edge);
    };
    CHECK(cost_of(1, 0) == doctest::Approx(time).epsilon(1e-12));
    CHECK(cost_of(0, 1) == doctest::Approx(joules).epsilon(1e-12));
    CHECK(cost_of(1, 0.3) == doctest::Approx(time + 0.3 * joules).epsilon(1e-12));
    CHECK(line_of(cut, linear_cost(1, 0.3, costs)).at(x) ==
          doctest::Approx(time + 0.3 * joules).epsilon(1e-12));
    // With one output the reply's arc says the same as the once-only offload.
    if (graph.outputs.size() != 1) continue;
    CutWeights replied = weights_at(x, times, linear_cost(1, 0, costs));
    replied.offload = 0;
    replied.reply.assign(n, costs.fixed.si());
    CHECK(cut_cost(graph, replied, on_edge) == doctest::Approx(time).epsilon(1e-12));
  }
}

TEST_CASE("at rate 0 what has bytes takes for ever, an empty tensor and the edge do not") {
  const LayerGraph graph = chain(3);
  PartitionTimes times = unit_times(3);
  times.payload[1] = Bytes(0);
  const auto cuts = chain_cuts(graph, times);
  CutCosts costs;
  costs.fixed = Seconds(5);
  costs.busy = Watts(2);
  const BytesPerSecond none(0);
  CHECK(std::isinf(latency(cuts[0], costs, none).si()));
  CHECK(latency(cuts[1], costs, none) == Seconds(10 + 5 + 1));
  CHECK(latency(cuts[2], costs, none) == Seconds(20));
  CHECK(energy(cuts[0], costs, none) == Joules(0));  // no watt while it waits or sends
  CHECK(energy(cuts[2], costs, none) == Joules(40));
  CHECK(throughput(cuts[0], costs, none) == Hertz(0));
  CHECK(throughput(cuts[2], costs, none).si() == doctest::Approx(1. / 20));
}
