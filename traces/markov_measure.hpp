// A channel model from a recorded trace; equations (1) to (3) are channel_model.hpp's. Not a fit of
// any likelihood: shares of time, dwells and transitions are counted.
#pragma once

#include <vector>

#include "traces/channel_model.hpp"
#include "traces/rate_profile.hpp"

namespace updraft {

// How a model is measured on a trace; the limits are shares of the trace's mean rate.
struct MarkovMeasure {
  Seconds bin = Seconds(0.1);
  int window = 5;                                   // bins, odd
  double fade = .05;                                // in (0, limits[0])
  std::vector<double> limits{.3, .6, 1, 1.4, 1.8};  // increasing
};

// Measures a model on a recorded trace, taken as a ring (its end joins its beginning). With R_b the
// trace's mean rate in bin b, R its mean rate, and S_b the mean of the `window` bins around b:
//
//   state of b = fade                                  where R_b < fade R                    (4)
//              = k, limits[k-1] R <= S_b < limits[k] R elsewhere
//   rate_k  = mean of R_b over the bins in state k                                           (5)
//   dwell_k = bin * (bins in state k) / (visits to k)  a visit: a run of bins in one state   (6)
//   P_kj    = (visits to j right after k) / (visits to k)                                    (7)
//
// Fades are told by the bin itself, because an outage of 200 ms is what a deadline meets; levels by
// the smoothed rate, because the rate's own jitter would otherwise end a visit every few bins and
// the model would forget within a second what the trace remembers for five. On a ring as many
// visits to k begin as end, so (1)-(3) give back the trace's own shares of time and its mean rate.
// Throws InputError if the trace never leaves one state. States that never occur are left out.
ChannelModel measure_markov(const RateProfile& trace, const MarkovMeasure& how = {});

}  // namespace updraft
