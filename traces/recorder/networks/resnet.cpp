// Residual networks (He, Zhang, Ren, Sun, "Deep residual learning for image recognition", CVPR
// 2016).
//   resnet     Sec. 4.2, depth 6 n + 2: 3x3 stem to 16 channels, three stages of n basic blocks of
//              16, 32 and 64 channels; ResNet-8 (the image classifier of MLPerf Tiny), -20, -32
//   resnet18, resnet101  Table 1, with a 3x3 stem of stride 1 and no pooling: four stages of 64,
//              128, 256, 512 channels, of 2, 2, 2, 2 basic and of 3, 4, 23, 3 bottleneck blocks
//   imagenet_resnet18, -50, -101  Table 1 as it stands: a 7x7 stem of stride 2 and a 3x3 pool of
//              stride 2; a bottleneck halves the sides in its 3x3, as torchvision's does, not in
//              the first 1x1, as the paper's did
// Every stage but the first halves the sides in its first block; a shortcut whose shape changes is
// a 1x1 convolution with batch norm (the paper's option B).
#include <fmt/format.h>

#include <array>

#include "traces/recorder/layer_builder.hpp"
#include "traces/recorder/networks/network_form.hpp"
#include "traces/recorder/networks/profile_form.hpp"

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

  // for 224 x 224 images
  explicit Residual(const ImageShape& input)
      : builder_(input),
        last_(
            builder_.convolution("stem", builder_.input(), {.out = 64, .kernel = 7, .stride = 2})) {
    last_ = builder_.pool("pool", Operation::max_pool, last_, 3, 2);
  }

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
  int exit_ = 0;
  int blocks_ = 0;
};

// Four stages of 64, 128, 256 and 512 channels, of so many blocks each.
Layers for_imagenet(const ImageShape& input, int classes, const std::array<int, 4>& blocks,
                    void (Residual::*block)(int channels, int stride)) {
  Residual network(input);
  int channels = 64;
  for (const int of_stage : blocks) {
    for (int i = 0; i < of_stage; ++i) (network.*block)(channels, channels > 64 && i == 0 ? 2 : 1);
    channels *= 2;
  }
  return network.finished({}, classes, false);
}

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

Layers imagenet_resnet18(const NetworkChoice&, const ImageShape& input, int classes, bool) {
  return for_imagenet(input, classes, {2, 2, 2, 2}, &Residual::basic);
}

Layers imagenet_resnet50(const NetworkChoice&, const ImageShape& input, int classes, bool) {
  return for_imagenet(input, classes, {3, 4, 6, 3}, &Residual::bottleneck);
}

Layers imagenet_resnet101(const NetworkChoice&, const ImageShape& input, int classes, bool) {
  return for_imagenet(input, classes, {3, 4, 23, 3}, &Residual::bottleneck);
}

}  // namespace updraft
