// Chains of convolutions and three linear layers, for 224 x 224 images.
//   alexnet  Krizhevsky, "One weird trick for parallelizing convolutional neural networks",
//            arXiv:1404.5997, 2014: one column of 64, 192, 384, 256, 256 channels, as in
//            torchvision; not the two columns of NIPS 2012, and without local response norms
//   vgg16    Simonyan, Zisserman, ICLR 2015, configuration D
// Without dropout, which costs nothing when a network is used.
#include <fmt/format.h>

#include "traces/recorder/layer_builder.hpp"
#include "traces/recorder/networks/profile_form.hpp"

namespace updraft {
namespace {

LayerBuilder::Convolution unnormed(int out, int kernel) {
  return {.out = out, .kernel = kernel, .bias = true, .norm = false};
}

// fc1 and fc2 of 4096, then the classes.
Layers with_three_linear(LayerBuilder& builder, LayerBuilder::Index from, int classes) {
  from = builder.linear("fc1", from, 4096, Activation::relu);
  from = builder.linear("fc2", from, 4096, Activation::relu);
  return builder.with_heads(from, builder.linear("fc3", from, classes), {}, false);
}

}  // namespace

Layers imagenet_alexnet(const NetworkChoice&, const ImageShape& input, int classes, bool) {
  LayerBuilder builder(input);
  const LayerBuilder::Pool pool{.kernel = 3};
  LayerBuilder::Convolution first = unnormed(64, 11);
  first.stride = 4;
  first.padding = 2;
  auto x = builder.convolution("conv1", builder.input(), first);
  x = builder.pool("pool1", x, pool);
  x = builder.convolution("conv2", x, unnormed(192, 5));
  x = builder.pool("pool2", x, pool);
  x = builder.convolution("conv3", x, unnormed(384, 3));
  x = builder.convolution("conv4", x, unnormed(256, 3));
  x = builder.convolution("conv5", x, unnormed(256, 3));
  x = builder.pool("pool5", x, pool);
  return with_three_linear(builder, x, classes);
}

Layers imagenet_vgg16(const NetworkChoice&, const ImageShape& input, int classes, bool) {
  struct Group {
    int channels;
    int convolutions;
  };
  LayerBuilder builder(input);
  auto x = builder.input();
  int group = 0;
  for (const auto& [channels, convolutions] :
       {Group{64, 2}, Group{128, 2}, Group{256, 3}, Group{512, 3}, Group{512, 3}}) {
    ++group;
    for (int i = 1; i <= convolutions; ++i) {
      x = builder.convolution(fmt::format("conv{}_{}", group, i), x, unnormed(channels, 3));
    }
    x = builder.pool(fmt::format("pool{}", group), x, {});
  }
  return with_three_linear(builder, x, classes);
}

}  // namespace updraft
