// Digits that nobody's dataset holds: strokes of our own, rasterised as MNIST's are (28 x 28, black
// ground, about 20 pixels high). For pictures that may be shown, and small trainings. Not a
// stand-in for handwriting: ten shapes that slant, stretch and thicken.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "sim/core/random.hpp"
#include "traces/recorder/dataset.hpp"

namespace updraft::written {

struct Point {
  double x, y;  // from 0 to 1, y down
};
using Stroke = std::vector<Point>;

// From one angle to another [degrees], 0 to the right, 90 down.
inline Stroke arc(Point centre, double across, double down, double from, double to) {
  Stroke stroke;
  for (int i = 0; i <= 16; ++i) {
    const double angle = (from + (to - from) * i / 16) * std::numbers::pi / 180;
    stroke.push_back({centre.x + across * std::cos(angle), centre.y + down * std::sin(angle)});
  }
  return stroke;
}

inline Stroke joined(Stroke first, const Stroke& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

inline std::vector<Stroke> strokes_of(int digit) {
  switch (digit) {
    case 0:
      return {arc({0.5, 0.5}, 0.32, 0.5, 0, 360)};
    case 1:
      return {{{0.36, 0.18}, {0.54, 0}, {0.54, 1}}};
    case 2:
      return {joined(arc({0.5, 0.28}, 0.3, 0.28, -160, 40), {{0.18, 1}, {0.85, 1}})};
    case 3:
      return {
          joined(arc({0.48, 0.25}, 0.27, 0.25, -150, 80), arc({0.48, 0.73}, 0.31, 0.27, -80, 150))};
    case 4:
      return {{{0.56, 0}, {0.14, 0.62}, {0.86, 0.62}}, {{0.66, 0.34}, {0.66, 1}}};
    case 5:
      return {
          joined({{0.8, 0}, {0.28, 0}, {0.24, 0.46}}, arc({0.47, 0.69}, 0.32, 0.31, -130, 150))};
    case 6:
      return {joined({{0.68, 0}, {0.36, 0.35}}, arc({0.5, 0.71}, 0.29, 0.29, -170, 190))};
    case 7:
      return {{{0.16, 0}, {0.82, 0}, {0.42, 1}}};
    case 8:
      return {arc({0.5, 0.24}, 0.24, 0.24, 0, 360), arc({0.5, 0.74}, 0.29, 0.26, 0, 360)};
    default:
      return {joined(arc({0.5, 0.28}, 0.27, 0.28, 0, 360), {{0.76, 0.45}, {0.62, 1}})};
  }
}

inline double distance(Point p, Point a, Point b) {
  const double dx = b.x - a.x;
  const double dy = b.y - a.y;
  const double length = dx * dx + dy * dy;
  const double along =
      length > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length, 0.0, 1.0) : 0;
  return std::hypot(p.x - a.x - along * dx, p.y - a.y - along * dy);
}

// 0, 1, ... 9, 0, ...: `count` of them, each with a slant, a width and a thickness of its own, from
// Stream(seed, "drawn_digits", row).
inline ImageSet drawn_digits(std::size_t count, std::uint64_t seed) {
  constexpr int side = 28;
  ImageSet set;
  set.shape = {1, side, side};
  for (std::size_t row = 0; row < count; ++row) {
    Stream draws(seed, "drawn_digits", row);
    const double slant = 0.4 * draws.uniform() - 0.15;  // mostly to the right, as people write
    const double wide = 15 + 5 * draws.uniform();       // pixels
    const double thick = 2.2 + 1.4 * draws.uniform();   // pixels
    std::vector<Stroke> strokes = strokes_of(static_cast<int>(row % 10));
    for (auto& stroke : strokes) {
      for (auto& [x, y] : stroke) {
        x = side / 2.0 + wide * (x - 0.5 + slant * (0.5 - y));
        y = side / 2.0 + 18.5 * (y - 0.5);
      }
    }
    for (int y = 0; y < side; ++y) {
      for (int x = 0; x < side; ++x) {
        double nearest = side;
        for (const auto& stroke : strokes) {
          for (std::size_t i = 1; i < stroke.size(); ++i) {
            nearest = std::min(nearest, distance({x + 0.5, y + 0.5}, stroke[i - 1], stroke[i]));
          }
        }
        const double covered = std::clamp(thick / 2 + 0.5 - nearest, 0.0, 1.0);
        set.pixels.push_back(static_cast<std::uint8_t>(std::lround(255 * covered)));
      }
    }
    set.labels.push_back(static_cast<std::int32_t>(row % 10));
  }
  return set;
}

}  // namespace updraft::written
