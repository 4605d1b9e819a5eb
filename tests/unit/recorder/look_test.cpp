// Does `look` show what a recording would say, and does its picture show that, pixel by pixel?
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <png.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "sim/core/input_error.hpp"
#include "tests/unit/recorder/drawn_digits.hpp"
#include "tests/unit/recorder/written_dataset.hpp"
#include "traces/recorder/look_picture.hpp"
#include "traces/recorder/named_dataset.hpp"
#include "traces/recorder/recording.hpp"

using namespace updraft;
using namespace updraft::written;

namespace {

const char* const text = R"(
seed: 3
dataset:
  {name: drawn, kind: idx, classes: 10, calibration: 20, source: drawn, licence: none,
   transform: {side: 40, scale_least: 1, scale_most: 1.4, waves: 2, amplitude: 40}}
cloud:
  network: {form: cinet_digits_cnn, depth: 7}
  training: {epochs: 1, batch: 16, rate: 0.01}
stages:
  crop6:
    network: {form: cinet, crop: 6, width: 0.03125}
    loss: crop
    training: {epochs: 1, batch: 16, rate: 0.002}
logits: float16
)";

using Colour = std::array<int, 3>;

// A PNG's pixels as libpng reads them.
class Read {
 public:
  explicit Read(const std::string& file) {
    image_.version = PNG_IMAGE_VERSION;
    REQUIRE(png_image_begin_read_from_file(&image_, file.c_str()) != 0);
    image_.format = PNG_FORMAT_RGB;
    bytes_.resize(PNG_IMAGE_SIZE(image_));
    REQUIRE(png_image_finish_read(&image_, nullptr, bytes_.data(), 0, nullptr) != 0);
  }
  int width() const { return static_cast<int>(image_.width); }
  int height() const { return static_cast<int>(image_.height); }
  Colour at(int x, int y) const {
    const std::size_t first = 3 * static_cast<std::size_t>(y * width() + x);
    return {bytes_[first], bytes_[first + 1], bytes_[first + 2]};
  }

 private:
  png_image image_{};
  std::vector<std::uint8_t> bytes_;
};

bool gnuplot_is_here() {
  if (std::system("command -v gnuplot > /dev/null") == 0) return true;
  MESSAGE("skipped: gnuplot is not installed");
  return false;
}

std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  return "taken";
}

}  // namespace

TEST_CASE("a look says of every row what the recording of the same network says") {
  const Folder folder("look");
  write_idx(folder.path(), "train", drawn_digits(80, 1));
  write_idx(folder.path(), "t10k", drawn_digits(30, 2));
  const Recipe recipe = read_recipe(parse_document(text, "r.yaml"));
  RecordOptions options;
  options.checkpoints = folder.path();
  const InferenceTrace trace = record(recipe, read_dataset(recipe, folder.path()), options);
  const StageRecipe& stage = recipe.stages[0];
  for (const char* name : {"test", "calibration"}) {
    INFO(name);
    const ImageSet images = read_split(recipe, folder.path(), name);
    const Split& split = *trace.split(name);
    CHECK(images.labels == split.labels);
    const Looks looks = look_at(images, recipe, stage, folder / "crop6.pt");
    CHECK(looks.epochs_done == 1);
    CHECK(looks.patch == ImageShape{1, 6, 6});
    REQUIRE(looks.all.size() == split.size());
    const Answers& answers = split.variant("crop6")->answers;
    for (std::size_t i = 0; i < split.size(); ++i) {
      const Look& look = looks.all[i];
      CHECK(look.answer == answers.predicted[i]);
      CHECK(look.right == (answers.correct[i] != 0));
      double sum = 0;
      for (std::size_t c = 0; c < 10; ++c) sum += std::exp(answers.logits[10 * i + c]);
      const auto best = 10 * i + static_cast<std::size_t>(look.answer);
      CHECK(look.probability == doctest::Approx(std::exp(answers.logits[best]) / sum));
      for (std::size_t k = 0; k < 4; ++k) {  // the trace's is rounded to float16: 11 bits
        CHECK(look.theta[k] ==
              doctest::Approx(split.stage("crop6")->theta[4 * i + k]).epsilon(5e-4));
      }
      CHECK(look.patch.size() == 36);
    }
  }
}

TEST_CASE("a look takes weights whatever they were trained on, but not those of another recipe") {
  const Folder folder("look");
  write_idx(folder.path(), "train", drawn_digits(60, 1));
  write_idx(folder.path(), "t10k", drawn_digits(10, 2));
  Recipe recipe = read_recipe(parse_document(text, "r.yaml"));
  RecordOptions options;
  options.checkpoints = folder.path();
  options.only = {"crop6"};
  train_only(recipe, read_dataset(recipe, folder.path()), options);
  ImageSet others = drawn_digits(3, 9);
  others = transformed(others, *recipe.dataset.transform, "test");
  const auto look = [&](const std::string& file) {
    return refusal([&] { look_at(others, recipe, recipe.stages[0], folder / file); });
  };
  CHECK(look("crop6.pt") == "taken");
  CHECK(look("crop5.pt") ==
        folder /
            "crop5.pt: is not there; expected a checkpoint: updraft-record run ... "
            "--checkpoints keeps them");
  recipe.stages[0].penalty = 0.2;
  CHECK(look("crop6.pt") ==
        folder /
            "crop6.pt: belongs to another recipe; expected the one that it was trained by, "
            "with the same --set");
  recipe.stages[0].penalty = 0.1;
  std::filesystem::resize_file(folder / "crop6.pt", 1000);
  CHECK(look("crop6.pt").starts_with(folder / "crop6.pt: is not a checkpoint that can be read"));
}

TEST_CASE(
    "the picture: images, boxes and patches where they belong, a colour for right and wrong") {
  if (!gnuplot_is_here()) return;
  const Folder folder("look");
  // 40 x 40 pixels, each a level of its own in its row: level 5 x + 50 i for image i
  ImageSet images;
  images.shape = {1, 40, 40};
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 1600; ++j)
      images.pixels.push_back(static_cast<std::uint8_t>(5 * (j % 40) + 50 * i));
    images.labels.push_back(i);
  }
  Looks looks;
  looks.patch = {1, 4, 4};
  Look look;
  look.theta = {-0.5F, 0.5F, 0.25F, 0.25F};
  for (int j = 0; j < 16; ++j) look.patch.push_back(static_cast<std::uint8_t>(10 * j));
  look.right = true;
  look.answer = 0;
  look.probability = 0.97;
  looks.all = {look, look};
  looks.all[1].right = false;
  draw(look_picture("It's `touch escaped` @x {/Bold y}", images, {7, 9}, looks), folder / "p.png");

  const Read picture(folder / "p.png");
  // tiles of 5 * 40 = 200; a strip of 36, two columns of 220; 64 + 3 * 220 + 44
  CHECK(picture.width() == 36 + 2 * 220);
  CHECK(picture.height() == 64 + 3 * 220 + 44);
  const auto gray = [](int level) { return Colour{level, level, level}; };
  for (const int column : {0, 1}) {
    const int left = 36 + 220 * column;
    for (const int x : {0, 4, 5, 99, 100, 199}) {
      for (const int y : {0, 199}) {
        INFO(column << " " << x << " " << y);
        CHECK(picture.at(left + x, 64 + y) == gray(x / 5 * 5 + 50 * column));
        CHECK(picture.at(left + x, 64 + 220 + y) == gray(x / 5 * 5 + 50 * column));
      }
    }
    // the patch: 4 x 4, each pixel 50 wide, row by row
    for (const int x : {0, 49, 50, 199}) {
      for (const int y : {0, 49, 50, 199}) {
        INFO(column << " " << x << " " << y);
        CHECK(picture.at(left + x, 64 + 440 + y) == gray(10 * (y / 50 * 4 + x / 50)));
      }
    }
    // theta: from -0.75 to -0.25 across, 25 to 75 of 200 pixels, and 125 to 175 down
    // a line of 2.5 pixels: somewhere within two of its middle, mixed with its black rim
    const auto orange = [&](int x, int y) {
      for (int i = -2; i <= 2; ++i) {
        for (int j = -2; j <= 2; ++j) {
          const auto [red, green, blue] = picture.at(left + x + i, y + j);
          if (red > 0xC0 && green > 0x80 && green < 0xB0 && blue < 0x20) return true;
        }
      }
      return false;
    };
    for (const auto& [x, y] : {std::pair{25, 150}, {75, 150}, {50, 125}, {50, 175}}) {
      INFO(column << " " << x << " " << y);
      CHECK(orange(x, 64 + 220 + y));
      CHECK_FALSE(orange(x, 64 + y));  // in the second row of tiles alone
    }
    CHECK_FALSE(orange(50, 64 + 220 + 150));  // nor inside
  }
  const auto has = [&](int left, const Colour& colour) {
    for (int y = 64 + 660; y < picture.height(); ++y) {
      for (int x = left; x < left + 200; ++x) {
        if (picture.at(x, y) == colour) return true;
      }
    }
    return false;
  };
  const Colour right = {0x00, 0x9E, 0x73};
  const Colour wrong = {0xD5, 0x5E, 0x00};
  CHECK(has(36, right));
  CHECK_FALSE(has(36, wrong));
  CHECK(has(36 + 220, wrong));
  CHECK_FALSE(has(36 + 220, right));
}

TEST_CASE("a box that leaves the image is drawn into the gap around it, no farther") {
  ImageSet images;
  images.shape = {1, 40, 40};
  images.pixels.assign(1600, 0);
  images.labels = {0};
  Looks looks;
  looks.patch = {1, 4, 4};
  Look look;
  look.theta = {0, 0, -3, 1};  // mirrored: a box all the same
  look.patch.assign(16, 0);
  looks.all = {look};
  // x from 36 - 8 to 36 + 200 + 8; y, from below, 768 - 284 down to 768 - 484
  CHECK(look_picture("t", images, {0}, looks)
            .script.find("set object rectangle from 28,484 to 244,284 ") != std::string::npos);
}

TEST_CASE("without gnuplot, or where the picture cannot be, one line says so") {
  LookPicture none;
  CHECK(refusal([&] { draw(none, "p.png", "no-such-gnuplot"); }) ==
        "p.png: not drawn: gnuplot is not installed (apt-get install gnuplot-nox)");
}

TEST_CASE("drawn digits: ten shapes that a mean image each tells apart, the same again") {
  const ImageSet train = drawn_digits(200, 1);
  CHECK(drawn_digits(200, 1).pixels == train.pixels);
  CHECK(drawn_digits(200, 2).pixels != train.pixels);
  CHECK(train.labels[13] == 3);
  const std::size_t plane = train.shape.values();
  REQUIRE(plane == 784);
  std::vector<double> means(10 * plane);
  for (std::size_t i = 0; i < 200; ++i) {
    for (std::size_t j = 0; j < plane; ++j)
      means[i % 10 * plane + j] += train.pixels[i * plane + j] / 20.0;
  }
  const ImageSet test = drawn_digits(100, 3);
  int right = 0;
  for (std::size_t i = 0; i < 100; ++i) {
    std::array<double, 10> apart{};
    for (std::size_t digit = 0; digit < 10; ++digit) {
      for (std::size_t j = 0; j < plane; ++j) {
        const double difference = means[digit * plane + j] - test.pixels[i * plane + j];
        apart[digit] += difference * difference;
      }
    }
    const auto nearest = std::min_element(apart.begin(), apart.end()) - apart.begin();
    right += nearest == test.labels[i] ? 1 : 0;
  }
  MESSAGE(right << " of 100");
  CHECK(right >= 90);  // by chance: 10 +- 3
}
