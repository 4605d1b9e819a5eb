// The networks that a recipe can name: a table of forms, each a function that writes its layers
// down. A new form is one file beside this one, its declaration below and a line in the table
// (network_form.cpp).
//
// All are the forms that research on 32 x 32 images uses, so that our costs can be put beside the
// papers': stems of stride 1 where their ImageNet kin halve the sides.
#pragma once

#include <string>
#include <vector>

#include "traces/recorder/layers.hpp"

namespace updraft {

struct NetworkChoice {
  std::string form;    // a name of the table below
  std::string family;  // whose measured rates a device catalog may use for it; may be empty
  double width = 1;    // multiplies the channels of the published form
  int depth = 0;       // of the forms that come in several depths, else 0
  int stem_stride = 1;
  int features = 0;  // 0: none, else channels of a 1x1 convolution before the heads
  bool predictor_reads_softmax = false;  // and not the features alone; of a network that has one
  int exit = 0;   // layers from the input to an early exit, as `NetworkForm::exits` counts; 0: none
  int crop = 10;  // of cinet: the side of the patch, pixels
  int supersample = 1;           // of cinet: points per pixel of the patch and direction
  double theta_deviation = 0.2;  // of cinet: of the first weights of theta
  double first_scale = 0.5;      // of cinet: of the first patches, 1 = the whole image
};

struct NetworkForm {
  std::string name;
  std::string source;
  std::vector<double> widths;  // empty: any
  // Which depths there are, "6 n + 2"; empty: one only, and `depth` is not asked for.
  std::string depths;
  bool (*is_depth)(int depth);
  // Where an early exit can leave a network of that depth, in layers as seeds/001, Table I counts
  // them: residual networks the stem, two a block and the exit's own linear layer (a ResNet-32's at
  // 10: the stem and 4 blocks), nin its convolutions. Null: no early exit.
  std::vector<int> (*exits)(int depth);
  Layers (*layers)(const NetworkChoice& choice, const ImageShape& input, int classes,
                   bool predictor);
};

const std::vector<NetworkForm>& network_forms();

// Null if the table has no such form.
const NetworkForm* network_form(const std::string& name);

// `choice` must name a form of the table, and a depth and width that it has.
Layers layers_of(const NetworkChoice& choice, const ImageShape& input, int classes, bool predictor);

// width * channels, to the nearest whole number that `unit` divides, at least `unit`.
int scaled(double width, int channels, int unit = 1);

Layers resnet(const NetworkChoice&, const ImageShape&, int classes, bool predictor);
Layers resnet18(const NetworkChoice&, const ImageShape&, int classes, bool predictor);
Layers resnet101(const NetworkChoice&, const ImageShape&, int classes, bool predictor);
Layers wide_resnet(const NetworkChoice&, const ImageShape&, int classes, bool predictor);
Layers mobilenet_v2(const NetworkChoice&, const ImageShape&, int classes, bool predictor);
Layers efficientnet_b0(const NetworkChoice&, const ImageShape&, int classes, bool predictor);
Layers shufflenet_v2(const NetworkChoice&, const ImageShape&, int classes, bool predictor);
Layers nin(const NetworkChoice&, const ImageShape&, int classes, bool predictor);
Layers cinet_digits_cnn(const NetworkChoice&, const ImageShape&, int classes, bool predictor);
Layers cinet_fashion_cnn(const NetworkChoice&, const ImageShape&, int classes, bool predictor);
Layers cinet(const NetworkChoice&, const ImageShape&, int classes, bool predictor);

}  // namespace updraft
