// Does the sampler take from an image what CiNET's equations say, and do its slopes agree with
// differences?
#include "tests/unit/recorder/torch_doctest.hpp"

#include "traces/recorder/sampler.hpp"

#include <cmath>

#include "sim/core/random.hpp"
#include "traces/recorder/objective.hpp"

using namespace updraft;

namespace {

torch::Tensor theta_of(double tx, double ty, double sx, double sy) {
  return torch::tensor({tx, ty, sx, sy}, torch::kFloat64).view({1, 4});
}

torch::Tensor drawn(std::vector<std::int64_t> shape, const char* name) {
  Stream draws(7, name);
  torch::Tensor out = torch::zeros(shape, torch::kFloat64);
  for (std::int64_t i = 0; i < out.numel(); ++i) out.data_ptr<double>()[i] = draws.uniform();
  return out;
}

// Eqs. 3.1 to 3.3 word by word, coordinates as sampler.hpp says.
double by_hand(const torch::Tensor& image, const torch::Tensor& theta, std::int64_t row,
               std::int64_t column, std::int64_t height, std::int64_t width) {
  const auto number = [&](int i) { return theta[0][i].item<double>(); };
  const auto H = image.size(2);
  const auto W = image.size(3);
  const double x_P = (2 * static_cast<double>(column) + 1) / static_cast<double>(width) - 1;
  const double y_P = (2 * static_cast<double>(row) + 1) / static_cast<double>(height) - 1;
  const double x = ((number(2) * x_P + number(0) + 1) * static_cast<double>(W) - 1) / 2;
  const double y = ((number(3) * y_P + number(1) + 1) * static_cast<double>(H) - 1) / 2;
  double sum = 0;
  for (std::int64_t j = 0; j < H; ++j) {
    for (std::int64_t i = 0; i < W; ++i) {
      const double F_x = std::max(0.0, 1 - std::abs(x - static_cast<double>(i)));
      const double F_y = std::max(0.0, 1 - std::abs(y - static_cast<double>(j)));
      sum += image[0][0][j][i].item<double>() * F_x * F_y;
    }
  }
  return sum;
}

}  // namespace

TEST_CASE("theta = identity gives the image back, or the image resized") {
  const torch::Tensor image = drawn({2, 3, 5, 4}, "image");
  const torch::Tensor whole = theta_of(0, 0, 1, 1).repeat({2, 1});
  CHECK(torch::allclose(sampled(image, whole, 5, 4), image, 1e-12, 1e-12));
  // 4 x 4 to 2 x 2: each pixel of the patch lies between four of the image and is their mean
  const torch::Tensor four = torch::arange(16, torch::kFloat64).view({1, 1, 4, 4});
  const torch::Tensor half = sampled(four, theta_of(0, 0, 1, 1), 2, 2);
  // (0 + 1 + 4 + 5) / 4 = 2.5, (2 + 3 + 6 + 7) / 4 = 4.5, (8 + 9 + 12 + 13) / 4 = 10.5, 12.5
  CHECK(torch::allclose(half.flatten(), torch::tensor({2.5, 4.5, 10.5, 12.5}, torch::kFloat64)));
}

TEST_CASE("supersampled, a pixel is the mean of all that it covers") {
  const torch::Tensor image = torch::arange(64, torch::kFloat64).view({1, 1, 8, 8}).pow(2);
  // one point in the middle sees 4 of the 16 pixels that each of 2 x 2 covers; 4 x 4 points see all
  const torch::Tensor mean = torch::avg_pool2d(image, 4);
  CHECK(torch::allclose(sampled(image, theta_of(0, 0, 1, 1), 2, 2, 4), mean));
  CHECK_FALSE(torch::allclose(sampled(image, theta_of(0, 0, 1, 1), 2, 2), mean));
  // the upper right quarter, columns 4 to 7 of rows 0 to 3, in one pixel
  const torch::Tensor quarter = sampled(image, theta_of(0.5, -0.5, 0.5, 0.5), 1, 1, 4);
  CHECK(quarter.item<double>() ==
        doctest::Approx(image.slice(2, 0, 4).slice(3, 4, 8).mean().item<double>()));
}

TEST_CASE("a patch by hand: its place, its size, x to the right, y down, black outside") {
  const torch::Tensor four = torch::arange(16, torch::kFloat64).view({1, 1, 4, 4});
  const auto at = [&](double tx, double ty, double sx, double sy) {
    return sampled(four, theta_of(tx, ty, sx, sy), 2, 2).flatten();
  };
  const auto equal = [](const torch::Tensor& got, std::vector<double> expected) {
    return torch::allclose(got, torch::tensor(expected, torch::kFloat64));
  };
  // Half the sides around (1/2, -1/2): the upper right quarter, columns 2 and 3, rows 0 and 1.
  CHECK(equal(at(0.5, -0.5, 0.5, 0.5), {2, 3, 6, 7}));
  CHECK(equal(at(-0.5, 0.5, 0.5, 0.5), {8, 9, 12, 13}));  // the lower left one
  // One pixel is 2 / 4 = 1/2 of the coordinate: one and a half to the left of the left half,
  // columns -1.5 and -0.5, of which the second sees half of column 0 (rows 0 and 1): 0 and 4
  CHECK(equal(at(-1.25, -0.5, 0.5, 0.5), {0, 0, 0, 2}));
  CHECK(equal(at(-3, 0, 0.5, 0.5), {0, 0, 0, 0}));
  // mirrored: a negative scale is allowed
  CHECK(equal(at(0.5, -0.5, -0.5, 0.5), {3, 2, 7, 6}));
  // stretched: half a pixel wide steps between columns 1 and 2: x = 1.25 and 1.75 in row 1.5, s_y =
  // 0
  CHECK(equal(at(0, 0, 0.25, 0), {1.25 + 6, 1.75 + 6, 1.25 + 6, 1.75 + 6}));
}

TEST_CASE("every pixel of patches drawn at random is eq. 3.2's sum") {
  const torch::Tensor image = drawn({1, 1, 7, 9}, "image");
  Stream draws(8, "theta");
  for (int i = 0; i < 20; ++i) {
    const auto between = [&](double least, double most) {
      return least + (most - least) * draws.uniform();
    };
    const torch::Tensor theta =
        theta_of(between(-1, 1), between(-1, 1), between(0.05, 1.2), between(0.05, 1.2));
    const torch::Tensor patch = sampled(image, theta, 3, 4);
    for (std::int64_t row = 0; row < 3; ++row) {
      for (std::int64_t column = 0; column < 4; ++column) {
        CHECK(patch[0][0][row][column].item<double>() ==
              doctest::Approx(by_hand(image, theta, row, column, 3, 4)).epsilon(1e-9));
      }
    }
  }
}

TEST_CASE(
    "slopes to theta and to the image agree with differences, with a point a pixel or 4 x 4") {
  const torch::Tensor weights = drawn({1, 1, 3, 3}, "weights");
  // inside the image; wide and mirrored; over its lower right edge
  const torch::Tensor thetas[] = {theta_of(0.11, -0.23, 0.57, 0.71),
                                  theta_of(-0.13, 0.08, 0.83, -0.77),
                                  theta_of(0.52, 0.44, 0.61, 0.93)};
  for (const std::int64_t points : {1, 4}) {
    for (const torch::Tensor& start : thetas) {
      INFO(points << " points, theta " << start);
      const torch::Tensor image = drawn({1, 1, 6, 6}, "image").requires_grad_(true);
      const torch::Tensor theta = start.clone().requires_grad_(true);
      const auto value = [&](const torch::Tensor& of_image, const torch::Tensor& of_theta) {
        return (sampled(of_image, of_theta, 3, 3, points) * weights).sum();
      };
      value(image, theta).backward();
      constexpr double step = 1e-6;  // bilinear: exact between kinks but for rounding, 1e-16 / 1e-6
      for (int i = 0; i < 4; ++i) {
        torch::Tensor more = theta.detach().clone();
        torch::Tensor less = theta.detach().clone();
        more[0][i] += step;
        less[0][i] -= step;
        const double slope = (value(image, more) - value(image, less)).item<double>() / (2 * step);
        CHECK(theta.grad()[0][i].item<double>() == doctest::Approx(slope).epsilon(1e-6));
        CHECK(std::abs(slope) > 1e-3);
      }
      for (int pixel = 0; pixel < 36; ++pixel) {
        torch::Tensor more = image.detach().clone();
        more[0][0][pixel / 6][pixel % 6] += 1.0;  // linear in the image: any step does
        const double slope = (value(more, theta) - value(image, theta)).item<double>();
        CHECK(image.grad()[0][0][pixel / 6][pixel % 6].item<double>() ==
              doctest::Approx(slope).epsilon(1e-9));
      }
      CHECK(image.grad().abs().sum().item<double>() > 1);
    }
  }
}

TEST_CASE("the penalty is its weight times the mean of both scales' squares") {
  NetworkOutput out;
  out.logits = torch::zeros({2, 4});  // cross-entropy ln 4
  out.theta = torch::tensor({{9.0f, 9.0f, 1.0f, 2.0f}, {9.0f, 9.0f, -3.0f, 0.0f}});
  CropLoss crop(0.1);
  // ((1 + 4) + (9 + 0)) / 2 = 7
  CHECK(crop.loss({}, out, torch::zeros({2}, torch::kInt64)).item<double>() ==
        doctest::Approx(std::log(4.0) + 0.1 * 7));
  CropLoss grows(0.1, 2);  // 0, 1/2, 1 and 1 of it
  for (const double share : {0.0, 0.5, 1.0, 1.0}) {
    CHECK(grows.loss({}, out, torch::zeros({2}, torch::kInt64)).item<double>() ==
          doctest::Approx(std::log(4.0) + share * 0.1 * 7));
  }
  CHECK(grows.state() == 4);
  CropLoss resumed(0.1, 2);
  resumed.restore(1);
  CHECK(resumed.loss({}, out, torch::zeros({2}, torch::kInt64)).item<double>() ==
        doctest::Approx(std::log(4.0) + 0.5 * 0.1 * 7));
}
