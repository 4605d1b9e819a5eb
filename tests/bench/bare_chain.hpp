// What SimGrid alone takes for the workload: the same executions and transfers, chained by
// completion callbacks, with FIFO queues as bare as they get. No policy, no stamps, no order among
// equal dates. The floor that the simgrid engine is measured against.
#pragma once

#include <cstdint>

namespace updraft::bench {

struct ChainWorkload {
  std::uint32_t devices = 1;
  std::uint32_t samples = 100000;  // over all devices
  double rate_Hz = 20;             // Poisson, per device
  double offloaded = .3;
  double stage_s = .02;
  double uplink_Bps = 1.25e6;
  double downlink_Bps = 1.25e6;
  double latency_s = .01;
  std::uint64_t payload_B = 10000;
  std::uint64_t reply_B = 1000;
  double service_s = .01;
  std::uint32_t servers = 1;
};

// Runs it to the end in this process (once per process); the number of answered samples.
std::uint64_t run_bare_chain(const ChainWorkload& workload);

}  // namespace updraft::bench
