// What was tried in a tuning by simulation, and what is told of it: the note of the policy, and the
// line where nothing meets the budgets. The search itself is tuning_by_simulation.hpp's.
#pragma once

#include <string>
#include <vector>

#include "sim/metrics/replications.hpp"
#include "sim/tuning_spec.hpp"

namespace updraft {

struct TuningCandidate {
  std::size_t rung;     // on the ladder
  std::string value;    // as a scenario would say it
  PolicyResult result;  // its runs, judged by the budgets of the tuning
};

// The candidate meets every budget: by the means over its runs, or, where the spec says so, by
// their intervals.
bool meets(const TuningSpec& spec, const TuningCandidate& candidate);
// The largest share of a limit by which it is beyond one; infinite where there is no figure.
double excess(const TuningCandidate& candidate);
Estimate objective_of(const TuningSpec& spec, const TuningCandidate& candidate);

// "delta 0.734 tuned by simulation on calibration (47 candidates, 5 replications): accuracy 91.20 %
// ±0.40, latency_p99 141 ms at most 150 ms (in 5 of 5); next best delta 0.71: accuracy -0.10 points
// [-0.20, 0.00]". `next` may be null; `where` is " on calibration" or nothing.
std::string tuning_note(const TuningSpec& spec, std::size_t tried, const TuningCandidate& best,
                        const TuningCandidate* next, std::string_view where);

// "a budget that some delta meets: the closest, delta 0.1, has latency_p99 212 ms"
std::string nothing_meets(const TuningSpec& spec, const TuningCandidate& closest);

}  // namespace updraft
