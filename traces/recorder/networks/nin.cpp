// Network in network (Lin, Chen, Yan, ICLR 2014) for 32 x 32 images, nine convolutions in three
// groups of a spatial one and two of 1x1, pooling by 3x3 of stride 2 between the groups. The last
// has a channel a class; its global average is the logits. Batch norm where the paper drops out: a
// recording is to be the same again. An early exit stands after the 3rd or the 6th convolution,
// before the pool, and has a linear layer of the channels' means: what 1x1 convolutions to the
// classes and a global average would put out, for less work.
#include "traces/recorder/layer_builder.hpp"
#include "traces/recorder/networks/network_form.hpp"

namespace updraft {

Layers nin(const NetworkChoice& choice, const ImageShape& input, int classes, bool predictor) {
  LayerBuilder builder(input);
  const auto convolution = [&](const std::string& name, LayerBuilder::Index from, int channels,
                               int kernel, int stride = 1) {
    return builder.convolution(
        name, from, {.out = scaled(choice.width, channels), .kernel = kernel, .stride = stride});
  };
  auto x = convolution("group0_first", builder.input(), 192, 5, choice.stem_stride);
  x = convolution("group0_second", x, 160, 1);
  x = convolution("group0_third", x, 96, 1);
  if (choice.exit == 3) builder.exit_after(x, true);
  x = builder.pool("group0_pool", Operation::max_pool, x, 3, 2);
  x = convolution("group1_first", x, 192, 5);
  x = convolution("group1_second", x, 192, 1);
  x = convolution("group1_third", x, 192, 1);
  if (choice.exit == 6) builder.exit_after(x, true);
  x = builder.pool("group1_pool", Operation::average_pool, x, 3, 2);
  x = convolution("group2_first", x, 192, 3);
  x = convolution("group2_second", x, 192, 1);
  if (choice.features > 0) return builder.with_heads(x, choice, classes, predictor);
  const auto maps = builder.convolution(
      "group2_third", x,
      {.out = classes, .kernel = 1, .bias = true, .norm = false, .activation = Activation::none});
  return builder.with_heads(x, builder.global_average("approximator", maps), choice, predictor);
}

}  // namespace updraft
