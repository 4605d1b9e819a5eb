#include "traces/recorder/deepn_table.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include "sim/core/check.hpp"

namespace updraft {
namespace {

// JPEG's forward transform (T.81, A.3.3) in one direction: basis[u][x].
std::array<std::array<double, 8>, 8> cosines() {
  std::array<std::array<double, 8>, 8> basis{};
  for (std::size_t u = 0; u < 8; ++u) {
    for (std::size_t x = 0; x < 8; ++x) {
      const double angle = static_cast<double>((2 * x + 1) * u) * std::numbers::pi / 16;
      basis[u][x] = (u == 0 ? std::sqrt(0.125) : 0.5) * std::cos(angle);
    }
  }
  return basis;
}

}  // namespace

std::array<double, 64> deviations_of_frequencies(const ImageSet& set, std::size_t most) {
  UPDRAFT_CHECK(set.shape.channels == 1, to_string(set.shape));
  const auto basis = cosines();
  const auto width = static_cast<std::size_t>(set.shape.width);
  const auto height = static_cast<std::size_t>(set.shape.height);
  const std::size_t apart = (set.size() + most - 1) / most;
  std::array<double, 64> sums{};
  std::array<double, 64> squares{};
  double blocks = 0;
  for (std::size_t row = 0; row < set.size(); row += apart) {
    const std::uint8_t* image = set.pixels.data() + row * width * height;
    for (std::size_t top = 0; top + 8 <= height; top += 8) {
      for (std::size_t left = 0; left + 8 <= width; left += 8) {
        double half[8][8];  // transformed along rows: [y][u]
        for (std::size_t y = 0; y < 8; ++y) {
          const std::uint8_t* pixel = image + (top + y) * width + left;
          for (std::size_t u = 0; u < 8; ++u) {
            half[y][u] = 0;
            for (std::size_t x = 0; x < 8; ++x) half[y][u] += basis[u][x] * pixel[x];
          }
        }
        for (std::size_t v = 0; v < 8; ++v) {
          for (std::size_t u = 0; u < 8; ++u) {
            double coefficient = 0;
            for (std::size_t y = 0; y < 8; ++y) coefficient += basis[v][y] * half[y][u];
            sums[8 * v + u] += coefficient;
            squares[8 * v + u] += coefficient * coefficient;
          }
        }
        ++blocks;
      }
    }
  }
  std::array<double, 64> deviations{};
  for (std::size_t i = 0; i < 64 && blocks > 0; ++i) {
    const double mean = sums[i] / blocks;
    deviations[i] = std::sqrt(std::max(0.0, squares[i] / blocks - mean * mean));
  }
  return deviations;
}

QuantisationTable deepn_table(const std::array<double, 64>& deviations) {
  std::array<double, 64> ranked = deviations;
  std::sort(ranked.begin(), ranked.end(), std::greater<>());
  const double high = ranked[28];  // T1: ranks 29 to 64 are at or below it
  const double low = ranked[6];    // T2: ranks 1 to 6 are above it
  const auto step = [&](double d) -> double {
    if (d <= high) return high > 0 ? 255 - 195 * d / high : 255;  // (1) k1 T1 = 195
    if (d <= low) return 60 - 40 * (d - high) / (low - high);     // (2) from 60 to 20
    return 240 - 180 * d / low;                                   // (3) k3 T2 = 180
  };
  QuantisationTable out;
  std::transform(deviations.begin(), deviations.end(), out.begin(), [&](double d) {
    return static_cast<std::uint16_t>(std::max(5.0, std::floor(step(d))));
  });
  return out;
}

}  // namespace updraft
