#include "traces/recorder/transform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numbers>

#include "sim/core/input_error.hpp"
#include "sim/core/random.hpp"

namespace updraft {
namespace {

Stream draws_of(const Transform& transform, std::string_view part, std::size_t row) {
  return Stream(transform.seed, fmt::format("transform.{}", part), row);
}

Placing placed(const Transform& transform, const ImageShape& shape, Stream& draws) {
  Placing out;
  out.scale =
      transform.scale_least + (transform.scale_most - transform.scale_least) * draws.uniform();
  out.left = (transform.side - out.scale * shape.width) * draws.uniform();
  out.top = (transform.side - out.scale * shape.height) * draws.uniform();
  return out;
}

double normal(double mean, double deviation, Stream& draws) {
  const double u = draws.uniform() + 0x1p-54;  // never 0
  return mean + deviation * boost::math::quantile(boost::math::normal(), u);
}

// The two pixels between which a place lies, and how much of the second: (2) in one direction.
struct Between {
  int first;
  double second_share;
};
Between between(double place, double start, double scale) {
  const double u = (place + 0.5 - start) / scale - 0.5;  // (1)
  const double floor = std::floor(u);
  return {static_cast<int>(floor), u - floor};
}

// Adds the image to the canvas [side x side], (2).
void place(const std::uint8_t* image, const ImageShape& shape, const Placing& at, int side,
           std::vector<double>& canvas) {
  const auto pixel = [&](int x, int y) -> double {
    const bool inside = x >= 0 && y >= 0 && x < shape.width && y < shape.height;
    return inside ? image[y * shape.width + x] : 0;
  };
  // half an original pixel beyond its edge it has faded out
  const auto first = [&](double start) {
    return std::max(0, static_cast<int>(std::floor(start - at.scale)));
  };
  const auto last = [&](double start, int pixels) {
    return std::min(side - 1, static_cast<int>(std::ceil(start + at.scale * (pixels + 1))));
  };
  for (int y = first(at.top); y <= last(at.top, shape.height); ++y) {
    const auto [j, down] = between(y, at.top, at.scale);
    for (int x = first(at.left); x <= last(at.left, shape.width); ++x) {
      const auto [i, right] = between(x, at.left, at.scale);
      const double upper = (1 - right) * pixel(i, j) + right * pixel(i + 1, j);
      const double lower = (1 - right) * pixel(i, j + 1) + right * pixel(i + 1, j + 1);
      canvas[static_cast<std::size_t>(y * side + x)] += (1 - down) * upper + down * lower;
    }
  }
}

// Adds (3). sin(a + b) = sin a cos b + cos a sin b: a sine a row and a column, not one a pixel.
void add_waves(const Transform& transform, Stream& draws, std::vector<double>& canvas) {
  const auto side = static_cast<std::size_t>(transform.side);
  const double turn = 2 * std::numbers::pi;
  const double half = transform.amplitude / 2;
  for (double& value : canvas) value += half;
  std::vector<double> sine(side);
  std::vector<double> cosine(side);
  for (int k = 0; k < transform.waves; ++k) {
    const double phase = turn * draws.uniform();
    const double f = normal(transform.frequency_mean, transform.frequency_deviation, draws);
    const double g = normal(transform.frequency_mean, transform.frequency_deviation, draws);
    for (std::size_t x = 0; x < side; ++x) {
      const double angle = turn * f * static_cast<double>(x) / transform.side + phase;
      sine[x] = half / transform.waves * std::sin(angle);
      cosine[x] = half / transform.waves * std::cos(angle);
    }
    for (std::size_t y = 0; y < side; ++y) {
      const double angle = turn * g * static_cast<double>(y) / transform.side;
      const double with_sine = std::cos(angle);
      const double with_cosine = std::sin(angle);
      double* row = canvas.data() + y * side;
      for (std::size_t x = 0; x < side; ++x) {
        row[x] += sine[x] * with_sine + cosine[x] * with_cosine;  // (3)
      }
    }
  }
}

}  // namespace

Placing placing_of(const Transform& transform, const ImageShape& shape, std::string_view part,
                   std::size_t row) {
  Stream draws = draws_of(transform, part, row);
  return placed(transform, shape, draws);
}

ImageSet transformed(const ImageSet& set, const Transform& transform, std::string_view part) {
  const double largest = transform.scale_most * std::max(set.shape.height, set.shape.width);
  if (largest > transform.side) {
    throw InputError(fmt::format(
        "dataset.transform.side = {}; expected at least {:.0f} pixels, for images of {} scaled by "
        "up to {}",
        transform.side, std::ceil(largest), to_string(set.shape), transform.scale_most));
  }
  ImageSet out;
  out.shape = {set.shape.channels, transform.side, transform.side};
  out.labels = set.labels;
  out.pixels.reserve(set.size() * out.shape.values());
  const std::size_t plane = set.shape.values() / static_cast<std::size_t>(set.shape.channels);
  std::vector<double> canvas(out.shape.values() / static_cast<std::size_t>(set.shape.channels));
  for (std::size_t row = 0; row < set.size(); ++row) {
    Stream draws = draws_of(transform, part, row);
    const Placing at = placed(transform, set.shape, draws);
    for (std::size_t c = 0; c < static_cast<std::size_t>(set.shape.channels); ++c) {
      std::fill(canvas.begin(), canvas.end(), 0.0);
      place(set.pixels.data() + row * set.shape.values() + c * plane, set.shape, at, transform.side,
            canvas);
      Stream same = draws;  // all channels of an image bear the same noise
      if (transform.waves > 0) add_waves(transform, same, canvas);
      for (const double value : canvas) {
        out.pixels.push_back(
            static_cast<std::uint8_t>(std::lround(std::min(value, 255.0))));  // (4)
      }
    }
  }
  return out;
}

}  // namespace updraft
