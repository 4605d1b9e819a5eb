// How the forms of networks/ write their layers down: each call appends one, works out its shape,
// and gives its index, to feed later ones. A layer is named when it is made, as its weights are in
// checkpoints.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "traces/recorder/layers.hpp"
#include "traces/recorder/networks/network_form.hpp"

namespace updraft {

class LayerBuilder {
 public:
  using Index = std::size_t;

  struct Convolution {
    int out = 0;
    int kernel = 3;
    int stride = 1;
    int groups = 1;
    std::optional<int> padding{};  // kernel / 2: the sides stay at stride 1
    bool bias = false;
    bool norm = true;
    Activation activation = Activation::relu;
  };

  struct Pool {
    int kernel = 2;
    int stride = 2;
    int padding = 0;
    bool ceils = false;
    Operation how = Operation::max_pool;
  };

  explicit LayerBuilder(const ImageShape& input);

  Index input() const { return 0; }
  const ImageShape& shape(Index layer) const { return layers_.all[layer].out; }

  Index convolution(const std::string& name, Index from, const Convolution& what);
  // 3x3 or larger, a filter a channel, batch norm
  Index depthwise(const std::string& name, Index from, int kernel, int stride,
                  Activation activation);
  Index normalisation(const std::string& name, Index from, Activation activation);
  Index add(const std::string& name, Index a, Index b, Activation activation);
  Index gate(const std::string& name, Index values, Index factors);
  Index concatenation(const std::string& name, const std::vector<Index>& parts);
  Index slice(const std::string& name, Index from, int first, int channels);
  Index shuffle(const std::string& name, Index from);
  Index pool(const std::string& name, Index from, const Pool& what);
  // padded by kernel / 2
  Index pool(const std::string& name, Operation how, Index from, int kernel, int stride);
  Index global_average(const std::string& name, Index from);
  Index linear(const std::string& name, Index from, int out,
               Activation activation = Activation::none);

  // The patch [height x width] of the input image that theta, four numbers, points out. The
  // network's theta from now on.
  Index crop(const std::string& name, Index theta, int height, int width, int points = 1);
  // First weights and biases of a layer, as `Layer::deviation` says.
  void starts(Index layer, double deviation, std::vector<float> biases = {});

  // Where an early exit leaves the network: after `from`, at its own head, which the end appends
  // after all others (the trunk is drawn as without it): a global average and one linear layer,
  // and before them, where `from` is not `activated`, batch norm and ReLU.
  void exit_after(Index from, bool activated);

  // The end of a two-head network (seeds/000, Sec. V-A): the approximator puts out the classes, the
  // predictor, where there is one, a single number; each is one linear layer on the same features.
  // `choice.features` above 0 puts a 1x1 convolution to that many channels before them, as at the
  // end of MobileNetV2: a single-layer predictor sees no more than the features. Ours, not the
  // papers': where the choice says so, the predictor reads msp, margin and entropy beside them.
  Layers with_heads(Index from, const NetworkChoice& choice, int classes, bool predictor);
  // The same where the classes come out of `logits` itself.
  Layers with_heads(Index from, Index logits, const NetworkChoice& choice, bool predictor);

 private:
  Index append(Layer layer);
  void add_predictor(Index features, const NetworkChoice& choice);
  void add_exit();

  Layers layers_;
  Index exit_from_ = 0;  // 0: no early exit
  bool exit_activated_ = true;
};

}  // namespace updraft
