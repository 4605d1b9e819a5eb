// A modelled link: a rate that jumps between states as a continuous-time Markov chain does. State k
// lasts for an exponential time of mean dwell_k at the constant rate_k, then state j follows with
// probability P_kj (P_kk = 0). On/off outages and Gilbert-Elliott channels are its two-state cases.
//
//   pi = pi P,  sum_k pi_k = 1                                visits, as shares              (1)
//   share_k = pi_k dwell_k / sum_j pi_j dwell_j               stationary share of time       (2)
//   mean    = sum_k share_k rate_k                            stationary mean rate [B/s]     (3)
//
// pi by the elimination of Grassmann, Taksar and Heyman (Operations Research 33(5), 1985), which
// subtracts nothing. Measured on traces by markov_measure. Not a propagation model: no SNR, no
// distance, no queue.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/core/rate_source.hpp"

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
// other. All rates are multiplied by `scale`. The model outlives it.
std::unique_ptr<RateSource> draw(const ChannelModel& model, const Stream& stream, double scale = 1);

}  // namespace updraft
