// What the native engine's parts cost by themselves (google-benchmark): the calendar, a cell, a
// walk along a rate, a draw. For who changes one of them; scripts/bench measures the whole.
#include <benchmark/benchmark.h>

#include "sim/core/random.hpp"
#include "sim/engines/native/calendar.hpp"
#include "sim/engines/native/fair_cell.hpp"
#include "sim/engines/native/rate_walk.hpp"

namespace {

using namespace updraft;

// Hold model: as many entries throughout as the argument says.
void calendar(benchmark::State& state) {
  Calendar calendar;
  Stream random(1, "calendar");
  for (std::int64_t i = 0; i < state.range(0); ++i) calendar.push({random.uniform(), 1});
  for (auto _ : state) {
    const CalendarEntry first = calendar.pop();
    calendar.push({first.date + random.uniform(), 1});
  }
}
BENCHMARK(calendar)->Arg(10)->Arg(1000)->Arg(100000);

// A transfer ends and another begins, among so many, each in a lane of its own.
void fair_cell(benchmark::State& state) {
  LinkSpec link;
  link.rate = std::make_unique<ConstantRate>(BytesPerSecond(1e6));
  Stream random(1, "cell");
  const auto lanes = static_cast<std::uint32_t>(state.range(0));
  for (std::uint32_t k = 0; k < lanes; ++k)
    link.caps.push_back(
        std::make_unique<ConstantRate>(BytesPerSecond(1 + 2e6 * random.uniform() / lanes)));
  FairCell cell(std::move(link));
  for (std::uint32_t k = 0; k < lanes; ++k) cell.start(k, 1 + 1e3 * random.uniform(), k + 1, 0);
  for (auto _ : state) {
    const double now = cell.next_date();
    std::uint64_t key = 0;
    if (cell.step(key))
      cell.start(static_cast<std::uint32_t>(key - 1), 1 + 1e3 * random.uniform(), key, now);
  }
}
BENCHMARK(fair_cell)->Arg(10)->Arg(1000)->Arg(100000);

void exponential_draw(benchmark::State& state) {
  Stream random(1, "draw");
  for (auto _ : state) benchmark::DoNotOptimize(random.exponential(1));
}
BENCHMARK(exponential_draw);

void rate_walk(benchmark::State& state) {
  RateWalk walk(std::make_unique<ConstantRate>(BytesPerSecond(1e6)));
  double date = 0;
  for (auto _ : state) date = walk.finish(SimTime(date), Bytes(1000)).si();
  benchmark::DoNotOptimize(date);
}
BENCHMARK(rate_walk);

}  // namespace

BENCHMARK_MAIN();
