// What a network is made of, and what that costs: layers in the order in which they are run, each
// fed by earlier ones. Plain numbers, no torch: network.hpp runs the same layers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace updraft {

// Of an image, or of what a layer puts out for one.
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

enum class Operation {
  input,
  convolution,
  normalisation,  // a batch norm of its own, where none folds into the layer before
  add,            // of two inputs
  gate,           // the first input times one factor a channel, the second input
  concatenation,  // of channels, of two inputs or more
  slice,          // the channels from `first` on, as many as it puts out
  shuffle,        // two halves of the channels, interleaved
  max_pool,
  average_pool,    // whose mean counts the padding
  global_average,  // a number a channel
  confidence,      // of logits: msp, margin and entropy (sim/core/menu.hpp), not learned through
  linear,          // fully connected, to all values of its input
  crop             // of the image, the first input, as theta says, the second (sampler.hpp)
};

enum class Activation { none, relu, swish, sigmoid };  // swish: x sigmoid(x)

struct Layer {
  std::string name;
  Operation operation = Operation::input;
  std::vector<std::size_t> inputs;  // indices of earlier layers
  ImageShape in{};                  // of the first input
  ImageShape out{};
  int kernel = 1;
  int stride = 1;
  int padding = 0;     // on each side
  bool ceils = false;  // of a pool: a last window that is not full counts, too
  int groups = 1;      // of a convolution: in.channels for a depthwise one
  bool bias = false;
  bool norm = false;                         // batch norm follows, before the activation
  Activation activation = Activation::none;  // last
  int first = 0;                             // of a slice
  int points = 1;  // of a crop: looked at per pixel and direction (sampler.hpp (4))
  // First weights: Gaussian of mean 0 and this deviation, with `biases` (all 0 if there are none);
  // 0: as network.hpp says.
  double deviation = 0;
  std::vector<float> biases{};
};

struct Layers {
  std::vector<Layer> all;  // the input first
  std::size_t logits = 0;  // the layer that puts out a number a class
  std::size_t appeal = 0;  // the predictor's single number; 0, the input, where there is none
  std::size_t exit = 0;    // an early exit's number a class; 0 where there is none
  std::size_t theta = 0;   // an extractor's four numbers; 0 where there is none

  bool predictor() const { return appeal != 0; }
  bool exits_early() const { return exit != 0; }
  bool crops() const { return theta != 0; }
  // Of each layer: does `output` need it? What a device runs that wants that output alone.
  std::vector<bool> needed_for(std::size_t output) const;
};

// Per image. 1 MAC = one multiply and add of a convolution or linear layer; batch norm counts none,
// since it folds into the convolution before it; pooling, additions, gates and activations count
// none. What the AppealNet papers call FLOPs are multiply-adds with 2 more for each value that a
// batch norm puts out (the counter thop): `macs_with_norms`. Parameters are those that training
// learns: weights, biases, and two a batch-norm channel. Activations are the values that
// convolutions put out: what the memory carries.
struct Cost {
  std::uint64_t macs = 0;
  std::uint64_t macs_with_norms = 0;
  std::uint64_t params = 0;
  std::uint64_t activations = 0;
};
Cost cost(const Layer& layer);
Cost cost(const Layers& layers);  // of all that training runs
// Of the layers that `output` needs: a network with an early exit runs its head or the rest, not
// both.
Cost cost_of(const Layers& layers, std::size_t output);

}  // namespace updraft
