// MobileNetV2 (Sandler, Howard, Zhu, Zhmoginov, Chen, CVPR 2018, Table 2) for 224 x 224 images:
// unlike the form for small ones (networks/mobilenet_v2.cpp) the stem and the second stage halve
// the sides, the first block does not expand, and only blocks that keep their shape have a
// shortcut.
#include <fmt/format.h>

#include "traces/recorder/layer_builder.hpp"
#include "traces/recorder/networks/profile_form.hpp"

namespace updraft {

Layers imagenet_mobilenet_v2(const NetworkChoice&, const ImageShape& input, int classes, bool) {
  struct Stage {
    int expansion;
    int channels;
    int blocks;
    int stride;
  };
  const Stage stages[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                          {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
  LayerBuilder builder(input);
  auto last = builder.convolution("stem", builder.input(), {.out = 32, .stride = 2});
  int index = 0;
  for (const auto& stage : stages) {
    for (int block = 0; block < stage.blocks; ++block, ++index) {
      const auto name = [&](const char* part) { return fmt::format("block{}_{}", index, part); };
      const int stride = block == 0 ? stage.stride : 1;
      const int in = builder.shape(last).channels;
      auto x = last;
      if (stage.expansion != 1) {
        x = builder.convolution(name("expand"), x, {.out = stage.expansion * in, .kernel = 1});
      }
      x = builder.depthwise(name("depthwise"), x, 3, stride, Activation::relu);
      x = builder.convolution(name("project"), x,
                              {.out = stage.channels, .kernel = 1, .activation = Activation::none});
      const bool keeps = stride == 1 && in == stage.channels;
      last = keeps ? builder.add(name("sum"), x, last, Activation::none) : x;
    }
  }
  last = builder.convolution("last", last, {.out = 1280, .kernel = 1});
  return builder.with_heads(last, {}, classes, false);
}

}  // namespace updraft
