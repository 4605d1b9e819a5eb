// Residual networks (He, Zhang, Ren, Sun, "Deep residual learning for image recognition", CVPR
// 2016).
//   resnet     Sec. 4.2, depth 6 n + 2: 3x3 stem to 16 channels, three stages of n basic blocks of
//              16, 32 and 64 channels; ResNet-8 (the image classifier of MLPerf Tiny), -20, -32
//   resnet18, resnet101  Table 1, with a 3x3 stem of stride 1 and no pooling: four stages of 64,
//              128, 256, 512 channels, of 2, 2, 2, 2 basic and of 3, 4, 23, 3 bottleneck blocks
// Every stage but the first halves the sides in its first block; a shortcut whose shape changes is
// a 1x1 convolution with batch norm (the paper's option B).
#include <fmt/format.h>

#include "traces/recorder/layer_builder.hpp"
#include "traces/recorder/networks/network_form.hpp"

namespace updraft {
namespace {

using Index = LayerBuilder::Index;

// The convolutions of a block, then its shortcut and their sum.
class Residual {
 public:
  explicit Residual(const NetworkChoice& choice, const ImageShape& input, int stem)
      : builder_(input),
        last_(builder_.convolution("stem", builder_.input(),
                                   {.out = stem, .stride = choice.stem_stride})),
        exit_(choice.exit) {}

  void basic(int channels, int stride) {
    const Index first = convolution("first", last_, channels, 3, stride, Activation::relu);
    end(convolution("second", first, channels, 3, 1, Activation::none), channels, stride);
  }

  void bottleneck(int channels, int stride) {
    const Index first = convolution("first", last_, channels, 1, 1, Activation::relu);
    const Index second = convolution("second", first, channels, 3, stride, Activation::relu);
    end(convolution("third", second, 4 * channels, 1, 1, Activation::none), 4 * channels, stride);
  }

  Layers finished(const NetworkChoice& choice, int classes, bool predictor) {
    return builder_.with_heads(last_, choice, classes, predictor);
  }

 private:
  std::string name(const char* part) const { return fmt::format("block{}_{}", blocks_, part); }

  Index convolution(const char* part, Index from, int out, int kernel, int stride,
                    Activation activation) {
    return builder_.convolution(
        name(part), from,
        {.out = out, .kernel = kernel, .stride = stride, .activation = activation});
  }

  void end(Index branch, int out, int stride) {
    const bool projects = stride != 1 || builder_.shape(last_).channels != out;
    const Index shortcut =
        projects ? convolution("shortcut", last_, out, 1, stride, Activation::none) : last_;
    last_ = builder_.add(name("sum"), branch, shortcut, Activation::relu);
    ++blocks_;
    if (2 * blocks_ + 2 == exit_) builder_.exit_after(last_, true);
  }

  LayerBuilder builder_;
  Index last_;
  int exit_;
  int blocks_ = 0;
};

}  // namespace

Layers resnet(const NetworkChoice& choice, const ImageShape& input, int classes, bool predictor) {
  const int channels = scaled(choice.width, 16);
  Residual network(choice, input, channels);
  for (int stage = 0; stage < 3; ++stage) {
    for (int block = 0; block < (choice.depth - 2) / 6; ++block) {
      network.basic(channels << stage, stage > 0 && block == 0 ? 2 : 1);
    }
  }
  return network.finished(choice, classes, predictor);
}

Layers resnet18(const NetworkChoice& choice, const ImageShape& input, int classes, bool predictor) {
  const int channels = scaled(choice.width, 64);
  Residual network(choice, input, channels);
  for (int stage = 0; stage < 4; ++stage) {
    for (int block = 0; block < 2; ++block) {
      network.basic(channels << stage, stage > 0 && block == 0 ? 2 : 1);
    }
  }
  return network.finished(choice, classes, predictor);
}

Layers resnet101(const NetworkChoice& choice, const ImageShape& input, int classes,
                 bool predictor) {
  const int channels = scaled(choice.width, 64);
  const int blocks[] = {3, 4, 23, 3};
  Residual network(choice, input, channels);
  for (int stage = 0; stage < 4; ++stage) {
    for (int block = 0; block < blocks[stage]; ++block) {
      network.bottleneck(channels << stage, stage > 0 && block == 0 ? 2 : 1);
    }
  }
  return network.finished(choice, classes, predictor);
}

}  // namespace updraft
