#include "traces/recorder/record_script.hpp"

#include <fmt/format.h>

#include <unistd.h>
#include <fstream>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "sim/core/input_error.hpp"
#include "sim/units/parse.hpp"
#include "traces/inference_info.hpp"
#include "traces/recorder/judging.hpp"

namespace updraft {
namespace {

namespace fs = std::filesystem;

// "NAME=FILE", or "FILE" by its stem.
ScriptNetwork named(const std::string& given) {
  const auto equals = given.find('=');
  if (equals != std::string::npos) return {given.substr(0, equals), given.substr(equals + 1), 0};
  return {fs::path(given).stem().string(), given, 0};
}

void expect_distinct(const std::vector<ScriptNetwork>& stages) {
  Mistakes mistakes;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const std::string& name = stages[i].name;
    const bool taken = std::any_of(stages.begin(), stages.begin() + static_cast<std::ptrdiff_t>(i),
                                   [&](const auto& other) { return other.name == name; });
    if (taken || !is_trace_name(name) || name == "cloud") {
      mistakes.add(InputError(fmt::format(
          "torchscript: name = {}; expected one of its own for each file, printable, without / "
          "and other than cloud: NAME=FILE",
          shown(name))));
    }
  }
  mistakes.throw_if_any();
}

}  // namespace

ScriptCommand::ScriptCommand(CLI::App& app) {
  command_ = app.add_subcommand(
      "torchscript", "record networks that PyTorch trained: no C++, nothing is trained here");
  command_->footer(
      "A TorchScript file is code: asking one runs what its author wrote, with your rights. Give "
      "only\n"
      "files that you trust. In PyTorch: torch.jit.script(model.eval()).save(\"model.pt\"). "
      "forward gets\n"
      "[batch, channels, height, width] floats in [0, 1], less --mean, by --deviation, and returns "
      "logits,\n"
      "or a dictionary or NamedTuple with logits and named scores (larger = easier).\n"
      "updraft-record --torchscript FILE ... is the same command.");
  command_->add_option("FILE", stages_, "TorchScript files, a stage each: FILE or NAME=FILE")
      ->required();
  command_->add_option("--cloud", recipe_.cloud.file,
                       "the cloud network; without it none is recorded");
  command_->add_option("--data", recipe_.data, "IDX files, or test/CLASS/*.jpg")->required();
  command_->add_option("-o,--output", output_, "the trace to write (HDF5)")->required();
  command_->add_option("--mean", recipe_.mean, "a number a channel, by commas")->delimiter(',');
  command_->add_option("--deviation", recipe_.deviation, "a number a channel, by commas")
      ->delimiter(',');
  command_
      ->add_option("--macs", macs_,
                   "NAME=94.6MMAC, of an image; without it they are counted while it runs")
      ->allow_extra_args(false);
  command_->add_option("--calibration", recipe_.calibration,
                       "share of the test images that thresholds are tuned on (0.2)");
  command_->add_option("--dataset", recipe_.dataset, "its name in the trace");
  command_->add_option("--source", recipe_.source, "of the dataset");
  command_->add_option("--licence", recipe_.licence, "of the dataset");
  command_->add_option("--seed", recipe_.seed, "of which rows are for calibration")
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1} << 53));
  recipe_.threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  command_->add_option("--threads", recipe_.threads)->check(CLI::Range(1, 1024));
  command_->add_option("--device", recipe_.device, "cpu or cuda")
      ->check(CLI::IsMember({"cpu", "cuda"}));
  command_->add_flag("--quiet", quiet_, "print nothing but mistakes");
}

void ScriptCommand::run() {
  for (const auto& stage : stages_) recipe_.stages.push_back(named(stage));
  expect_distinct(recipe_.stages);
  std::vector<std::string> names{"cloud"};
  for (const auto& stage : recipe_.stages) names.push_back(stage.name);
  Mistakes mistakes;
  for (const auto& given : macs_) {
    const auto equals = std::min(given.find('='), given.size());
    const std::string name = given.substr(0, equals);
    const auto found = std::find(names.begin(), names.end(), name);
    const auto work = parse<Flops>(given.substr(std::min(equals + 1, given.size())));
    if (found == names.end() || !work || *work <= Flops(0) || *work > Flops(2e18)) {
      mistakes.add(InputError(fmt::format("--macs = {}; expected NAME=VALUE, such as {}=94.6MMAC{}",
                                          shown(given), names.back(), did_you_mean(name, names))));
      continue;
    }
    const auto index = static_cast<std::size_t>(found - names.begin());
    (index == 0 ? recipe_.cloud : recipe_.stages[index - 1]).macs = work->si() / 2;
  }
  mistakes.throw_if_any();
  expect_writable(output_);
  if (recipe_.dataset.empty()) {
    recipe_.dataset = fs::path(fs::absolute(recipe_.data) / "").parent_path().filename().string();
  }
  if (!quiet_) {
    const std::size_t files = recipe_.stages.size() + (recipe_.cloud.file.empty() ? 0 : 1);
    fmt::print(stderr, "{} TorchScript {}: code of its author, run with your rights.\n", files,
               files == 1 ? "file" : "files");
  }
  const InferenceTrace trace = record_scripts(recipe_);
  write_inference_trace(trace, output_);
  if (quiet_) return;
  print_splits(trace);
  fmt::print("recorded in {} ({:.2f} MB)\nNext: updraft analyze {}\n", output_,
             static_cast<double>(fs::file_size(output_)) / 1e6, output_);
}

void write_text(const std::string& text, const std::string& output) {
  std::ofstream file(output, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw InputError(fmt::format("{}: cannot be written", output));
}

void expect_writable(const std::string& output) {
  const fs::path folder = fs::absolute(output).parent_path();
  if (fs::is_directory(output) || access(folder.c_str(), W_OK) != 0) {
    throw InputError(
        fmt::format("{}: cannot be written; expected a file in a folder that exists "
                    "and is writable",
                    output));
  }
}

void print_splits(const InferenceTrace& trace) {
  for (const auto& split : trace.splits) fmt::print("{}", describe(split));
}

}  // namespace updraft
