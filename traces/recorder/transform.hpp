// The transformed MNIST of seeds/004, Sec. 4.1: each image, scaled and moved at random, on a larger
// black square, with sine waves for noise. Made anew from the original files each time: nothing is
// kept on disk. No torch here; no augmentation either: it is the dataset, one image a row.
//
//   u = (x + 1/2 - left) / s - 1/2,  v likewise of y and top                (1)
//   placed(x, y) = sum_ij I(i, j) max(0, 1 - |u - i|) max(0, 1 - |v - j|)   (2)
//   noise(x, y) = (A / 2) (1 + (1 / K) sum_k sin(2 pi (f_k x + g_k y) / W + phi_k))   (3)
//   pixel = whole number nearest to min(255, placed + noise)                (4)
// x, y pixel of the square, from 0 at the top left; W its side [pixels]; I the original, 0 outside.
// s ~ U(scale_least, scale_most), side of the placed image over the original's; left ~ U(0, W - s
// w), top ~ U(0, W - s h): the image lies wholly inside. K waves, A amplitude [levels of 255]; phi
// ~ U(0, 2 pi) [rad]; f, g ~ N(mean, deviation) [cycles per side].
//
// The paper gives the square, the waves' number and the distributions of phi and of the frequencies
// (5, 5). It is silent on s, on left and top, on A, on what a frequency counts and on how noise and
// image add up: ours are above, and those with a number are keys of a recipe. Frequencies are taken
// as cycles per side because its Sec. 4.3 calls the noise low-frequency. Scale and amplitude are
// chosen so that images hold about as much as the paper's: coefficients of JPEG that are not 0, at
// qualities 50 and 0.5, as in its Tables 3 and 4 (ours on 120 test images):
//   fashion  s in [1, 3]          578 and 146    547 and 131
//   digits   the same, A = 52   1,173 and 117  1,343 and 116
#pragma once

#include <cstdint>
#include <string_view>

#include "traces/recorder/dataset.hpp"

namespace updraft {

struct Transform {
  std::uint64_t seed = 1;
  int side = 100;  // W, pixels; not below the sides of what goes on it times scale_most
  double scale_least = 1;
  double scale_most = 3;
  int waves = 0;          // K; 0: no noise
  double amplitude = 52;  // A
  double frequency_mean = 5;
  double frequency_deviation = 5;
};

// A row's draws, in this order, come from Stream(seed, "transform." + part, row): s, left, top,
// then of each wave phi, f, g. So a row depends on nothing but its number, and noise leaves the
// places as they are.
struct Placing {
  double scale;
  double left;
  double top;
};
Placing placing_of(const Transform& transform, const ImageShape& shape, std::string_view part,
                   std::size_t row);

// `part` is "train" or "test". Labels stay. Throws InputError if an image could be larger than the
// square.
ImageSet transformed(const ImageSet& set, const Transform& transform, std::string_view part);

}  // namespace updraft
