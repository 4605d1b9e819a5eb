// From images to what a network is fed: the order of an epoch, random crops and flips, and
// normalised floats. Everything is drawn from a Stream that is made anew for each epoch, so that a
// training that is resumed sees what an undisturbed one would have seen.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/random.hpp"
#include "traces/recorder/dataset.hpp"

namespace updraft {

// 0 .. count-1 in random order (Fisher and Yates).
std::vector<std::size_t> shuffled(std::size_t count, Stream stream);

// Per channel, of pixel values in [0, 1].
struct Normalisation {
  std::vector<double> mean;
  std::vector<double> deviation;  // > 0; 1 where every pixel is the same
};
Normalisation normalisation(const ImageSet& set);
// An image as it is, in [0, 1]: what a network that crops sees.
Normalisation no_normalisation(const ImageShape& images);

// What may be done to an image without changing its label.
struct Augmentation {
  int pad = 0;        // shift by up to this many pixels each way; black comes in
  bool flip = false;  // left to right, every second image
};

// The rows as floats [rows x channels x height x width], (pixel / 255 - mean) / deviation.
std::vector<float> inputs(const ImageSet& set, std::span<const std::size_t> rows,
                          const Normalisation& norm);
// The same after augmentation. Draws from `stream`, three numbers an image whatever is switched on.
std::vector<float> augmented_inputs(const ImageSet& set, std::span<const std::size_t> rows,
                                    const Normalisation& norm, const Augmentation& augmentation,
                                    Stream& stream);

}  // namespace updraft
