// A layer profile: the file of a LayerGraph (sim/core/layer_graph.hpp). traces/layers/README.md is
// the page of the format.
#pragma once

#include <string>

#include "sim/core/document.hpp"
#include "sim/core/layer_graph.hpp"

namespace updraft {

// Reads `format: updraft-layers`. Layers may stand in any order in the file; they are put into one
// in which each follows its inputs. Throws InputError with all of the file's mistakes: cycles,
// inputs that are no layer, no input layer, names given twice, negative sizes, more than 20,000
// layers.
LayerGraph read_layer_profile(const std::string& file);
LayerGraph read_layer_profile(const Document& document);

// The file's text, which reads back as the same graph.
std::string to_yaml(const LayerGraph& graph);

}  // namespace updraft
