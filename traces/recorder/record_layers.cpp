#include "traces/recorder/record_layers.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "sim/core/input_error.hpp"
#include "traces/recorder/layer_request.hpp"
#include "traces/recorder/networks/profile_form.hpp"
#include "traces/recorder/record_script.hpp"

namespace updraft {
namespace {

std::string known_forms() {
  std::string text =
      "Networks: the forms of updraft-record networks, on 3x32x32 and 10 classes, and, as "
      "published:\n";
  for (const auto& known : profile_forms()) {
    if (network_form(known.form.name) != nullptr) continue;
    const std::string depths =
        known.form.depths.empty() ? "" : fmt::format(", --depth {}", known.form.depths);
    text += fmt::format("  {:<22} {}, {} classes{}\n", known.form.name, sides_text(known.input),
                        known.classes, depths);
  }
  return text;
}

}  // namespace

LayersCommand::LayersCommand(CLI::App& app) {
  command_ = app.add_subcommand(
      "layers", "write a network's layers down, for updraft cut; nothing is trained or read");
  command_->footer(known_forms());
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
  if (!output_.empty()) expect_writable(output_);
  const std::string text = layer_profile(request);
  if (output_.empty()) {
    fmt::print("{}", text);
    return;
  }
  write_text(text, output_);
  const LayerGraph graph = layer_graph(request);
  fmt::print(
      "{} layers, {:.5g} MMAC, {:.5g} MB of weights in {}\nNext: updraft cut {} "
      "--edge raspberry-pi-4b --cloud t4 --uplink 20Mbps\n",
      graph.layers.size(), graph.work().si() / 2e6, graph.params().si() / 1e6, output_, output_);
}

}  // namespace updraft
