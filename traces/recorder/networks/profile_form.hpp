// Networks whose layers can be written down but that no recipe can name: those of 224 x 224 images
// and the extractor of seeds/004 alone, which nothing here trains. `updraft-record layers` knows
// them beside the forms of network_form.hpp. A new one is a function, its declaration and a line in
// the table (profile_form.cpp).
#pragma once

#include <string>
#include <vector>

#include "traces/recorder/networks/network_form.hpp"

namespace updraft {

struct ProfileForm {
  NetworkForm form;   // its name is what the command takes
  std::string graph;  // the name in the file, before a depth
  ImageShape input;   // unless another is asked for
  int classes = 0;    // likewise; of cinet_extractor the numbers that it puts out
};

// Those that recipes can name, on 32 x 32 colour images of 10 classes (seeds/004's on its 100 x 100
// gray ones), then the others.
const std::vector<ProfileForm>& profile_forms();

Layers imagenet_alexnet(const NetworkChoice&, const ImageShape&, int classes, bool predictor);
Layers imagenet_vgg16(const NetworkChoice&, const ImageShape&, int classes, bool predictor);
Layers imagenet_resnet18(const NetworkChoice&, const ImageShape&, int classes, bool predictor);
Layers imagenet_resnet50(const NetworkChoice&, const ImageShape&, int classes, bool predictor);
Layers imagenet_resnet101(const NetworkChoice&, const ImageShape&, int classes, bool predictor);
Layers imagenet_mobilenet_v2(const NetworkChoice&, const ImageShape&, int classes, bool predictor);
Layers imagenet_googlenet(const NetworkChoice&, const ImageShape&, int classes, bool predictor);
Layers imagenet_googlenet_5x5(const NetworkChoice&, const ImageShape&, int classes, bool predictor);
Layers cinet_extractor(const NetworkChoice&, const ImageShape&, int numbers, bool predictor);

}  // namespace updraft
