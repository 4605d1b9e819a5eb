// Any policy with a time-out on what it offloads: `timeout: 80 ms` in its entry.
#pragma once

#include <memory>

#include "policies/policy.hpp"

namespace updraft {

// `plan`, each of its offloads with this time-out (> 0). When it passes, the edge's answer stands;
// where no stage has run there is none, and the sample is dropped.
std::unique_ptr<PolicyPlan> with_timeout(std::unique_ptr<PolicyPlan> plan, Seconds timeout);

}  // namespace updraft
