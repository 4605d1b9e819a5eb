// What a case of `updraft validate` asks of its runs, and what it found. The cases themselves:
// validate_queues.cpp (random, held against theory) and validate_exact.cpp (sums done by hand).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/sample.hpp"

namespace updraft {

struct Check {
  std::string subject;   // "M/M/1, load 0.7"
  std::string quantity;  // "mean wait, ms": its unit at the end
  double expected;
  double simulated;
  // Half the widths of the intervals that independent replications give; 0 where nothing is random.
  double half_99 = 0;
  double half_999 = 0;
  double tolerance = 0;  // what `expected` itself may be off by: an approximation, or rounding

  // At 99.9 %, so that all of some twenty checks hold by chance alone 98 times in 100. The seeds
  // are fixed: a check that holds once always does. An interval wider than a tenth of the expected
  // value to either side proves nothing, and does not hold.
  bool holds() const;  // false for NaN
};

using Case = std::function<std::vector<Check>()>;
std::vector<Case> exact_cases();
std::vector<Case> queue_cases();

// The reference workload's expected latency, part by part. Approximate in one place: the cloud is
// fed by the uplink, not by a Poisson stream; `approximate` is how much that is thought to change.
struct ReferenceTheory {
  Seconds edge;  // wait and stage: M/D/1, exact
  Seconds upload_wait;
  Seconds upload;
  Seconds latency;
  Seconds cloud_wait;
  Seconds serve;
  Seconds reply;
  Seconds approximate;
  Seconds offloaded() const {
    return edge + upload_wait + upload + latency + cloud_wait + serve + reply + latency;
  }
};
ReferenceTheory reference_theory();

// Between these dates must a sample have arrived to be looked at. Known before the run, so that
// they do not depend on it: a start from empty and a closed loop's end stay outside.
struct Window {
  double from_s;
  double to_s;
};
Window middle_of(double expected_length_s);  // from 10 % to 90 % of it

// A figure over the durations between two stamps.
using Stamp = std::vector<SimTime> Stamps::*;
using Figure = std::function<double(std::vector<double>& durations_s)>;  // may reorder them
struct Question {
  std::string quantity;
  double expected;
  Stamp from;
  Stamp to;
  Figure figure;
  std::optional<Outcome> of = {};  // only samples that ended so
  double tolerance = 0;
};
Figure mean_ms();
Figure share_above(double duration_s);  // in percent
Figure quantile_ms(double share);

// Simulates `scenario` (YAML; its only policy), and answers each question in each replication: the
// mean and its intervals by Student's t.
std::vector<Check> ask(const std::string& subject, const std::string& scenario, Window window,
                       const std::vector<Question>& questions);

// The samples of a scenario with one policy and one replication.
Samples simulated_samples(const std::string& scenario);
// Two columns that should be the same: the check shows the row that is most off, and holds if that
// is within a billionth of its value.
Check same(std::string subject, std::string quantity, const std::vector<double>& expected,
           const std::vector<double>& simulated);

}  // namespace updraft
