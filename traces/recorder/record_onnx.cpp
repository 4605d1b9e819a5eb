#include "traces/recorder/record_onnx.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "sim/core/document.hpp"
#include "sim/core/input_error.hpp"
#include "traces/layer_profile.hpp"
#include "traces/recorder/record_script.hpp"
#ifdef UPDRAFT_ONNX
#include "traces/onnx/onnx_import.hpp"
#endif

namespace updraft {

OnnxCommand::OnnxCommand(CLI::App& app) {
  command_ = app.add_subcommand("import-onnx",
                                "make a layer profile of an ONNX file: what `updraft cut` divides");
  command_->footer(
      "The profile says of each layer what it computes (MMAC: millions of multiply-adds), its\n"
      "parameters and its output (B: bytes), of one sample. Weights may be left out of the file "
      "or\n"
      "lie elsewhere: shapes suffice, and no other file is opened. Nothing of a model is run.\n"
      "  updraft-record import-onnx resnet18.onnx -o resnet18.yaml\n"
      "  updraft-record import-onnx bert.onnx --dim sequence=128 -o bert.yaml\n"
      "In PyTorch: torch.onnx.export(model.eval(), example, \"model.onnx\")");
  command_->add_option("MODEL", model_, "an ONNX file, of 2 GB at most")->required();
  command_->add_option("-o,--output", output_, "the layer profile to write (YAML)")->required();
  command_
      ->add_option("--dim", dims_,
                   "NAME=N: the size of a dimension that the model names (the batch, 1, need not "
                   "be given)")
      ->allow_extra_args(false);
  command_->add_flag("--allow-unknown", allow_unknown_,
                     "operators that are not known cost nothing, with a warning");
  command_->add_flag("--quiet", quiet_, "print nothing but mistakes");
}

#ifdef UPDRAFT_ONNX

namespace {

void print_summary(const LayerGraph& graph, const std::string& file) {
  std::size_t inputs = 0;
  for (const auto& layer : graph.layers) inputs += layer.type == LayerType::input ? 1 : 0;
  fmt::print("{}: {} layer{}, {:.3f} MMAC, {:.3f} MB of parameters, {} in, {} out\n", graph.name,
             graph.layers.size() - inputs, graph.layers.size() - inputs == 1 ? "" : "s",
             graph.work().si() / 2e6, graph.params().si() / 1e6, inputs, graph.outputs.size());
  fmt::print("written to {}\nNext: updraft cut {} --help\n", file, file);
}

}  // namespace

void OnnxCommand::run() {
  OnnxOptions options;
  options.allow_unknown = allow_unknown_;
  Mistakes mistakes;
  for (const auto& given : dims_) {
    const auto equals = given.rfind('=');
    const auto name = given.substr(0, equals);
    const auto number = equals == std::string::npos ? std::string() : given.substr(equals + 1);
    const bool sound = !name.empty() && !number.empty() && number.size() < 10 &&
                       number.find_first_not_of("0123456789") == std::string::npos &&
                       number.find_first_not_of('0') != std::string::npos;
    if (!sound) {
      mistakes.add(InputError(fmt::format(
          "--dim = {}; expected NAME=N, a whole number of 1 or more, such as sequence=128",
          shown(given))));
    } else {
      options.sizes[name] = std::stoll(number);
    }
  }
  mistakes.throw_if_any();
  expect_writable(output_);
  const OnnxImport import = import_onnx(model_, options);
  if (!quiet_) {
    for (const auto& warning : import.warnings) fmt::print(stderr, "{}\n", warning);
  }
  const std::string text = to_yaml(import.graph);
  read_layer_profile(parse_document(text, output_));  // what could not be read is not written
  write_text(text, output_);
  if (!quiet_) print_summary(import.graph, output_);
}

#else

void OnnxCommand::run() {
  throw InputError(
      "updraft-record import-onnx: built without libonnx; expected libonnx-dev and "
      "libprotobuf-dev installed (scripts/install-deps --all), then a new build");
}

#endif

}  // namespace updraft
