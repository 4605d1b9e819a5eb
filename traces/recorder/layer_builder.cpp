#include "traces/recorder/layer_builder.hpp"

#include "sim/core/check.hpp"

namespace updraft {
namespace {

// How many windows fit along a side; 0 where not one does. The last of those that `ceils` lets in
// still begins inside the image or the padding before it.
int windows(int side, const Layer& layer) {
  const int room = side + 2 * layer.padding - layer.kernel;
  if (room < 0 || side < 1) return 0;
  const int full = room / layer.stride + 1;
  const bool another =
      layer.ceils && room % layer.stride != 0 && full * layer.stride < side + layer.padding;
  return another ? full + 1 : full;
}

Layer named(const std::string& name, Operation operation, std::vector<std::size_t> inputs) {
  Layer layer;
  layer.name = name;
  layer.operation = operation;
  layer.inputs = std::move(inputs);
  return layer;
}

}  // namespace

LayerBuilder::LayerBuilder(const ImageShape& input) {
  Layer layer;
  layer.name = "input";
  layer.out = input;
  layers_.all.push_back(layer);
}

LayerBuilder::Index LayerBuilder::append(Layer layer) {
  layer.in = shape(layer.inputs[0]);
  if (layer.out.channels == 0) layer.out = layer.in;  // as most operations leave it
  layers_.all.push_back(std::move(layer));
  return layers_.all.size() - 1;
}

LayerBuilder::Index LayerBuilder::convolution(const std::string& name, Index from,
                                              const Convolution& what) {
  Layer layer = named(name, Operation::convolution, {from});
  const ImageShape& in = shape(from);
  layer.kernel = what.kernel;
  layer.stride = what.stride;
  layer.groups = what.groups;
  layer.bias = what.bias;
  layer.norm = what.norm;
  layer.activation = what.activation;
  layer.padding = what.padding.value_or(what.kernel / 2);
  layer.out = {what.out, windows(in.height, layer), windows(in.width, layer)};
  return append(std::move(layer));
}

LayerBuilder::Index LayerBuilder::depthwise(const std::string& name, Index from, int kernel,
                                            int stride, Activation activation) {
  const int channels = shape(from).channels;
  return convolution(name, from,
                     {.out = channels,
                      .kernel = kernel,
                      .stride = stride,
                      .groups = channels,
                      .activation = activation});
}

LayerBuilder::Index LayerBuilder::normalisation(const std::string& name, Index from,
                                                Activation activation) {
  Layer layer = named(name, Operation::normalisation, {from});
  layer.activation = activation;
  return append(std::move(layer));
}

LayerBuilder::Index LayerBuilder::add(const std::string& name, Index a, Index b,
                                      Activation activation) {
  UPDRAFT_CHECK(shape(a) == shape(b), name);
  Layer layer = named(name, Operation::add, {a, b});
  layer.activation = activation;
  return append(std::move(layer));
}

LayerBuilder::Index LayerBuilder::gate(const std::string& name, Index values, Index factors) {
  UPDRAFT_CHECK(shape(values).channels == shape(factors).channels, name);
  return append(named(name, Operation::gate, {values, factors}));
}

LayerBuilder::Index LayerBuilder::concatenation(const std::string& name,
                                                const std::vector<Index>& parts) {
  Layer layer = named(name, Operation::concatenation, parts);
  layer.out = shape(parts[0]);
  layer.out.channels = 0;
  for (const Index part : parts) layer.out.channels += shape(part).channels;
  return append(std::move(layer));
}

LayerBuilder::Index LayerBuilder::slice(const std::string& name, Index from, int first,
                                        int channels) {
  UPDRAFT_CHECK(first + channels <= shape(from).channels, name);
  Layer layer = named(name, Operation::slice, {from});
  layer.first = first;
  layer.out = shape(from);
  layer.out.channels = channels;
  return append(std::move(layer));
}

LayerBuilder::Index LayerBuilder::shuffle(const std::string& name, Index from) {
  return append(named(name, Operation::shuffle, {from}));
}

LayerBuilder::Index LayerBuilder::pool(const std::string& name, Operation how, Index from,
                                       int kernel, int stride) {
  return pool(name, from, {.kernel = kernel, .stride = stride, .padding = kernel / 2, .how = how});
}

LayerBuilder::Index LayerBuilder::pool(const std::string& name, Index from, const Pool& what) {
  Layer layer = named(name, what.how, {from});
  const ImageShape& in = shape(from);
  layer.kernel = what.kernel;
  layer.stride = what.stride;
  layer.padding = what.padding;
  layer.ceils = what.ceils;
  layer.out = {in.channels, windows(in.height, layer), windows(in.width, layer)};
  return append(std::move(layer));
}

LayerBuilder::Index LayerBuilder::global_average(const std::string& name, Index from) {
  Layer layer = named(name, Operation::global_average, {from});
  layer.out = {shape(from).channels, 1, 1};
  return append(std::move(layer));
}

LayerBuilder::Index LayerBuilder::linear(const std::string& name, Index from, int out,
                                         Activation activation) {
  Layer layer = named(name, Operation::linear, {from});
  layer.activation = activation;
  layer.bias = true;
  layer.out = {out, 1, 1};
  return append(std::move(layer));
}

LayerBuilder::Index LayerBuilder::crop(const std::string& name, Index theta, int height, int width,
                                       int points) {
  UPDRAFT_CHECK(shape(theta).values() == 4, name);
  layers_.theta = theta;
  Layer layer = named(name, Operation::crop, {input(), theta});
  layer.out = {shape(input()).channels, height, width};
  layer.points = points;
  return append(std::move(layer));
}

void LayerBuilder::starts(Index layer, double deviation, std::vector<float> biases) {
  layers_.all[layer].deviation = deviation;
  layers_.all[layer].biases = std::move(biases);
}

void LayerBuilder::add_predictor(Index features, const NetworkChoice& choice) {
  if (choice.predictor_reads_softmax) {
    Layer layer = named("confidence", Operation::confidence, {layers_.logits});
    layer.out = {3, 1, 1};
    features = concatenation("seen", {features, append(std::move(layer))});
  }
  layers_.appeal = linear("predictor", features, 1);
}

void LayerBuilder::exit_after(Index from, bool activated) {
  exit_from_ = from;
  exit_activated_ = activated;
}

void LayerBuilder::add_exit() {
  if (exit_from_ == 0) return;
  const Index seen =
      exit_activated_ ? exit_from_ : normalisation("exit_norm", exit_from_, Activation::relu);
  const Index features = global_average("exit_features", seen);
  layers_.exit = linear("exit", features, shape(layers_.logits).channels);
}

Layers LayerBuilder::with_heads(Index from, const NetworkChoice& choice, int classes,
                                bool predictor) {
  if (choice.features > 0) {
    from = convolution("expansion", from, {.out = choice.features, .kernel = 1});
  }
  const Index features = global_average("features", from);
  layers_.logits = linear("approximator", features, classes);
  if (predictor) add_predictor(features, choice);
  add_exit();
  return layers_;
}

Layers LayerBuilder::with_heads(Index from, Index logits, const NetworkChoice& choice,
                                bool predictor) {
  layers_.logits = logits;
  if (predictor) add_predictor(global_average("features", from), choice);
  add_exit();
  return layers_;
}

}  // namespace updraft
