// ShuffleNetV2 (Ma, Zhang, Zheng, Sun, ECCV 2018, Table 5) for 32 x 32 images: 3x3 stem of stride 1
// and no pooling; three stages whose first block halves the sides and which go on with 3, 7 and 3
// blocks more; a 1x1 convolution before the heads. Widths 0.5, 1, 1.5 and 2 have the published
// channels, no rule.
#include <fmt/format.h>

#include <map>

#include "traces/recorder/layer_builder.hpp"
#include "traces/recorder/networks/network_form.hpp"

namespace updraft {
namespace {

using Index = LayerBuilder::Index;

LayerBuilder::Convolution pointwise(int out) { return {.out = out, .kernel = 1}; }

// Half of the channels pass; the other half is convolved; their order is mixed.
Index basic(LayerBuilder& builder, const std::string& name, Index from) {
  const int half = builder.shape(from).channels / 2;
  const Index kept = builder.slice(name + "_kept", from, 0, half);
  Index x = builder.slice(name + "_taken", from, half, half);
  x = builder.convolution(name + "_first", x, pointwise(half));
  x = builder.depthwise(name + "_depthwise", x, 3, 1, Activation::none);
  x = builder.convolution(name + "_second", x, pointwise(half));
  return builder.shuffle(name + "_mixed", builder.concatenation(name + "_both", {kept, x}));
}

// All channels take both ways, at half the sides.
Index down(LayerBuilder& builder, const std::string& name, Index from, int out) {
  Index left = builder.depthwise(name + "_left_depthwise", from, 3, 2, Activation::none);
  left = builder.convolution(name + "_left", left, pointwise(out / 2));
  Index right = builder.convolution(name + "_first", from, pointwise(out / 2));
  right = builder.depthwise(name + "_depthwise", right, 3, 2, Activation::none);
  right = builder.convolution(name + "_second", right, pointwise(out / 2));
  return builder.shuffle(name + "_mixed", builder.concatenation(name + "_both", {left, right}));
}

}  // namespace

Layers shufflenet_v2(const NetworkChoice& choice, const ImageShape& input, int classes,
                     bool predictor) {
  static const std::map<double, std::vector<int>> published = {{0.5, {48, 96, 192, 1024}},
                                                               {1, {116, 232, 464, 1024}},
                                                               {1.5, {176, 352, 704, 1024}},
                                                               {2, {224, 488, 976, 2048}}};
  const std::vector<int>& channels = published.at(choice.width);
  const int more[] = {3, 7, 3};
  LayerBuilder builder(input);
  Index last =
      builder.convolution("stem", builder.input(), {.out = 24, .stride = choice.stem_stride});
  int block = 0;
  for (std::size_t stage = 0; stage < 3; ++stage) {
    last = down(builder, fmt::format("block{}", block++), last, channels[stage]);
    for (int i = 0; i < more[stage]; ++i) {
      last = basic(builder, fmt::format("block{}", block++), last);
    }
  }
  last = builder.convolution("last", last, pointwise(channels[3]));
  return builder.with_heads(last, choice, classes, predictor);
}

}  // namespace updraft
