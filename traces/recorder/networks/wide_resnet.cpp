// Wide residual networks (Zagoruyko, Komodakis, "Wide residual networks", BMVC 2016), depth
// 6 n + 4, width k = `width`: 3x3 stem to 16 channels, three stages of n blocks of 16 k, 32 k and
// 64 k channels. Pre-activated: batch norm and ReLU stand before each convolution; a shortcut whose
// shape changes is a 1x1 convolution of the block's activated input. No dropout. An early exit has
// a batch norm and ReLU of its own, as the network's end has.
#include <fmt/format.h>

#include "traces/recorder/layer_builder.hpp"
#include "traces/recorder/networks/network_form.hpp"

namespace updraft {

Layers wide_resnet(const NetworkChoice& choice, const ImageShape& input, int classes,
                   bool predictor) {
  LayerBuilder builder(input);
  const auto bare = [&](const std::string& name, LayerBuilder::Index from, int out, int kernel,
                        int stride) {
    return builder.convolution(name, from,
                               {.out = out,
                                .kernel = kernel,
                                .stride = stride,
                                .norm = false,
                                .activation = Activation::none});
  };
  auto last = bare("stem", builder.input(), 16, 3, choice.stem_stride);
  int index = 0;
  for (int stage = 0; stage < 3; ++stage) {
    const int out = scaled(choice.width, 16 << stage);
    for (int block = 0; block < (choice.depth - 4) / 6; ++block, ++index) {
      const auto name = [&](const char* part) { return fmt::format("block{}_{}", index, part); };
      const int stride = stage > 0 && block == 0 ? 2 : 1;
      const auto active = builder.normalisation(name("norm"), last, Activation::relu);
      const auto first = bare(name("first"), active, out, 3, stride);
      const auto between = builder.normalisation(name("norm2"), first, Activation::relu);
      const auto second = bare(name("second"), between, out, 3, 1);
      const bool projects = stride != 1 || builder.shape(last).channels != out;
      const auto shortcut = projects ? bare(name("shortcut"), active, out, 1, stride) : last;
      last = builder.add(name("sum"), second, shortcut, Activation::none);
      if (2 * (index + 1) + 2 == choice.exit) builder.exit_after(last, false);
    }
  }
  last = builder.normalisation("last_norm", last, Activation::relu);
  return builder.with_heads(last, choice, classes, predictor);
}

}  // namespace updraft
