#include "traces/recorder/record_layers.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>

#include "sim/core/input_error.hpp"
#include "traces/layer_profile.hpp"
#include "traces/recorder/layer_request.hpp"

namespace updraft {

LayersCommand::LayersCommand(CLI::App& app) {
  command_ = app.add_subcommand(
      "layers", "write a network's layers down, for updraft cut; nothing is trained or read");
  command_->footer(
      "Networks: the forms of updraft-record networks, and alexnet, vgg16, googlenet, "
      "googlenet_5x5,\n"
      "imagenet_resnet18, resnet50, imagenet_resnet101, imagenet_mobilenet_v2, cinet_digits_cnn "
      "(--depth 1\nto 7), cinet_fashion_cnn (--depth 1 to 5) and cinet_extractor.");
  CLI::Option* network = command_->add_option("--network", network_.form, "a form of network");
  command_->add_option("--depth", network_.depth, "of a form that comes in several")
      ->needs(network)
      ->check(CLI::Range(1, 1000));
  command_->add_option("--width", network_.width, "multiplies the channels (1)")
      ->needs(network)
      ->check(CLI::Range(0.01, 16.0));
  command_->add_option("--features", network_.features, "channels before the head")
      ->needs(network)
      ->check(CLI::Range(1, 4096));
  command_
      ->add_option("--stage", stage_,
                   "NAME RECIPE: the network of a recipe's stage, or its cloud network")
      ->expected(2)
      ->excludes(network);
  command_->add_option("--input", input_, "CxHxW, such as 3x224x224 (the form's own)");
  command_->add_option("--classes", classes_, "(the form's own)")
      ->needs(network)
      ->check(CLI::Range(1, 1'000'000));
  command_->add_option("-o,--output", output_,
                       "the profile to write (YAML); standard output without it");
}

void LayersCommand::run() {
  std::optional<ImageShape> input;
  if (!input_.empty()) {
    input = parse_sides(input_);
    if (!input) {
      throw InputError(fmt::format(
          "--input = {}; expected CxHxW, each in [1, 10000], such as 3x224x224", shown(input_)));
    }
  }
  LayerRequest request;
  if (!stage_.empty()) {
    const Recipe recipe = read_recipe(read_document(stage_[1]));
    if (!input) {
      throw InputError(
          "--input = nothing; expected CxHxW beside --stage: a recipe does not say how large its "
          "images are");
    }
    request = layer_request(recipe, stage_[0], *input);
  } else if (network_.form.empty()) {
    throw InputError("--network = nothing; expected a form of network, or --stage NAME RECIPE");
  } else {
    request.network = network_;
    request.input = input;
    if (classes_ > 0) request.classes = classes_;
  }
  const std::string text = layer_profile(request);
  if (output_.empty()) {
    fmt::print("{}", text);
    return;
  }
  std::ofstream file(output_, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw InputError(fmt::format("{}: cannot be written", output_));
  const LayerGraph graph = layer_graph(request);
  fmt::print("{} layers, {:.5g} MMAC, {:.5g} MB of weights in {}\nNext: updraft cut {}\n",
             graph.layers.size(), graph.work().si() / 2e6, graph.params().si() / 1e6, output_,
             output_);
}

}  // namespace updraft
