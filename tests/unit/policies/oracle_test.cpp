// Is the oracle the best router at its budget?
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "recorded.hpp"

using namespace updraft;
using namespace updraft::testing;

namespace {

struct Drawn {
  Recorded test;
  std::vector<std::uint32_t> rows;
  PolicyContext context() const { return {test.menu, test.truth, nullptr, nullptr, rows}; }
};

Drawn drawn(Stream& random, bool repeated) {
  const std::uint64_t n = 1 + random.below(9);
  std::vector<double> q;
  std::vector<std::uint8_t> edge;
  std::vector<std::uint8_t> cloud;
  for (std::uint64_t i = 0; i < n; ++i) {
    q.push_back(static_cast<double>(random.below(6)) / 5);
    edge.push_back(random.uniform() < 0.5);
    cloud.push_back(random.uniform() < 0.7);
  }
  Drawn out{recorded(q, edge, cloud), {}};
  out.rows = once_each(out.test);
  if (repeated) {  // some rows many times, some never
    out.rows.clear();
    const std::uint64_t count = 1 + random.below(20);
    for (std::uint64_t i = 0; i < count; ++i)
      out.rows.push_back(static_cast<std::uint32_t>(random.below(n)));
  }
  return out;
}

std::vector<Decision> oracle(const Drawn& world, double budget) {
  const auto made =
      make(fmt::format("{{name: o, policy: oracle, budget: {:.17g}}}", budget), world.context());
  REQUIRE(made.mistakes == "");
  return decisions(*made.plan, world.test.menu, world.rows);
}

// The most right answers of all 2^n ways to offload recorded samples, with at most `room` offloads.
std::size_t best_of_all_sets(const Drawn& world, std::size_t room) {
  std::size_t best = 0;
  for (std::uint32_t set = 0; set < (1u << world.test.menu.rows); ++set) {
    std::size_t offloaded = 0;
    std::size_t correct = 0;
    for (const std::uint32_t row : world.rows) {
      const bool offloads = (set >> row & 1) != 0;
      offloaded += offloads;
      const auto& truth = world.test.truth;
      correct += (offloads ? truth.cloud_correct : truth.edge_correct)[0][row] != 0;
    }
    if (offloaded <= room) best = std::max(best, correct);
  }
  return best;
}

}  // namespace

TEST_CASE("the oracle offloads only samples that gain, and no more than its budget") {
  // gains: rows 1, 2, 4 (edge wrong, cloud right); 6 samples
  const Drawn world{recorded({0, 0, 0, 0, 0, 0}, {1, 0, 0, 0, 0, 1}, {1, 1, 1, 0, 1, 0}),
                    {0, 1, 2, 3, 4, 5}};
  // budget 1/3: floor(2) = 2 offloads, right = 2 at the edge + 2
  const auto third = oracle(world, 1.0 / 3);
  CHECK(offloads(third) == 2);
  CHECK(right(third, world.test.truth, world.rows) == 4);
  CHECK(offloads(oracle(world, 1.0 / 3 - 0.01)) == 1);
  CHECK(offloads(oracle(world, 0)) == 0);
  // budget 1: the 3 that gain, and the lost one (row 5) stays: 2 + 3
  const auto all = oracle(world, 1);
  CHECK(offloads(all) == 3);
  CHECK(right(all, world.test.truth, world.rows) == 5);
}

TEST_CASE("the oracle is the best of all ways to offload, repeats or not") {
  constexpr std::uint64_t seed = 77;
  Stream random(seed, "oracle");
  for (int trial = 0; trial < 300; ++trial) {
    CAPTURE(seed);
    CAPTURE(trial);
    const Drawn world = drawn(random, trial % 2 == 1);
    const std::size_t room = random.below(world.rows.size() + 1);
    const double budget = static_cast<double>(room) / static_cast<double>(world.rows.size());
    const auto all = oracle(world, budget);
    REQUIRE(offloads(all) <= room);
    REQUIRE(right(all, world.test.truth, world.rows) == best_of_all_sets(world, room));
  }
}

TEST_CASE("without repeats its accuracy is a1 + min(budget, share that gains)") {
  constexpr std::uint64_t seed = 5;
  Stream random(seed, "oracle");
  for (int trial = 0; trial < 100; ++trial) {
    const Drawn world = drawn(random, false);
    std::size_t a1 = 0;
    std::size_t gains = 0;
    for (std::size_t row = 0; row < world.test.menu.rows; ++row) {
      const bool edge = world.test.truth.edge_correct[0][row] != 0;
      a1 += edge;
      gains += !edge && world.test.truth.cloud_correct[0][row] != 0;
    }
    for (std::size_t room = 0; room <= world.rows.size(); ++room) {
      const auto all =
          oracle(world, static_cast<double>(room) / static_cast<double>(world.rows.size()));
      REQUIRE(right(all, world.test.truth, world.rows) == a1 + std::min(room, gains));
    }
  }
}

TEST_CASE("no policy that decides by the sample beats the oracle at its own share of offloads") {
  constexpr std::uint64_t seed = 99;
  Stream random(seed, "oracle");
  for (int trial = 0; trial < 200; ++trial) {
    CAPTURE(seed);
    CAPTURE(trial);
    const Drawn world = drawn(random, trial % 2 == 1);
    for (const std::string entry :
         {"{name: p, policy: always_edge}", "{name: p, policy: always_cloud}",
          "{name: p, policy: threshold, score: q, delta: 0.35}",
          "{name: p, policy: threshold, score: q, delta: 0.8}"}) {
      CAPTURE(entry);
      const auto made = make(entry, world.context());
      const auto other = decisions(*made.plan, world.test.menu, world.rows);
      const auto best = oracle(
          world, static_cast<double>(offloads(other)) / static_cast<double>(world.rows.size()));
      REQUIRE(offloads(best) <= offloads(other));
      REQUIRE(right(best, world.test.truth, world.rows) >=
              right(other, world.test.truth, world.rows));
    }
  }
}

TEST_CASE("without repeats no random coin beats the oracle, either") {
  constexpr std::uint64_t seed = 3;
  Stream random(seed, "oracle");
  for (int trial = 0; trial < 200; ++trial) {
    const Drawn world = drawn(random, false);
    const auto made = make("{name: r, policy: random, offload: 40 %}", world.context());
    const auto coin = decisions(*made.plan, world.test.menu, world.rows, random.bits());
    const auto best =
        oracle(world, static_cast<double>(offloads(coin)) / static_cast<double>(world.rows.size()));
    REQUIRE(right(best, world.test.truth, world.rows) >= right(coin, world.test.truth, world.rows));
  }
}

TEST_CASE("the oracle spreads its offloads over the run") {
  // 1000 samples that all gain, budget 10 %: taken in order, all 100 would lie in the first tenth.
  Drawn world{recorded(std::vector<double>(1000, 0), std::vector<std::uint8_t>(1000, 0),
                       std::vector<std::uint8_t>(1000, 1)),
              {}};
  world.rows = once_each(world.test);
  const auto all = oracle(world, 0.1);
  REQUIRE(offloads(all) == 100);
  const std::vector<Decision> first_half(all.begin(), all.begin() + 500);
  // binomial: 50 +- 4 standard deviations of 5
  CHECK(offloads(first_half) > 30);
  CHECK(offloads(first_half) < 70);
}

TEST_CASE("the oracle says what it did") {
  const Drawn world{recorded({0, 0}, {0, 0}, {1, 1}), {0, 0, 0, 1}};
  // budget 50 % of 4 = 2: row 0 counts 3 and does not fit, row 1 counts 1
  const auto made = make("{name: o, policy: oracle, budget: 50 %}", world.context());
  CHECK(made.plan->note() ==
        "knows the truth: offloads 1 of 4 samples (budget 50 %), 4 would gain");
  CHECK(make("{name: o, policy: oracle, budget: 2}", world.context()).mistakes ==
        "p.yaml:1:35: policies[0].budget = 2; expected a fraction, such as 0.9 or 90 %, in [0, 1]");
}

TEST_CASE("the oracle fills a large budget with repeats to the last offload that fits") {
  // 3000 samples replayed twice, 1000 three times, all gain; room 5001 = 3 * 1667 - 0: odd sums
  // need an odd number of threes: 1 * 3 + 2499 * 2 = 5001
  Drawn world{recorded(std::vector<double>(4000, 0), std::vector<std::uint8_t>(4000, 0),
                       std::vector<std::uint8_t>(4000, 1)),
              {}};
  for (std::uint32_t row = 0; row < 4000; ++row) {
    world.rows.insert(world.rows.end(), row < 3000 ? 2 : 3, row);
  }
  CHECK(offloads(oracle(world, 5001.0 / 9000)) == 5001);
}
