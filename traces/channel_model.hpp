// A modelled link: a rate that jumps between states. State k lasts for a random time of mean
// dwell_k, then state j follows with probability P_kj (P_kk = 0). Where there is no slot, that time
// is exponential and the rate in a state is constant: a continuous-time Markov chain. With a slot
// it is a whole number of slots, geometric, and where a state has several rates one of them is
// drawn anew, all equally likely, for every slot: a hidden Markov model over slots, as channel_fit
// finds it on a recorded trace. On/off links and Gilbert-Elliott channels are two-state cases
// (channel_forms.hpp).
//
//   pi = pi P,  sum_k pi_k = 1                                visits, as shares              (1)
//   share_k = pi_k dwell_k / sum_j pi_j dwell_j               stationary share of time       (2)
//   mean    = sum_k share_k rate_k                            stationary mean rate [B/s]     (3)
//   P(N = n) = (1 - s)^(n-1) s,  s = slot / dwell_k           slots in a visit, n >= 1       (4)
//
// rate_k the mean of the state's rates. pi by the elimination of Grassmann, Taksar and Heyman
// (Operations Research 33(5), 1985), which subtracts nothing. Why slots: a recording is a rate per
// bin, and a chain whose jumps fall inside bins averages its own fades away when it is measured in
// the same bins. Not a propagation model: no SNR, no distance, no queue.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/core/document.hpp"
#include "sim/core/random.hpp"
#include "sim/core/rate_source.hpp"

namespace updraft {

struct ChannelModel {
  struct State {
    std::string name;
    std::vector<BytesPerSecond> rates;  // equally likely; not empty; one where there is no slot
    Seconds dwell;                      // mean; > 0, at least one slot
    std::vector<double> next;  // [states] P_kj; sums to 1; all 0 where there is only one state

    BytesPerSecond mean() const;
  };
  std::string file;
  std::string note;  // where it comes from; may be empty
  Seconds slot;      // 0: none
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
// The same of a map inside another file, which needs no `format`; `path` names it in error lines.
ChannelModel read_channel_model(const Document& node, const std::string& path);
// The file's text, which reads back as the same model.
std::string to_yaml(const ChannelModel& model);

// Draws for ever: without slots, one dwell a piece; with slots, as many slots as one draw of the
// rate holds for. Begins in a state drawn from (2), so that date 0 is like any other (any other
// edge of a slot). All rates are multiplied by `scale`. The model outlives it.
std::unique_ptr<RateSource> draw(const ChannelModel& model, const Stream& stream, double scale = 1);

}  // namespace updraft
