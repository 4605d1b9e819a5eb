// Cropping that can be learnt through: CiNET's affine grid and bilinear sampling (seeds/004, eqs.
// 3.1 to 3.3; Jaderberg, Simonyan, Zisserman, Kavukcuoglu, NeurIPS 2015).
//   x_I = s_x x_P + t_x    y_I = s_y y_P + t_y                               (1) eq. 3.1
//   P = sum_ij I(i, j) max(0, 1 - |x - i|) max(0, 1 - |y - j|)               (2) eqs. 3.2, 3.3
//   x = ((x_I + 1) W - 1) / 2    y = ((y_I + 1) H - 1) / 2                   (3)
// (x_P, y_P) centre of a patch's pixel, (x_I, y_I) the place of the image that it is taken from,
// both normalised: -1 and 1 are the outer edges of the first and the last pixel (torch's
// align_corners = false), x to the right, y down. i, j pixels from 0; I = 0 (black) outside. So
// theta = (0, 0, 1, 1) is the whole image, resized: of a patch of the image's own size, the image
// itself.
//
// The paper leaves coordinates open. Read as pixels its eq. 3.2 would want s = 10 for the whole of
// a 100 x 100 image in a 10 x 10 patch, and a penalty of 0.1 on the square of that; normalised ones
// are what it cites. Its eq. 3.2 pairs x with H and y with W, which is taken for a slip. Nothing
// averages when a patch has fewer pixels than what it shows: (2) looks at four of them, as the
// paper's does. Ours, not the paper's, does with n > 1:
//   a pixel of the patch is the mean of (2) at n x n points of it, evenly spread          (4)
// which shows all of what it covers, and lets slopes to theta see more than the nearest pixels.
// Includes torch.
#pragma once

#include <torch/types.h>

namespace updraft {

// images [batch x channels x H x W], theta [batch x 4] = (t_x, t_y, s_x, s_y), the order of the
// paper; the patches [batch x channels x height x width]. `points`: n of (4). Slopes flow to both.
torch::Tensor sampled(const torch::Tensor& images, const torch::Tensor& theta, std::int64_t height,
                      std::int64_t width, std::int64_t points = 1);

// What a trace says of its theta.
inline constexpr char theta_convention[] =
    "t_x, t_y, s_x, s_y: image = s * patch + t, both from -1 to 1 between outer edges, x right, y "
    "down";

}  // namespace updraft
