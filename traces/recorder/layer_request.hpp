// Which network's layers are to be written down, and the file's text. What the command
// `updraft-record layers` asks for; knows no command line.
#pragma once

#include <optional>
#include <string>

#include "sim/core/layer_graph.hpp"
#include "traces/recorder/layers.hpp"
#include "traces/recorder/networks/network_form.hpp"
#include "traces/recorder/recipe.hpp"

namespace updraft {

struct LayerRequest {
  NetworkChoice network;              // its form one of profile_forms()
  std::optional<ImageShape> input{};  // the form's own where none is given; likewise the classes
  std::optional<int> classes{};
  bool predictor = false;
  std::string name{};     // of the graph; made of the form, depth and width where empty
  std::string command{};  // what asked for it; made of the above where empty
};

// Of the cloud network or a stage of a recipe, which does not say how large the images are. Throws
// InputError where it has no such stage.
LayerRequest layer_request(const Recipe& recipe, const std::string& stage, const ImageShape& input);

// Both throw InputError with every mistake of the request, in the words of the command's options.
LayerGraph layer_graph(const LayerRequest& request);
// A layer profile (traces/layer_profile.hpp) whose first line is the command that writes it again.
std::string layer_profile(const LayerRequest& request);

// "3x224x224"
std::string sides_text(const ImageShape& shape);
std::optional<ImageShape> parse_sides(const std::string& text);

}  // namespace updraft
