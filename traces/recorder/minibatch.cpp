#include "traces/recorder/minibatch.hpp"

#include <cmath>
#include <numeric>
#include <utility>

namespace updraft {
namespace {

struct Shift {
  int down = 0;
  int right = 0;
  bool mirrored = false;
};

// Copies one image, moved by `shift`; what moves in from outside is black.
void copy_image(const ImageSet& set, std::size_t row, const Normalisation& norm, Shift shift,
                float* out) {
  const auto [channels, height, width] = set.shape;
  const std::uint8_t* image = set.pixels.data() + row * set.shape.values();
  for (int c = 0; c < channels; ++c) {
    const double mean = norm.mean[static_cast<std::size_t>(c)];
    const double scale = 1 / norm.deviation[static_cast<std::size_t>(c)];
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const int from_y = y - shift.down;
        const int seen_x = x - shift.right;
        const int from_x = shift.mirrored ? width - 1 - seen_x : seen_x;
        const bool inside = from_y >= 0 && from_y < height && from_x >= 0 && from_x < width;
        const int pixel = inside ? image[(c * height + from_y) * width + from_x] : 0;
        *out++ = static_cast<float>((pixel / 255.0 - mean) * scale);
      }
    }
  }
}

}  // namespace

std::vector<std::size_t> shuffled(std::size_t count, Stream stream) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t left = count; left > 1; --left) {
    std::swap(order[left - 1], order[stream.below(left)]);
  }
  return order;
}

Normalisation normalisation(const ImageSet& set) {
  const auto channels = static_cast<std::size_t>(set.shape.channels);
  const std::size_t plane = set.shape.values() / channels;
  Normalisation norm;
  for (std::size_t c = 0; c < channels; ++c) {
    // whole numbers: the sums are exact, in any order
    std::uint64_t sum = 0;
    std::uint64_t squares = 0;
    for (std::size_t row = 0; row < set.size(); ++row) {
      const std::uint8_t* pixel = set.pixels.data() + (row * channels + c) * plane;
      for (std::size_t i = 0; i < plane; ++i) {
        sum += pixel[i];
        squares += std::uint64_t{pixel[i]} * pixel[i];
      }
    }
    const auto count = static_cast<double>(set.size() * plane);
    const double mean = static_cast<double>(sum) / count / 255;
    const double variance = static_cast<double>(squares) / count / (255.0 * 255.0) - mean * mean;
    norm.mean.push_back(mean);
    norm.deviation.push_back(variance > 1e-12 ? std::sqrt(variance) : 1);
  }
  return norm;
}

Normalisation no_normalisation(const ImageShape& images) {
  const auto channels = static_cast<std::size_t>(images.channels);
  return {std::vector<double>(channels, 0), std::vector<double>(channels, 1)};
}

std::vector<float> inputs(const ImageSet& set, std::span<const std::size_t> rows,
                          const Normalisation& norm) {
  const std::size_t values = set.shape.values();
  std::vector<float> out(rows.size() * values);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    copy_image(set, rows[i], norm, {}, out.data() + i * values);
  }
  return out;
}

std::vector<float> augmented_inputs(const ImageSet& set, std::span<const std::size_t> rows,
                                    const Normalisation& norm, const Augmentation& augmentation,
                                    Stream& stream) {
  const std::size_t values = set.shape.values();
  const auto reach = static_cast<std::uint64_t>(2 * augmentation.pad + 1);
  std::vector<float> out(rows.size() * values);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Shift shift;
    shift.down = static_cast<int>(stream.below(reach)) - augmentation.pad;
    shift.right = static_cast<int>(stream.below(reach)) - augmentation.pad;
    const bool tails = stream.below(2) == 1;
    shift.mirrored = augmentation.flip && tails;
    copy_image(set, rows[i], norm, shift, out.data() + i * values);
  }
  return out;
}

}  // namespace updraft
