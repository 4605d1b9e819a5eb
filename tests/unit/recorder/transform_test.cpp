// Is each image where its draws say, on black, with the noise that the equations say, and nothing
// else?
#include "traces/recorder/transform.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sim/core/input_error.hpp"
#include "sim/core/random.hpp"

using namespace updraft;

namespace {

ImageSet white_squares(std::size_t count, int side) {
  ImageSet set;
  set.shape = {1, side, side};
  set.pixels.assign(count * set.shape.values(), 200);
  set.labels.assign(count, 1);
  return set;
}

double level(const ImageSet& set, std::size_t row, int x, int y) {
  return set.pixels[row * set.shape.values() + static_cast<std::size_t>(y * set.shape.width + x)];
}

Transform plain(int side) {
  Transform transform;
  transform.side = side;
  transform.scale_least = 0.5;
  transform.scale_most = 1.5;
  return transform;
}

}  // namespace

TEST_CASE("an image lies where its draws say, wholly inside, and black is around it") {
  const Transform transform = plain(40);
  const ImageSet out = transformed(white_squares(200, 8), transform, "train");
  CHECK(out.shape == ImageShape{1, 40, 40});
  CHECK(out.labels == std::vector<std::int32_t>(200, 1));
  double least = 9;
  double most = 0;
  for (std::size_t row = 0; row < 200; ++row) {
    const Placing at = placing_of(transform, {1, 8, 8}, "train", row);
    REQUIRE((at.scale >= 0.5 && at.scale < 1.5));
    REQUIRE((at.left >= 0 && at.left + 8 * at.scale <= 40));
    REQUIRE((at.top >= 0 && at.top + 8 * at.scale <= 40));
    least = std::min(least, at.scale);
    most = std::max(most, at.scale);
    for (int y = 0; y < 40; ++y) {
      for (int x = 0; x < 40; ++x) {
        // how far the pixel's centre is from the placed square, in its own pixels: full from half a
        // pixel inside, nothing from half a pixel outside
        const auto inside = [&](double centre, double start) {
          return std::min(centre - start, start + 8 * at.scale - centre) / at.scale;
        };
        const double across = inside(x + 0.5, at.left);
        const double down = inside(y + 0.5, at.top);
        if (std::min(across, down) >= 0.5) REQUIRE(level(out, row, x, y) == 200);
        if (std::min(across, down) <= -0.5) REQUIRE(level(out, row, x, y) == 0);
      }
    }
  }
  CHECK(least < 0.55);  // 200 draws miss a twentieth of the range with probability 0.95^200 = 4e-5
  CHECK(most > 1.45);
}

TEST_CASE("between pixels an image is bilinear") {
  // one row of 0 and 100, doubled: a pixel of the square is half a pixel of the image. (1) at u =
  // (x + 1/2 - left) / 2 - 1/2, (2) between neighbours.
  ImageSet set;
  set.shape = {1, 2, 2};
  set.pixels = {0, 100, 0, 100};
  set.labels = {0};
  Transform transform = plain(12);
  transform.scale_least = transform.scale_most = 2;
  const ImageSet out = transformed(set, transform, "train");
  const Placing at = placing_of(transform, set.shape, "train", 0);
  const auto hat = [](double distance) { return std::max(0.0, 1 - std::abs(distance)); };
  for (int y = 0; y < 12; ++y) {
    for (int x = 0; x < 12; ++x) {
      const double u = (x + 0.5 - at.left) / 2 - 0.5;
      const double v = (y + 0.5 - at.top) / 2 - 0.5;
      const double expected = 100 * hat(u - 1) * (hat(v) + hat(v - 1));
      CHECK(level(out, 0, x, y) == doctest::Approx(std::round(expected)));
    }
  }
}

TEST_CASE("noise is the mean of the waves that its draws say, from 0 to its amplitude") {
  Transform transform = plain(30);
  transform.waves = 2;
  transform.amplitude = 120;
  transform.frequency_mean = 3;
  transform.frequency_deviation = 0;  // f = g = 3, whatever is drawn
  ImageSet black = white_squares(1, 4);
  std::fill(black.pixels.begin(), black.pixels.end(), std::uint8_t{0});
  const ImageSet out = transformed(black, transform, "test");
  Stream draws(transform.seed, "transform.test", 0);
  for (int i = 0; i < 3; ++i) draws.uniform();  // scale, left, top
  double phases[2];
  for (double& phase : phases) {
    phase = 2 * std::numbers::pi * draws.uniform();
    draws.uniform();
    draws.uniform();
  }
  for (int y = 0; y < 30; ++y) {
    for (int x = 0; x < 30; ++x) {
      double sines = 0;
      for (const double phase : phases) {
        sines += std::sin(2 * std::numbers::pi * (3 * x + 3 * y) / 30 + phase);
      }
      const double expected = 60 * (1 + sines / 2);  // (3): between 0 and 120
      CHECK(std::abs(level(out, 0, x, y) - expected) <= 0.5 + 1e-9);
    }
  }
}

TEST_CASE("frequencies are normal: their mean and deviation over many rows") {
  // one wave of amplitude 254, mean 4, deviation 0.5, along x alone: the first image row crosses
  // its middle 2 f times. Counted over 400 rows: mean 8 +- 4 * (2 * 0.5 + rounding 0.5) / 20 = 0.3.
  Transform transform = plain(64);
  transform.waves = 1;
  transform.amplitude = 254;
  transform.frequency_mean = 4;
  transform.frequency_deviation = 0.5;
  ImageSet black = white_squares(400, 2);
  std::fill(black.pixels.begin(), black.pixels.end(), std::uint8_t{0});
  const ImageSet out = transformed(black, transform, "train");
  double crossings = 0;
  double squares = 0;
  for (std::size_t row = 0; row < 400; ++row) {
    int count = 0;
    for (int x = 1; x < 64; ++x) {
      count += (level(out, row, x, 0) > 127) != (level(out, row, x - 1, 0) > 127) ? 1 : 0;
    }
    crossings += count;
    squares += count * count;
  }
  const double mean = crossings / 400;
  CHECK(mean == doctest::Approx(8 * 63.0 / 64).epsilon(0.04));
  const double deviation = std::sqrt(squares / 400 - mean * mean);
  CHECK(deviation > 0.8);  // 2 * 0.5, and the rounding's 0.4
  CHECK(deviation < 1.3);
}

TEST_CASE("what is brighter than white is white") {
  Transform transform = plain(20);
  transform.waves = 1;
  transform.amplitude = 255;
  const ImageSet out = transformed(white_squares(3, 8), transform, "train");
  CHECK(*std::max_element(out.pixels.begin(), out.pixels.end()) == 255);  // 200 + up to 255
}

TEST_CASE("a row depends on seed, part and its number alone; noise moves no image") {
  Transform transform = plain(30);
  const ImageSet both = transformed(white_squares(2, 8), transform, "train");
  const ImageSet first = transformed(white_squares(1, 8), transform, "train");
  CHECK(std::equal(first.pixels.begin(), first.pixels.end(), both.pixels.begin()));
  CHECK(transformed(white_squares(2, 8), transform, "train").pixels == both.pixels);
  CHECK(transformed(white_squares(2, 8), transform, "test").pixels != both.pixels);
  Transform noisy = transform;
  noisy.waves = 10;
  CHECK(placing_of(noisy, {1, 8, 8}, "train", 1).left ==
        placing_of(transform, {1, 8, 8}, "train", 1).left);
  transform.seed = 2;
  CHECK(transformed(white_squares(2, 8), transform, "train").pixels != both.pixels);
}

TEST_CASE("a square that is too small for its images is the user's mistake") {
  CHECK_THROWS_WITH_AS(
      transformed(white_squares(1, 28), plain(41), "train"),
      "dataset.transform.side = 41; expected at least 42 pixels, for images of 28 x 28 gray scaled "
      "by up to 1.5",
      InputError);
  CHECK(transformed(white_squares(1, 28), plain(42), "train").size() == 1);
}
