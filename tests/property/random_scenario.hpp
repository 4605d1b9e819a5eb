// A random scenario as text, with the files that it names: a small recorded trace, dates,
// bandwidth. One seed makes one scenario, the same on every machine. It knows the keys of a
// scenario, and of what a run must obey nothing: that is laws.hpp.
#pragma once

#include <string>
#include <vector>

#include "sim/core/random.hpp"
#include "tests/unit/core/temporary_folder.hpp"
#include "traces/inference_trace.hpp"

namespace updraft {

// `rows` samples per split of random logits and scores: one or two stages, one or two variants,
// payloads of one size or of many (some of 0 bytes). Both splits.
InferenceTrace random_trace(Stream& random, std::size_t rows);

struct RandomScenario {
  std::string text;
  bool may_stop = false;  // a link of it may end for good: what still waits then never arrives
  std::vector<double> timeout_s;  // of each policy's offloads; infinity: none
};

// What else a scenario may hold, drawn from a stream of its own: the rest stays as it was.
enum class Variety {
  plain,
  wide,     // up to 50 devices, and time-outs
  capped,   // the same, with cells whose devices each have an access rate that changes
  radio,    // as wide, and every device has a radio; some send in bundles
  failing,  // as wide, with outages that break uploads off, some of bundles, and policies that
            // look at the link
  cut,      // as wide, with a network of up to 9 layers, cut between device and cloud
  encoded   // as wide, with payloads that the device encodes or an extractor makes
};

// Devices 1-12, every kind of arrivals, links per device, FIFO and fair, constant, recorded and
// modelled; batches, bounded queues, several servers; 2 or 3 policies, 1 or 2 replications. Its
// files go into `folder`. `workload_seed` is the scenario's own seed.
RandomScenario random_scenario(std::uint64_t seed, const TemporaryFolder& folder,
                               std::uint64_t workload_seed = 1, Variety variety = Variety::plain);

}  // namespace updraft
