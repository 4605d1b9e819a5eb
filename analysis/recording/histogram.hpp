// How a score lies on the rows that the edge gets right and on those that it gets wrong: two counts
// a bin (Li et al., AppealNet, DAC 2021, Fig. 4). A score is good where the two hardly overlap.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace updraft {

struct Histogram {
  double low = 0;
  double high = 1;
  std::vector<std::uint32_t> correct;    // by bin; equal widths from low to high
  std::vector<std::uint32_t> incorrect;  // as many bins

  double edge(std::size_t bin) const;  // where the bin begins
};

// Over [0, 1] where all scores lie in it (so that msp, margin and q compare), else from the
// smallest score to the largest. The highest bin holds its upper end, too. At least one row.
Histogram histogram(std::span<const double> score, std::span<const std::uint8_t> edge_correct,
                    std::size_t bins = 20);

}  // namespace updraft
