// A modelled link: a rate that jumps between states as a continuous-time Markov chain does. State k
// lasts for an exponential time of mean dwell_k at the constant rate_k, then state j follows with
// probability P_kj (P_kk = 0). On/off outages and Gilbert-Elliott channels are its two-state cases.
//
//   pi = pi P,  sum_k pi_k = 1                                visits, as shares              (1)
//   share_k = pi_k dwell_k / sum_j pi_j dwell_j               stationary share of time       (2)
//   mean    = sum_k share_k rate_k                            stationary mean rate [B/s]     (3)
//
// pi by the elimination of Grassmann, Taksar and Heyman (Operations Research 33(5), 1985), which
// subtracts nothing. Not a propagation model: no SNR, no distance, no queue.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/core/rate_source.hpp"
#include "traces/rate_profile.hpp"

namespace updraft {

struct ChannelModel {
  struct State {
    std::string name;
    BytesPerSecond rate;
    Seconds dwell;             // mean, > 0
    std::vector<double> next;  // [states] P_kj; sums to 1; all 0 where there is only one state
  };
  std::string file;
  std::string note;  // where it comes from; may be empty
  std::vector<State> states;

  std::vector<double> time_shares() const;  // (2), [states]
  BytesPerSecond mean() const;              // (3)
};

// Is it a model (a YAML file, by its ending) rather than a recorded trace?
bool is_channel_model(const std::string& file);

// Reads `format: updraft-channel`. Throws InputError with all of the file's mistakes: units, names
// given twice, probabilities that do not sum to 1 (within 1e-6), states that cannot be left or
// reached, a channel that carries nothing.
ChannelModel read_channel_model(const std::string& file);
// The file's text, which reads back as the same model.
std::string to_yaml(const ChannelModel& model);

// Draws for ever, one dwell a piece. Begins in a state drawn from (2), so that date 0 is like any
// other. All rates are multiplied by `scale`.
std::unique_ptr<RateSource> draw(const ChannelModel& model, const Stream& stream, double scale = 1);

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
