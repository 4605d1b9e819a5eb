// What SimGrid alone takes for the workload: the same executions and transfers, chained by
// completion callbacks, with FIFO queues as bare as they get. No policy, no stamps, no order among
// equal dates. The floor that the simgrid engine is measured against.
#pragma once

#include <cstdint>
#include <vector>

namespace updraft::bench {

// Every contestant's: N devices, Poisson arrivals, a stage for each sample, a share of them
// offloaded over an access link whose rate is redrawn every second, k servers, a reply.
struct Workload {
  std::uint32_t devices = 1;
  std::uint32_t samples = 100000;  // over all devices, a multiple of them
  double rate_Hz = 20;             // Poisson, per device
  double offloaded = .3;
  double stage_s = .01;
  std::vector<double> access_Bps;  // one a second, then again from the first
  bool cell = false;               // the uplinks' transfers share cell_Bps, each at most access_Bps
  double cell_Bps = 0;
  double downlink_Bps = 1.25e6;
  double latency_s = .01;
  std::uint32_t payload_B = 50000;
  std::uint32_t reply_B = 1000;
  double service_s = .01;
  std::uint32_t servers = 1;
};

// Runs it to the end in this process (once per process); the number of answered samples.
std::uint64_t run_bare_chain(const Workload& workload);

}  // namespace updraft::bench
