// Runs a prepared scenario: every policy in every replication, each a whole simulation with the
// same arrivals, rows and channel (common random numbers). It wires one run; what the figures mean
// is sim/metrics'.
#pragma once

#include <functional>
#include <vector>

#include "sim/metrics/replications.hpp"
#include "sim/prepare.hpp"

namespace updraft {

struct Run {
  Samples samples;
  StationCounts counts;
};

// One simulation, in this process. With the simgrid engine a process can do this once.
Run simulate_here(const Prepared& prepared, std::size_t policy, std::size_t replication);

// All simulations of the scenario, in processes of their own. `each` is called for every run, in
// the order of policies and replications, in this process.
// `waiting` is called about once a second. Throws Interrupted (own_process.hpp).
using OnRun = std::function<void(std::size_t policy, std::size_t replication, const Run&)>;
std::vector<PolicyResult> simulate(const Prepared& prepared, const OnRun& each,
                                   const std::function<void()>& waiting = {});

}  // namespace updraft
