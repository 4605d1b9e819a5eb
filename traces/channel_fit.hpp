// A channel model from recorded rates, by likelihood. Equations (1) to (4) are channel_model.hpp's.
// A bin of the recording is a slot of the model. Bins below 1 % of the mean are outages, with one
// or two states of their own, so that their lengths are kept; of all others the square root,
//   x_t = sqrt(rate of bin t)                                                                (5)
// is taken to be normal in each state: bins count packets, and the root of a count varies alike at
// every level (Bartlett, Supplement to the JRSS 3(1), 1936). hidden_markov.hpp finds the chain and
// who was in which state; the number of states is the one of least
//   BIC = -2 log L + parameters * ln(bins)                     (Schwarz, Ann. Stat. 6(2), 1978) (6)
// With n_k the expected number of bins in state k and n_kj of moves from k to j, on a ring,
//   dwell_k = bin n_k / (n_k - n_kk),  P_kj = n_kj / (n_k - n_kk)                            (7)
//   rates_k = means of equal parts of its bins, in order of rate, bin t weighing P(k at t)   (8)
// (one mean for an outage; else at most 0.2 % of all bins a part, 5 to 100 parts: with fewer a
// quantile of low rates falls into a gap). The normal numbers thus only tell the states apart; what
// a state draws is what the trace did in it. On a ring (2) and (3) of the model give back the
// trace's own shares of time and its mean, and (8) the distribution of its bins. What is lost: what
// a state's bins say about the next bin beyond the state itself, and dwells that are not geometric.
// The likelihood has many summits, and the one that is climbed need not be the highest.
#pragma once

#include <optional>
#include <vector>

#include "traces/channel_model.hpp"

namespace updraft {

inline constexpr double outage_share_of_mean = .01;
inline constexpr std::size_t fewest_states = 2;
inline constexpr std::size_t most_fitted_states = 12;

struct ChannelFit {
  struct Candidate {
    std::size_t states;
    std::size_t outages;  // states among them that are outages
    double log_likelihood;
    double bic;
  };
  ChannelModel model;  // rounded: rates to 3 digits, dwells to 1 ms, chances to 1e-4
  Candidate chosen;
  std::vector<Candidate> tried;
};

// `rates` [bins] in B/s. With `states` that many, else the best of 2 to 12; the search ends where
// two more states in a row did not help. Throws InputError: too few bins, a rate that never
// changes, more states than the recording can fill.
ChannelFit fit_channel(const std::vector<double>& rates, Seconds bin,
                       std::optional<std::size_t> states = {});

}  // namespace updraft
