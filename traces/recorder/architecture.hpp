// What a network is made of, and what that costs: residual networks of the CIFAR kind (He, Zhang,
// Ren, Sun, "Deep residual learning for image recognition", CVPR 2016, Sec. 4.2) of any width, with
// an optional predictor head. Plain numbers; network.hpp builds the torch module from the same
// layers.
//   stem:      3x3 convolution to `width` channels, stride `stem_stride`
//   3 stages:  `blocks` residual blocks each, of width, 2 width and 4 width channels; the first
//              block of stages 2 and 3 halves the sides and projects its shortcut by 1x1
//   expansion: where `features` is given, a 1x1 convolution to that many channels, as at the end of
//              MobileNetV2: a single-layer predictor sees no more than the features
//   heads:     global average; one fully connected layer to the classes (approximator); one fully
//              connected layer to a single number (predictor, seeds/000, Sec. V-A)
// Depth 6 blocks + 2: ResNet-8 for blocks = 1 (the image classifier of MLPerf Tiny),
// ResNet-20 for 3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace updraft {

struct ImageShape {
  int channels = 0;
  int height = 0;
  int width = 0;

  std::size_t values() const {
    return static_cast<std::size_t>(channels) * static_cast<std::size_t>(height) *
           static_cast<std::size_t>(width);
  }
  friend bool operator==(const ImageShape&, const ImageShape&) = default;
};

// "28 x 28 gray", "32 x 32 colour"
std::string to_string(const ImageShape& shape);

struct ResNet {
  std::string family;  // whose measured rates a device catalog may use for it
  int width = 16;
  int blocks = 1;
  int stem_stride = 1;
  int features = 0;  // 0: no expansion, 4 width features
};

// One convolution without bias, padded to keep the sides at stride 1, then batch norm.
struct Convolution {
  int in = 0;
  int out = 0;
  int kernel = 3;
  int stride = 1;
  int out_height = 0;
  int out_width = 0;
};

struct Block {
  Convolution first;
  Convolution second;
  bool projects = false;
  Convolution shortcut;  // where it projects
};

struct Layers {
  Convolution stem;
  std::vector<Block> blocks;
  bool expands = false;
  Convolution expansion;  // where it expands
  int features = 0;
  int classes = 0;
  bool predictor = false;
};

Layers layers_of(const ResNet& network, const ImageShape& input, int classes, bool predictor);

// Per image. 1 MAC = one multiply and add of a convolution or fully connected layer; batch norm
// counts no MACs, since it folds into the convolution before it (thop, which the papers used, adds
// 2 per output of a batch norm), nor do pooling, additions and activations. Parameters are those
// that training learns: weights, biases of the heads, and two per batch-norm channel. Activations
// are the values that convolutions put out: what the memory carries.
struct Cost {
  std::uint64_t macs = 0;
  std::uint64_t params = 0;
  std::uint64_t activations = 0;
};
Cost cost(const Layers& layers);

}  // namespace updraft
