// How well a fitted channel model tells what its recording did: both as bins of the same length,
// the recording's beside those of a long draw. In lines of text, for the terminal and as comments
// of the model's file. Not a verdict.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "traces/channel_fit.hpp"
#include "traces/rate_bins.hpp"

namespace updraft {

struct ChannelComparison {
  Seconds bin;
  std::vector<double> recorded;  // B/s, [bins]
  std::vector<double> drawn;     // B/s, as many bins as a long draw has
  RateFigures of_recorded;
  RateFigures of_drawn;  // its longest outage: over stretches as long as the recording
};

// A draw of at least 50 times the recording and 4,000,000 bins: quantiles
// of a chain that remembers for long are slow to settle.
ChannelComparison compare_with_draw(std::vector<double> recorded, Seconds bin,
                                    const ChannelModel& model, std::uint64_t seed);

// "state  Mbps  dwell  share" of each state.
std::string states_text(const ChannelModel& model);
// Log-likelihood and BIC of the best that was tried of each number of states.
std::string likelihood_text(const ChannelFit& fit, std::size_t bins);
// Trace against model: mean, quantiles, autocorrelations, outages.
std::string comparison_text(const ChannelComparison& comparison);

}  // namespace updraft
