// How much the simgrid engine costs beside SimGrid itself: the same arrivals, executions and
// transfers as a bare activity chain. Both are timed inside a forked process of their own (CPU
// seconds, set-up excluded from neither), one after the other in each round, and the ratio of the
// medians is printed. The full product is timed: a real policy, all stamps, the order of equal
// dates.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <time.h>

#include <cstring>

#include "sim/own_process.hpp"
#include "sim/prepare.hpp"
#include "sim/simulation.hpp"
#include "tests/bench/bare_chain.hpp"

namespace {

using updraft::bench::ChainWorkload;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// CPU seconds of `work` in a process of its own.
template <class Work>
double timed(const Work& work) {
  double seconds = 0;
  updraft::in_own_processes(
      1, 1,
      [&](std::size_t) {
        const double begin = cpu_seconds();
        work();
        const double took = cpu_seconds() - begin;
        return std::string(reinterpret_cast<const char*>(&took), sizeof took);
      },
      [&](std::size_t, const std::string& bytes) {
        std::memcpy(&seconds, bytes.data(), sizeof seconds);
      });
  return seconds;
}

ChainWorkload workload_of(std::int64_t devices) {
  ChainWorkload workload;
  workload.devices = static_cast<std::uint32_t>(devices);
  workload.servers = std::max(1U, workload.devices / 10);
  return workload;
}

std::unique_ptr<updraft::Prepared> scenario_of(const ChainWorkload& w) {
  return updraft::prepare_text(
      fmt::format("workload: {{trace: none, payload: {} B, reply: {} B, samples: {}, arrivals: "
                  "{{poisson: {} Hz}}}}\n"
                  "device: {{count: {}, stage_time: {} s}}\n"
                  "channel: {{uplink: {} B/s, downlink: {} B/s, latency: {} s}}\n"
                  "cloud: {{service: {} s, servers: {}}}\n"
                  "policies: [{{policy: random, offload: {}}}]\n",
                  w.payload_B, w.reply_B, w.samples, w.rate_Hz, w.devices, w.stage_s, w.uplink_Bps,
                  w.downlink_Bps, w.latency_s, w.service_s, w.servers, w.offloaded),
      "bench");
}

double bare_total = 0;

void bare_chain(benchmark::State& state) {
  const ChainWorkload workload = workload_of(state.range(0));
  bare_total = 0;
  for (auto _ : state) {
    const double seconds =
        timed([&] { benchmark::DoNotOptimize(updraft::bench::run_bare_chain(workload)); });
    bare_total += seconds;
    state.SetIterationTime(seconds);
  }
  bare_total /= static_cast<double>(state.iterations());
  state.counters["us_per_sample"] = 1e6 * bare_total / workload.samples;
}

void simgrid_engine(benchmark::State& state) {
  const ChainWorkload workload = workload_of(state.range(0));
  const auto prepared = scenario_of(workload);
  double total = 0;
  for (auto _ : state) {
    const double seconds =
        timed([&] { benchmark::DoNotOptimize(updraft::simulate_here(*prepared, 0, 0, updraft::EngineKind::simgrid)); });
    total += seconds;
    state.SetIterationTime(seconds);
  }
  total /= static_cast<double>(state.iterations());
  state.counters["us_per_sample"] = 1e6 * total / workload.samples;
  state.counters["x_bare"] = total / bare_total;
}

BENCHMARK(bare_chain)->Arg(1)->UseManualTime()->Iterations(5)->Unit(benchmark::kMillisecond);
BENCHMARK(simgrid_engine)->Arg(1)->UseManualTime()->Iterations(5)->Unit(benchmark::kMillisecond);
BENCHMARK(bare_chain)->Arg(10)->UseManualTime()->Iterations(5)->Unit(benchmark::kMillisecond);
BENCHMARK(simgrid_engine)->Arg(10)->UseManualTime()->Iterations(5)->Unit(benchmark::kMillisecond);
BENCHMARK(bare_chain)->Arg(100)->UseManualTime()->Iterations(3)->Unit(benchmark::kMillisecond);
BENCHMARK(simgrid_engine)->Arg(100)->UseManualTime()->Iterations(3)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
