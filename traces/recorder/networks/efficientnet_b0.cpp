// EfficientNet-B0 (Tan, Le, ICML 2019, Table 1) for 32 x 32 images, in the form that the AppealNet
// papers' costs belong to: stem of stride 1, no convolution to 1280 channels before the heads.
// Blocks are MobileNetV2's with swish and a squeeze-and-excitation gate (a quarter of the block's
// input channels); kernels are 3 or 5. Neither dropout nor drop-connect: a recording is to be the
// same again. Channels are multiples of 8.
#include <fmt/format.h>

#include <algorithm>

#include "traces/recorder/layer_builder.hpp"
#include "traces/recorder/networks/network_form.hpp"

namespace updraft {

Layers efficientnet_b0(const NetworkChoice& choice, const ImageShape& input, int classes,
                       bool predictor) {
  struct Stage {
    int expansion;
    int channels;
    int blocks;
    int kernel;
    int stride;
  };
  const Stage stages[] = {{1, 16, 1, 3, 1},  {6, 24, 2, 3, 2},  {6, 40, 2, 5, 2}, {6, 80, 3, 3, 2},
                          {6, 112, 3, 5, 1}, {6, 192, 4, 5, 2}, {6, 320, 1, 3, 1}};
  const auto channels = [&](int published) { return scaled(choice.width, published, 8); };
  using Convolution = LayerBuilder::Convolution;

  LayerBuilder builder(input);
  auto last = builder.convolution(
      "stem", builder.input(),
      {.out = channels(32), .stride = choice.stem_stride, .activation = Activation::swish});
  int index = 0;
  for (const auto& stage : stages) {
    for (int block = 0; block < stage.blocks; ++block, ++index) {
      const auto name = [&](const char* part) { return fmt::format("block{}_{}", index, part); };
      const int stride = block == 0 ? stage.stride : 1;
      const int in = builder.shape(last).channels;
      const int out = channels(stage.channels);
      const int wide = stage.expansion * in;
      auto x = last;
      if (stage.expansion != 1) {
        x = builder.convolution(name("expand"), x,
                                {.out = wide, .kernel = 1, .activation = Activation::swish});
      }
      x = builder.depthwise(name("depthwise"), x, stage.kernel, stride, Activation::swish);
      const auto squeeze = [&](const char* part, LayerBuilder::Index from, int to,
                               Activation activation) {
        return builder.convolution(
            name(part), from,
            Convolution{
                .out = to, .kernel = 1, .bias = true, .norm = false, .activation = activation});
      };
      auto factors = builder.global_average(name("mean"), x);
      factors = squeeze("squeeze", factors, std::max(1, in / 4), Activation::swish);
      factors = squeeze("excite", factors, wide, Activation::sigmoid);
      x = builder.gate(name("gate"), x, factors);
      x = builder.convolution(name("project"), x,
                              {.out = out, .kernel = 1, .activation = Activation::none});
      last = stride == 1 && in == out ? builder.add(name("sum"), x, last, Activation::none) : x;
    }
  }
  return builder.with_heads(last, choice, classes, predictor);
}

}  // namespace updraft
