// From the recorder's layers to the graph that a partition cuts (sim/core/layer_graph.hpp).
#pragma once

#include <string>

#include "sim/core/layer_graph.hpp"
#include "traces/recorder/layers.hpp"

namespace updraft {

// A layer a node, named as it is here; the input is "image", 8 bits a value, all else fp32. Batch
// norms and activations that belong to a layer fold into it, with their parameters: they run while
// its output is still at hand. Work is that of cost(): multiply-adds of convolutions and linear
// layers, 1 MAC = 2 FLOP; all else costs only the memory that it moves. Outputs are the logits and,
// where there are, the predictor's number and the early exit's logits.
LayerGraph layer_graph(const Layers& layers, const std::string& name, const std::string& source);

}  // namespace updraft
