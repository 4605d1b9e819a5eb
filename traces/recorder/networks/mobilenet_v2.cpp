// MobileNetV2 (Sandler, Howard, Zhu, Zhmoginov, Chen, CVPR 2018, Table 2) for 32 x 32 images: stem
// and second stage of stride 1, ReLU for ReLU6, and, as in the form that the AppealNet papers'
// costs belong to, a 1x1 shortcut where a block of stride 1 changes its channels. Channels are
// multiples of 8.
#include <fmt/format.h>

#include <algorithm>

#include "traces/recorder/layer_builder.hpp"
#include "traces/recorder/networks/network_form.hpp"

namespace updraft {

Layers mobilenet_v2(const NetworkChoice& choice, const ImageShape& input, int classes,
                    bool predictor) {
  struct Stage {
    int expansion;
    int channels;
    int blocks;
    int stride;
  };
  const Stage stages[] = {{1, 16, 1, 1}, {6, 24, 2, 1},  {6, 32, 3, 2}, {6, 64, 4, 2},
                          {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
  const auto channels = [&](int published) { return scaled(choice.width, published, 8); };

  LayerBuilder builder(input);
  auto last = builder.convolution("stem", builder.input(),
                                  {.out = channels(32), .stride = choice.stem_stride});
  int index = 0;
  for (const auto& stage : stages) {
    for (int block = 0; block < stage.blocks; ++block, ++index) {
      const auto name = [&](const char* part) { return fmt::format("block{}_{}", index, part); };
      const int stride = block == 0 ? stage.stride : 1;
      const int in = builder.shape(last).channels;
      const int out = channels(stage.channels);
      const auto wide =
          builder.convolution(name("expand"), last, {.out = stage.expansion * in, .kernel = 1});
      const auto seen = builder.depthwise(name("depthwise"), wide, 3, stride, Activation::relu);
      const LayerBuilder::Convolution linear{
          .out = out, .kernel = 1, .activation = Activation::none};
      const auto narrow = builder.convolution(name("project"), seen, linear);
      if (stride != 1) {
        last = narrow;
        continue;
      }
      const auto shortcut = in == out ? last : builder.convolution(name("shortcut"), last, linear);
      last = builder.add(name("sum"), narrow, shortcut, Activation::none);
    }
  }
  // The last layer keeps its width below a multiplier of 1 (the paper, Sec. 4).
  last = builder.convolution("last", last,
                             {.out = scaled(std::max(1.0, choice.width), 1280, 8), .kernel = 1});
  return builder.with_heads(last, choice, classes, predictor);
}

}  // namespace updraft
