// A network as a graph of layers, with what each costs and puts out: what a partition cuts. Read
// from traces/layers/*.yaml (traces/layer_profile.hpp), timed by platforms/layer_times.hpp, cut by
// policies/partition. Plain numbers of one sample (batch 1); no weights, no time, no torch.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/units/quantity.hpp"

namespace updraft {

using LayerId = std::uint32_t;

// What decides a layer's rate on a machine. An activation or norm that folds into the layer before
// it is no layer of its own.
enum class LayerType : std::uint8_t {
  input,          // the sample itself; has no inputs and costs nothing
  convolution,    // kernels above 1 x 1
  depthwise,      // a filter a channel
  pointwise,      // 1 x 1
  linear,         // fully connected
  matmul,         // of two activations, as in attention
  pool,           // max, average, global
  normalisation,  // where it does not fold
  activation,     // relu, sigmoid, softmax, ... where it does not fold
  elementwise,    // add, multiply, gate
  reshape,        // moves or renames values: concatenation, slice, shuffle, flatten, transpose
  other           // none of these
};
inline constexpr std::array<std::string_view, 12> layer_type_names = {
    "input", "convolution",   "depthwise",  "pointwise",   "linear",  "matmul",
    "pool",  "normalisation", "activation", "elementwise", "reshape", "other"};

struct LayerNode {
  std::string name;  // unique in the graph
  LayerType type = LayerType::other;
  std::vector<LayerId> inputs{};  // whose outputs it reads; earlier ones, each once
  std::vector<int> shape{};       // of its output, without the batch: [channels, height, width]
  Bytes output{};                 // of its output, as computed with (fp32: 4 each)
  Flops work{};                   // 1 MAC = 2 FLOP
  Bytes params{};
  int kernel = 0;  // 0 where it has none
  int stride = 0;
};

// Layers stand in an order in which each comes after its inputs. The inputs of the network are the
// layers of type input, at least one; its outputs are named.
struct LayerGraph {
  std::string name;    // of the network: "resnet18"
  std::string source;  // who describes it
  std::vector<LayerNode> layers;
  std::vector<LayerId> outputs;

  Flops work() const;
  Bytes params() const;
  // By layer: those that read it, in ascending order.
  std::vector<std::vector<LayerId>> consumers() const;
};

}  // namespace updraft
