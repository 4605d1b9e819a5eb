// One measurement of one contestant, in this process:
//   contest CONTESTANT KIND DEVICES SAMPLES        native, simgrid, bare or lindley; fifo or cell
// prints one line: contestant kind devices samples cpu_seconds mean_latency_s peak_MiB
// updraft's time is that of the full product: a real policy, every stamp, the order of equal dates
// and all figures of the summary; reading the scenario is not in it. The others' building of their
// objects is, as updraft's is. scripts/bench calls it, turn by turn, and makes the table.
#include <fmt/format.h>
#include <sys/resource.h>
#include <time.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>

#include "sim/core/memory.hpp"
#include "sim/core/random.hpp"
#include "sim/prepare.hpp"
#include "sim/simulation.hpp"
#include "tests/bench/bare_chain.hpp"
#include "tests/bench/lindley.hpp"
#include "tests/unit/core/temporary_folder.hpp"

namespace {

using updraft::bench::Workload;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double peak_MiB() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

Workload workload_of(std::uint32_t devices, std::uint32_t samples, bool cell) {
  Workload out;
  out.devices = devices;
  out.samples = samples / devices * devices;
  out.servers = std::max(1U, devices / 10);
  out.cell = cell;
  out.cell_Bps = 0.6e6 * devices;
  updraft::Stream random(1, "access");
  // Whole bytes a second: the scenario's digits say them exactly.
  for (int second = 0; second < 100; ++second)
    out.access_Bps.push_back(1e6 + 8. * static_cast<double>(random.below(375'000)));
  return out;
}

std::unique_ptr<updraft::Prepared> scenario_of(const Workload& w,
                                               const updraft::TemporaryFolder& folder) {
  std::string trace;
  for (std::size_t i = 0; i < w.access_Bps.size(); ++i)
    trace += fmt::format("{} {:.6f}\n", i + 1, w.access_Bps[i] * 8e-6);
  const std::string access = "{trace: " + folder.file("access.txt", trace) + "}";
  const std::string uplink =
      w.cell ? fmt::format("{{rate: {} B/s, sharing: fair, flow_rate: {}}}", w.cell_Bps, access)
             : access;
  return updraft::prepare_text(
      fmt::format("workload: {{trace: none, payload: {} B, reply: {} B, samples: {}, arrivals: "
                  "{{poisson: {} Hz}}}}\n"
                  "device: {{count: {}, stage_time: {} s}}\n"
                  "channel: {{uplink: {}, downlink: {} B/s, latency: {} s}}\n"
                  "cloud: {{service: {} s, servers: {}}}\n"
                  "policies: [{{policy: random, offload: {}}}]\n",
                  w.payload_B, w.reply_B, w.samples, w.rate_Hz, w.devices, w.stage_s, uplink,
                  w.downlink_Bps, w.latency_s, w.service_s, w.servers, w.offloaded),
      folder.path("bench.yaml"));
}

double run_updraft(const updraft::Prepared& prepared, updraft::EngineKind engine) {
  const auto run = updraft::simulate_here(prepared, 0, 0, engine);
  return updraft::figures_of(prepared, 0, 0, run).latency_mean_s;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    fmt::print(stderr, "contest native|simgrid|bare|lindley fifo|cell DEVICES SAMPLES\n");
    return 2;
  }
  updraft::keep_memory();  // as the program itself
  const std::string who = argv[1];
  const bool cell = std::string(argv[2]) == "cell";
  const auto devices = static_cast<std::uint32_t>(std::strtoul(argv[3], nullptr, 10));
  const auto samples = static_cast<std::uint32_t>(std::strtoul(argv[4], nullptr, 10));
  const Workload workload = workload_of(devices, samples, cell);
  const updraft::TemporaryFolder folder;
  std::unique_ptr<updraft::Prepared> prepared;
  if (who == "native" || who == "simgrid") prepared = scenario_of(workload, folder);
  const double begin = cpu_seconds();
  double latency = 0;
  if (prepared != nullptr) {
    latency = run_updraft(
        *prepared, who == "native" ? updraft::EngineKind::native : updraft::EngineKind::simgrid);
  } else if (who == "bare") {
    updraft::bench::run_bare_chain(workload);
  } else if (who == "lindley" && !cell) {
    latency = updraft::bench::run_lindley(workload);
  } else {
    return 2;
  }
  fmt::print("{} {} {} {} {:.6f} {:.9f} {:.1f}\n", who, argv[2], devices, workload.samples,
             cpu_seconds() - begin, latency, peak_MiB());
  return 0;
}
