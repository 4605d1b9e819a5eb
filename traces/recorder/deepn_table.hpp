// A quantisation table from what a dataset's frequencies look like: DeepN-JPEG (Liu, Liu, Wen,
// Jiang, Xu, Wang, Quan, DAC 2018). A frequency that varies much from block to block is taken to
// matter to networks, and is quantised finely.
//
//   d = standard deviation over all 8 x 8 blocks of a frequency's coefficient (JPEG's transform)
//   Q(d) = a - k1 d  where d <= T1, the 36 least varying frequencies (its band HF)            (1)
//          b - k2 d  where T1 < d <= T2, the 22 of ranks 7 to 28 (MF)                         (2)
//          c - k3 d  where T2 < d, the 6 most varying ones (LF)                               (3)
//   at least 5; rounded down
// Its constants are for ImageNet: a = 255, b = 80, c = 240, T1 = 20, T2 = 60, k1 = 9.75, k2 = 1, k3
// = 3, so that Q is 255 at d = 0, 60 on both sides of T1, 20 at T2, 60 just above T2 and 240 (1 -
// 3/4 d / T2) behind it. Ours keeps those values of Q where a dataset of other deviations has its
// T1 and T2, which its bands define: T1 = the 29th largest d, T2 = the 7th. On ImageNet's T1 and T2
// both are the same. The jump at T2 is the paper's.
#pragma once

#include "traces/recorder/dataset.hpp"
#include "traces/recorder/jpeg_codec.hpp"

namespace updraft {

// Of the 64 frequencies, row by row from DC; the images gray, pieces of blocks at the right and the
// lower edge left out. At most `most` images, evenly spaced.
std::array<double, 64> deviations_of_frequencies(const ImageSet& set, std::size_t most = 5000);

QuantisationTable deepn_table(const std::array<double, 64>& deviations);

}  // namespace updraft
