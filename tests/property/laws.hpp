// The laws that every run obeys, whatever the scenario. Each is checked on stamps alone, against
// the prepared scenario; none asks the stations how they did it.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "sim/prepare.hpp"
#include "sim/simulation.hpp"

namespace updraft {

// Every law that this run breaks, one line each; none if all is well. `may_stop`: a link may have
// ended for good, so that samples are left behind on their way. `timeout_s`: of the policy's
// offloads.
std::vector<std::string> broken_laws(const Prepared& prepared, const Run& run,
                                     std::size_t replication, bool may_stop,
                                     double timeout_s = std::numeric_limits<double>::infinity());

// Two policies in one replication met the same arrivals, rows and stage times.
std::vector<std::string> broken_common_randomness(const Prepared& prepared, const Run& a,
                                                  const Run& b);

// Every column of a run as bytes: equal where two runs are.
std::string all_bytes(const Run& run);

}  // namespace updraft
