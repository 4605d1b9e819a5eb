// The floor: the same workload without any events, station after station, by Lindley's recursion
// (The theory of queues with a single server, Proc. Cambridge Phil. Soc. 48, 1952): a FIFO server
// starts a job when it has arrived and the one before has left. It knows no policy, no stamps, no
// ties and no shared cell.
#pragma once

#include "tests/bench/bare_chain.hpp"

namespace updraft::bench {

// The mean latency [s] of all samples, so that it can be held against the others'.
double run_lindley(const Workload& workload);

}  // namespace updraft::bench
