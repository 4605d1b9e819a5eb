// GoogLeNet (Szegedy et al., "Going deeper with convolutions", CVPR 2015, Table 1) for 224 x 224
// images, without the two auxiliary heads, which only training has, and without local response
// norms. Nine modules of four ways each: 1x1; 1x1 then 3x3; 1x1 then 5x5; a 3x3 pool then 1x1.
//   googlenet      as torchvision has it: batch norms for biases, a 3x3 in place of each 5x5, the
//                  last pool 2x2; 1.498 GMAC, what is usually quoted (and run) as GoogLeNet
//   googlenet_5x5  the paper's: biases, 5x5; 1.583 GMAC. The "1.5 billion" of the paper are the
//                  sum of its table, 1502 M, which has 34 M for the first layer, where 7x7 of 3
//                  channels to 64 at 112 x 112 take 118 M, and 54 M for module 5a, which takes 51 M
#include <fmt/format.h>

#include "traces/recorder/layer_builder.hpp"
#include "traces/recorder/networks/profile_form.hpp"

namespace updraft {
namespace {

using Index = LayerBuilder::Index;

struct Module {
  const char* name;
  int one;  // 1x1
  int reduce3;
  int three;
  int reduce5;
  int five;
  int pooled;
};

class Inceptions {
 public:
  Inceptions(const ImageShape& input, bool five_by_five)
      : builder_(input), paper_(five_by_five), last_(builder_.input()) {}

  void convolution(const std::string& name, int out, int kernel, int stride = 1) {
    last_ = convolved(name, last_, out, kernel, stride);
  }

  void pool(const std::string& name, int kernel) {
    last_ = builder_.pool(name, last_, {.kernel = kernel, .ceils = true});
  }

  void module(const Module& m) {
    const auto name = [&](const char* part) { return fmt::format("inception{}_{}", m.name, part); };
    const Index one = convolved(name("1x1"), last_, m.one, 1);
    Index three = convolved(name("reduce3"), last_, m.reduce3, 1);
    three = convolved(name("3x3"), three, m.three, 3);
    Index five = convolved(name("reduce5"), last_, m.reduce5, 1);
    five = paper_ ? convolved(name("5x5"), five, m.five, 5)
                  : convolved(name("second3x3"), five, m.five, 3);
    Index pooled = builder_.pool(name("pool"), last_, {.kernel = 3, .stride = 1, .padding = 1});
    pooled = convolved(name("pooled"), pooled, m.pooled, 1);
    last_ = builder_.concatenation(name("all"), {one, three, five, pooled});
  }

  Layers finished(int classes) { return builder_.with_heads(last_, {}, classes, false); }

 private:
  Index convolved(const std::string& name, Index from, int out, int kernel, int stride = 1) {
    return builder_.convolution(
        name, from,
        {.out = out, .kernel = kernel, .stride = stride, .bias = paper_, .norm = !paper_});
  }

  LayerBuilder builder_;
  bool paper_;
  Index last_;
};

Layers googlenet(const ImageShape& input, int classes, bool paper) {
  Inceptions network(input, paper);
  network.convolution("conv1", 64, 7, 2);
  network.pool("pool1", 3);
  network.convolution("conv2_reduce", 64, 1);
  network.convolution("conv2", 192, 3);
  network.pool("pool2", 3);
  network.module({"3a", 64, 96, 128, 16, 32, 32});
  network.module({"3b", 128, 128, 192, 32, 96, 64});
  network.pool("pool3", 3);
  network.module({"4a", 192, 96, 208, 16, 48, 64});
  network.module({"4b", 160, 112, 224, 24, 64, 64});
  network.module({"4c", 128, 128, 256, 24, 64, 64});
  network.module({"4d", 112, 144, 288, 32, 64, 64});
  network.module({"4e", 256, 160, 320, 32, 128, 128});
  network.pool("pool4", paper ? 3 : 2);
  network.module({"5a", 256, 160, 320, 32, 128, 128});
  network.module({"5b", 384, 192, 384, 48, 128, 128});
  return network.finished(classes);
}

}  // namespace

Layers imagenet_googlenet(const NetworkChoice&, const ImageShape& input, int classes, bool) {
  return googlenet(input, classes, false);
}

Layers imagenet_googlenet_5x5(const NetworkChoice&, const ImageShape& input, int classes, bool) {
  return googlenet(input, classes, true);
}

}  // namespace updraft
