// What joins the layers of a profile: names become numbers, layers stand in order, and the rules
// for the whole are kept. layer_reader.cpp reads each by itself.
#pragma once

#include <vector>

#include "sim/core/document.hpp"
#include "sim/core/input_error.hpp"
#include "sim/core/layer_graph.hpp"

namespace updraft {

struct ReadLayer {
  LayerNode node;  // all but its inputs
  const Document::Entry* entry = nullptr;
  const Document* from = nullptr;  // the names of its inputs; null where there are none
  bool typed = true;               // its type is one
};

// Reports names that are no layer's, cycles, and layers that nothing needs. Appends the layers and
// outputs to `graph` where there is no mistake at all.
void join_layers(const std::vector<ReadLayer>& layers, const Document* outputs, Mistakes& mistakes,
                 LayerGraph& graph);

}  // namespace updraft
