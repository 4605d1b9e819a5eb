// Do batches hold the images they should, moved and mirrored as drawn?
#include "traces/recorder/minibatch.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

using namespace updraft;

namespace {

// One gray image of 2 x 2 and normalisation that only divides by 255.
ImageSet square() {
  ImageSet set;
  set.shape = {1, 2, 2};
  set.pixels = {51, 102, 153, 204};  // 0.2 0.4 / 0.6 0.8
  set.labels = {0};
  return set;
}

const Normalisation plain{{0}, {1}};

std::vector<int> in_fifths(const std::vector<float>& values) {
  std::vector<int> out;
  for (const float value : values) out.push_back(static_cast<int>(std::lround(5 * value)));
  return out;
}

}  // namespace

TEST_CASE("an order is a permutation, its stream decides which") {
  auto order = shuffled(100, Stream(1, "order"));
  CHECK(order == shuffled(100, Stream(1, "order")));
  CHECK(order != shuffled(100, Stream(1, "order", 1)));
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < 100; ++i) CHECK(order[i] == i);
  CHECK(shuffled(0, Stream(1, "order")).empty());
}

TEST_CASE("normalisation is the mean and deviation of each channel") {
  // channel 0: 0, 255 -> mean 1/2, deviation 1/2; channel 1 constant -> deviation 1, not 0
  ImageSet set;
  set.shape = {2, 1, 2};
  set.pixels = {0, 255, 51, 51};
  set.labels = {0};
  const Normalisation norm = normalisation(set);
  CHECK(norm.mean[0] == doctest::Approx(0.5));
  CHECK(norm.deviation[0] == doctest::Approx(0.5));
  CHECK(norm.mean[1] == doctest::Approx(0.2));
  CHECK(norm.deviation[1] == 1);
  const std::size_t rows[] = {0};
  const auto values = inputs(set, rows, norm);
  CHECK(values[0] == doctest::Approx(-1));  // (0 - 1/2) / (1/2)
  CHECK(values[1] == doctest::Approx(1));
  CHECK(values[2] == doctest::Approx(0));
}

TEST_CASE("without augmentation a batch is the images") {
  const std::size_t rows[] = {0};
  Stream stream(1, "views");
  CHECK(augmented_inputs(square(), rows, plain, {}, stream) == inputs(square(), rows, plain));
  CHECK(in_fifths(inputs(square(), rows, plain)) == std::vector<int>{1, 2, 3, 4});
}

TEST_CASE("augmentation makes each shift and mirror image, and none else") {
  const ImageSet set = square();
  const std::size_t rows[] = {0};
  Stream stream(1, "views");
  std::set<std::vector<int>> seen;
  for (int i = 0; i < 2000; ++i) {
    seen.insert(in_fifths(augmented_inputs(set, rows, plain, {1, true}, stream)));
  }
  // 3 x 3 shifts, mirrored or not. Of the 18 views no two are alike: the four corners show one
  // pixel each, in four places, from two images of four pixels.
  std::set<std::vector<int>> expected;
  for (int mirrored = 0; mirrored < 2; ++mirrored) {
    const int image[2][2] = {{mirrored != 0 ? 2 : 1, mirrored != 0 ? 1 : 2},
                             {mirrored != 0 ? 4 : 3, mirrored != 0 ? 3 : 4}};
    for (int down = -1; down <= 1; ++down) {
      for (int right = -1; right <= 1; ++right) {
        std::vector<int> view;
        for (int y = 0; y < 2; ++y) {
          for (int x = 0; x < 2; ++x) {
            const int from_y = y - down;
            const int from_x = x - right;
            const bool inside = from_y >= 0 && from_y < 2 && from_x >= 0 && from_x < 2;
            view.push_back(inside ? image[from_y][from_x] : 0);
          }
        }
        expected.insert(view);
      }
    }
  }
  CHECK(seen == expected);
}

TEST_CASE("switching flips off leaves the shifts as they were") {
  const ImageSet set = square();
  const std::vector<std::size_t> rows(50, 0);
  Stream one(1, "views");
  Stream other(1, "views");
  const auto flipped = augmented_inputs(set, rows, plain, {1, true}, one);
  const auto upright = augmented_inputs(set, rows, plain, {1, false}, other);
  CHECK(flipped != upright);
  CHECK(one.bits() == other.bits());
}
