// Does the map name the best cut at every rate, both sides of each border, whatever it is to be
// best at? The answer is held against all candidates at that very rate.
#include "policies/partition/rate_map.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <chrono>
#include <limits>

#include "tests/unit/policies/partition_graphs.hpp"

using namespace updraft;
using namespace updraft::partition_test;

namespace {

using Kind = Objective::Kind;

CandidateCut cut_of(double edge, double cloud, double bytes, std::uint8_t layers) {
  CandidateCut cut;
  cut.edge = Seconds(edge);
  cut.cloud = Seconds(cloud);
  cut.payload = Bytes(bytes);
  cut.tensors = cloud > 0 ? 1 : 0;
  cut.on_edge.assign(layers, 1);
  return cut;
}

// What is least, and then least, of a cut at a rate, from (1), (2) and (3) of candidate_cut.hpp.
struct Rank {
  double first;
  double second;
};
Rank rank(const CandidateCut& cut, const Objective& objective, const CutCosts& costs,
          BytesPerSecond rate) {
  const double time = latency(cut, costs, rate).si();
  const double joules = energy(cut, costs, rate).si();
  switch (objective.kind) {
    case Kind::latency:
      return {time, 0};
    case Kind::energy:
      return {joules, 0};
    case Kind::weighted:
      return {time + objective.price * joules, 0};
    case Kind::latency_within:
      return joules <= objective.budget.si() ? Rank{0, time} : Rank{1, joules};
    case Kind::throughput:
      break;
  }
  return {1 / throughput(cut, costs, rate).si(), time};
}

// Is b better than a by more than rounding? Then a map that says a is wrong.
bool clearly_better(Rank b, Rank a) {
  constexpr double rounding = 1e-11;
  if (b.first < a.first * (1 - rounding)) return true;
  return b.first == a.first && b.second < a.second * (1 - rounding);
}

int wrong_answers(const std::vector<CandidateCut>& cuts, const Objective& objective,
                  const CutCosts& costs, const RateMap& map, BytesPerSecond rate) {
  int wrong = 0;
  const Rank chosen = rank(cuts[map.best_at(rate)], objective, costs, rate);
  for (const auto& cut : cuts) wrong += clearly_better(rank(cut, objective, costs, rate), chosen);
  return wrong;
}

}  // namespace

TEST_CASE("three cuts by hand: who wins where, and the borders") {
  // At x = 1/B: 1 + 8 x, 3 + 4 x, 9. The first two cross at 4 x = 2, B = 2; the last two at
  // 4 x = 6, B = 2/3.
  const std::vector<CandidateCut> cuts = {cut_of(0, 1, 8, 1), cut_of(2, 1, 4, 2),
                                          cut_of(9, 0, 0, 3)};
  const RateMap map(cuts, {}, {});
  REQUIRE(map.pieces().size() == 3);
  CHECK(map.pieces()[0].from == BytesPerSecond(0));
  CHECK(map.pieces()[0].cut == 2);
  CHECK(map.pieces()[1].from.si() == doctest::Approx(2. / 3).epsilon(1e-15));
  CHECK(map.pieces()[1].cut == 1);
  CHECK(map.pieces()[2].from == BytesPerSecond(2));
  CHECK(map.pieces()[2].cut == 0);
  CHECK(map.best_at(BytesPerSecond(0)) == 2);
  CHECK(map.best_at(BytesPerSecond(0.66)) == 2);
  CHECK(map.best_at(BytesPerSecond(0.67)) == 1);
  CHECK(map.best_at(BytesPerSecond(1.99)) == 1);
  CHECK(map.best_at(BytesPerSecond(2)) == 0);
  CHECK(map.best_at(BytesPerSecond(std::numeric_limits<double>::infinity())) == 0);
}

TEST_CASE("a cut above the envelope never wins; one alone wins everywhere") {
  // 6 + 6 x lies above the crossing of 1 + 8 x and 9 - 0 x at x = 1, cost 9.
  const std::vector<CandidateCut> cuts = {cut_of(0, 1, 8, 1), cut_of(5, 1, 6, 2),
                                          cut_of(9, 0, 0, 3)};
  CHECK(RateMap(cuts, {}, {}).pieces().size() == 2);
  const RateMap alone({cuts[1]}, {}, {});
  CHECK(alone.pieces().size() == 1);
  CHECK(alone.best_at(BytesPerSecond(0)) == 0);
}

TEST_CASE("of equal cuts the one with fewer bytes, then the one with fewer layers on the edge") {
  CutCosts costs;
  costs.servers = 2;
  // Busiest stage 4 for the first three at high rates, T at x = 0: 8, 8, 8.
  const std::vector<CandidateCut> cuts = {cut_of(4, 4, 6, 3), cut_of(4, 4, 5, 4),
                                          cut_of(4, 4, 5, 2)};
  for (const Kind kind : {Kind::latency, Kind::throughput}) {
    CHECK(RateMap(cuts, {kind, 0, Joules(0)}, costs).pieces().size() == 1);
    CHECK(RateMap(cuts, {kind, 0, Joules(0)}, costs).best_at(BytesPerSecond(1)) == 2);
  }
  // As many per second, but one is faster: 4 + 1 < 4 + 4.
  const RateMap map({cut_of(4, 4, 1, 1), cut_of(4, 1, 1, 2)}, {Kind::throughput, 0, Joules(0)},
                    costs);
  CHECK(map.best_at(BytesPerSecond(100)) == 1);
}

TEST_CASE("within a budget: the fastest that keeps it; where none does, the one of least energy") {
  CutCosts costs;
  costs.busy = Watts(1);
  costs.send = Watts(2);
  // T: 1 + 8 x, 3 + 4 x, 9; E: 16 x, 2 + 8 x, 9. E <= 5 up to x = 5/16 (B = 3.2) and x = 3/8
  // (B = 8/3), the third never. Beyond x = 3/8: least E is 2 + 8 x up to x = 7/8 (B = 8/7), then 9;
  // 16 x < 2 + 8 x only up to x = 1/4.
  const std::vector<CandidateCut> cuts = {cut_of(0, 1, 8, 1), cut_of(2, 1, 4, 2),
                                          cut_of(9, 0, 0, 3)};
  const RateMap map(cuts, {Kind::latency_within, 0, Joules(5)}, costs);
  CHECK(map.best_at(BytesPerSecond(3.21)) == 0);
  CHECK(map.best_at(BytesPerSecond(3.2)) == 0);  // the budget itself is within
  CHECK(map.best_at(BytesPerSecond(3.19)) == 1);
  CHECK(map.best_at(BytesPerSecond(2.67)) == 1);
  CHECK(map.best_at(BytesPerSecond(2.66)) == 1);  // none is within
  CHECK(map.best_at(BytesPerSecond(1.15)) == 1);
  CHECK(map.best_at(BytesPerSecond(1.14)) == 2);
  CHECK(map.pieces().size() == 3);
}

TEST_CASE("random candidates, all objectives: right on a dense grid and at both sides of borders") {
  constexpr std::uint64_t seed = 611;
  INFO("seed ", seed);
  Stream random(seed, "rate map");
  std::size_t pieces = 0;
  for (int trial = 0; trial < 400; ++trial) {
    CAPTURE(trial);
    const Numbers numbers = trial % 2 == 0 ? Numbers::small_whole : Numbers::real;
    std::vector<CandidateCut> cuts;
    for (std::uint64_t k = 1 + random.below(12); k > 0; --k) {
      const bool offloads = random.below(5) > 0;
      cuts.push_back(cut_of(draw(random, numbers), offloads ? draw(random, numbers) / 2 : 0,
                            offloads ? 1 + std::floor(draw(random, numbers)) : 0,
                            static_cast<std::uint8_t>(1 + random.below(6))));
      cuts.back().tensors = offloads ? 1 : 0;
    }
    const CutCosts costs = random_costs(random);
    for (const Kind kind :
         {Kind::latency, Kind::energy, Kind::weighted, Kind::latency_within, Kind::throughput}) {
      CAPTURE(static_cast<int>(kind));
      const Objective objective{kind, random.uniform(), Joules(12 * random.uniform())};
      const RateMap map(cuts, objective, costs);
      pieces += map.pieces().size();
      int wrong = 0;
      for (int k = -120; k <= 120; ++k) {
        wrong +=
            wrong_answers(cuts, objective, costs, map, BytesPerSecond(std::exp((k + 0.37) / 12)));
      }
      for (std::size_t p = 0; p < map.pieces().size(); ++p) {
        const auto& piece = map.pieces()[p];
        CHECK((p == 0 ? piece.from == BytesPerSecond(0) : piece.from > map.pieces()[p - 1].from));
        if (p > 0) CHECK(piece.cut != map.pieces()[p - 1].cut);
        for (const double side : {1 - 1e-9, 1.0, 1 + 1e-9}) {
          // At the border itself rounding says whether a budget is kept, a tie broken.
          if (p == 0 || (side == 1 && kind >= Kind::latency_within)) continue;
          wrong += wrong_answers(cuts, objective, costs, map, piece.from * side);
        }
      }
      CHECK(wrong == 0);
    }
  }
  CHECK(pieces > 2500);  // of 2000 maps
}

TEST_CASE("one decision is a look-up: under a microsecond") {
  std::vector<CandidateCut> cuts;  // 4e4 / k + k x, tangents of one curve: all win somewhere
  for (int k = 1; k <= 200; ++k) cuts.push_back(cut_of(4e4 / k, 1, k, 1));
  const RateMap map(cuts, {}, {});
  CHECK(map.pieces().size() > 150);
  Stream random(612, "rates");
  std::vector<BytesPerSecond> rates;
  for (int k = 0; k < 10000; ++k) rates.emplace_back(std::exp(20 * (random.uniform() - 0.5)));
  double least = std::numeric_limits<double>::infinity();
  std::size_t sum = 0;
  for (int turn = 0; turn < 5; ++turn) {
    const auto begun = std::chrono::steady_clock::now();
    for (const auto rate : rates) sum += map.best_at(rate);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    least = std::min(least, took.count() / 10000);
  }
  CHECK(sum > 0);
  MESSAGE(map.pieces().size(), " pieces: ", fmt::format("{:.0f} ns a decision", 1e9 * least));
  CHECK(least < 1e-6);
}
