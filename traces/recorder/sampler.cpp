#include "traces/recorder/sampler.hpp"

#include <torch/nn/functional.h>

namespace updraft {

torch::Tensor sampled(const torch::Tensor& images, const torch::Tensor& theta, std::int64_t height,
                      std::int64_t width, std::int64_t points) {
  namespace F = torch::nn::functional;
  const auto column = [&](std::int64_t i) { return theta.select(1, i); };
  const torch::Tensor none = torch::zeros_like(column(0));
  const torch::Tensor affine = torch::stack({torch::stack({column(2), none, column(0)}, 1),
                                             torch::stack({none, column(3), column(1)}, 1)},
                                            1);  // [batch x 2 x 3]
  const torch::Tensor grid = F::affine_grid(
      affine, {images.size(0), images.size(1), points * height, points * width}, false);  // (1)
  const torch::Tensor patches = F::grid_sample(images, grid,
                                               F::GridSampleFuncOptions()
                                                   .mode(torch::kBilinear)
                                                   .padding_mode(torch::kZeros)
                                                   .align_corners(false));  // (2), (3)
  return points == 1 ? patches : torch::avg_pool2d(patches, points);        // (4)
}

}  // namespace updraft
