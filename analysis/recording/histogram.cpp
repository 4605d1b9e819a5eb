#include "analysis/recording/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace updraft {

double Histogram::edge(std::size_t bin) const {
  return low + (high - low) * static_cast<double>(bin) / static_cast<double>(correct.size());
}

Histogram histogram(std::span<const double> score, std::span<const std::uint8_t> edge_correct,
                    std::size_t bins) {
  Histogram out;
  const auto [least, most] = std::minmax_element(score.begin(), score.end());
  if (*least < 0 || *most > 1) {
    out.low = *least;
    // one value needs some width, and a large one more than 1
    out.high = *most > *least ? *most : *least + std::max(1.0, std::abs(*least));
  }
  out.correct.resize(bins);
  out.incorrect.resize(bins);
  const auto count = static_cast<double>(bins);
  for (std::size_t i = 0; i < score.size(); ++i) {
    const double at = (score[i] - out.low) / (out.high - out.low) * count;
    const auto bin = std::min(static_cast<std::size_t>(at), bins - 1);
    ++(edge_correct[i] != 0 ? out.correct : out.incorrect)[bin];
  }
  return out;
}

}  // namespace updraft
