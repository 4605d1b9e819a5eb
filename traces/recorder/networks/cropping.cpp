// CiNET (Dai, Kong, Guo, Huang, seeds/004, Sec. 3 and 4.1): an extractor on the device, which looks
// at the whole image and says where its object is, the crop, and a classifier in the cloud, which
// sees the patch alone. One network, since it is trained as one; what the device runs is what theta
// needs.
//   extractor   5x5 convolutions of 2 and 4 filters, each with 2x2 max pooling, 50 neurons, theta
//   classifier  5x5 convolutions of 128 and 256 filters, pooled likewise, 100 and 50 neurons,
//   classes
// `width` scales the classifier's filters alone. First weights are Gaussian, deviation 0.02;
// theta's 0.2, unless the recipe says otherwise (Sec. 3.5).
//
// Where we differ: batch norm in place of dropout, as in our NIN (a recording is to be the same
// again); and theta's first biases are (0, 0, s, s), s = `first_scale`: the paper says of biases
// nothing, and with none its first patches would be a single point, enlarged. Behind batch norm 0.2
// moves the first looks by about the image's side, all the same way: recipes of ours take 0.02.
// The classifier's neurons start as linear layers do elsewhere (network.hpp), wider than 0.02: with
// that their product is so small at first that theta learns nothing.
#include "traces/recorder/layer_builder.hpp"
#include "traces/recorder/networks/network_form.hpp"

namespace updraft {
namespace {

constexpr double deviation = 0.02;

LayerBuilder::Index filters(LayerBuilder& builder, const std::string& name,
                            LayerBuilder::Index from, int count) {
  const auto x = builder.convolution(name, from, {.out = count, .kernel = 5});
  builder.starts(x, deviation);
  return builder.pool(name + "_pool", x, {.ceils = true});
}

}  // namespace

Layers cinet(const NetworkChoice& choice, const ImageShape& input, int classes, bool predictor) {
  LayerBuilder builder(input);
  auto x = filters(builder, "extractor1", builder.input(), 2);
  x = filters(builder, "extractor2", x, 4);
  x = builder.linear("extractor_hidden", x, 50, Activation::relu);
  builder.starts(x, deviation);
  const auto theta = builder.linear("theta", x, 4);
  const auto scale = static_cast<float>(choice.first_scale);
  builder.starts(theta, choice.theta_deviation, {0, 0, scale, scale});
  x = builder.crop("patch", theta, choice.crop, choice.crop, choice.supersample);
  x = filters(builder, "classifier1", x, scaled(choice.width, 128));
  const auto seen = filters(builder, "classifier2", x, scaled(choice.width, 256));
  x = builder.linear("classifier_hidden1", seen, 100, Activation::relu);
  x = builder.linear("classifier_hidden2", x, 50, Activation::relu);
  const auto logits = builder.linear("approximator", x, classes);
  return builder.with_heads(seen, logits, choice, predictor);
}

}  // namespace updraft
