// Runs a prepared scenario: every policy in every replication, each a whole simulation with the
// same arrivals, rows and channel (common random numbers). It wires one run; what the figures mean
// is sim/metrics'.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/metrics/replications.hpp"
#include "sim/own_process.hpp"
#include "sim/prepare.hpp"

namespace updraft {

struct Run {
  Samples samples;
  StationCounts counts;
};

// One simulation, in this process. native: from any thread, as often as one likes; simgrid: a
// process can do this once.
Run simulate_here(const Prepared& prepared, std::size_t policy, std::size_t replication,
                  EngineKind engine);

// What a run amounts to.
RunFigures figures_of(const Prepared& prepared, std::size_t policy, std::size_t replication,
                      const Run& run);

// The true rates of the uplinks of one replication over a run of that length, equal neighbours
// joined: one for every device where each draws its own, else one for all. For people to look at.
std::vector<std::vector<RatePiece>> uplink_histories(const Prepared& prepared,
                                                     std::size_t replication, Seconds length);

// The policies with all that is known before they have run; no runs yet.
std::vector<PolicyResult> empty_results(const Prepared& prepared);

// The engine that the scenario asks for, or that `auto` takes: native wherever the scenario lies
// inside its model. `because` says what made it so.
struct EngineChoice {
  EngineKind kind;
  std::string because;
};
EngineChoice engine_of(const Scenario& scenario);
std::string_view name_of(EngineKind engine);

// All simulations of the scenario: native in threads, simgrid in processes of their own. `each` is
// called for every run, in the order of policies and replications, one at a time. `waiting` is
// called now and then. Up to `parallel` at a time. Throws Interrupted (own_process.hpp).
using OnRun = std::function<void(std::size_t policy, std::size_t replication, const Run&)>;
std::vector<PolicyResult> simulate(const Prepared& prepared, EngineKind engine, const OnRun& each,
                                   const std::function<void()>& waiting = {},
                                   std::size_t parallel = usable_cores());
// With the scenario's engine; where it asks for both, with native.
std::vector<PolicyResult> simulate(const Prepared& prepared, const OnRun& each,
                                   const std::function<void()>& waiting = {});

}  // namespace updraft
