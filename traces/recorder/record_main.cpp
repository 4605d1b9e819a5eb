// updraft-record: trains the networks of a recipe and records what they say; a program of its own,
// since loading libtorch costs a second at every start. Exit status: 0 done, 1 our fault, 2 the
// user's.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "sim/core/input_error.hpp"
#include "sim/core/memory.hpp"
#include "traces/inference_trace.hpp"
#include "traces/recorder/named_dataset.hpp"
#include "traces/recorder/networks/network_table.hpp"
#include "traces/recorder/progress.hpp"
#include "traces/recorder/record_layers.hpp"
#include "traces/recorder/record_look.hpp"
#include "traces/recorder/record_onnx.hpp"
#include "traces/recorder/record_script.hpp"
#include "traces/recorder/recording.hpp"

namespace {

namespace fs = std::filesystem;
using namespace updraft;

constexpr int our_fault = 1;
constexpr int users_mistake = 2;

struct RunArguments {
  std::string recipe;
  std::string data;
  std::string output;
  std::string checkpoints;
  std::string device = "cpu";
  std::vector<std::string> settings;
  std::vector<std::string> only;
  int threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  bool quiet = false;
};

void expect_networks(const std::vector<std::string>& only, const Recipe& recipe) {
  const std::vector<std::string> names = recipe.network_names();
  Mistakes mistakes;
  for (const auto& name : only) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    mistakes.add(InputError(fmt::format("--only = {}; expected {}{}", shown(name), one_of(names),
                                        did_you_mean(name, names))));
  }
  mistakes.throw_if_any();
}

void run(const RunArguments& arguments) {
  const auto started = std::chrono::steady_clock::now();
  const Recipe recipe = read_recipe(arguments.recipe, arguments.settings);
  expect_networks(arguments.only, recipe);
  if (arguments.only.empty()) {
    if (arguments.output.empty()) throw InputError("-o = nothing; expected the trace to write");
    expect_writable(arguments.output);
  } else if (!arguments.output.empty()) {
    throw InputError("-o with --only: some networks make no trace; expected one of the two");
  } else if (arguments.checkpoints.empty()) {
    throw InputError("--only = networks without a trace; expected --checkpoints, to leave them in");
  }
  const Dataset data = read_dataset(recipe, folder_of(recipe, arguments.data));

  // Without --checkpoints they live beside the output until that is written: a kill costs an epoch.
  const bool for_this_run = arguments.checkpoints.empty();
  RecordOptions options;
  options.checkpoints = for_this_run ? arguments.output + ".checkpoints" : arguments.checkpoints;
  std::error_code failed;
  fs::create_directories(options.checkpoints, failed);
  if (failed) {
    throw InputError(
        fmt::format("{}: cannot be made; expected a folder for checkpoints", options.checkpoints));
  }
  options.threads = arguments.threads;
  options.device = arguments.device;
  options.only = arguments.only;
  Progress progress(isatty(STDERR_FILENO) != 0);
  if (!arguments.quiet) {
    options.watch = [&](const TrainingStep& step) {
      const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - started;
      fmt::print(stderr, "{}", progress.shown(step, Seconds(passed.count())));
    };
  }
  if (!options.only.empty()) return train_only(recipe, data, options);
  const InferenceTrace trace = record(recipe, data, options);
  write_inference_trace(trace, arguments.output);
  if (for_this_run) fs::remove_all(options.checkpoints);
  if (!arguments.quiet) {
    print_splits(trace);
    fmt::print("recorded in {} ({:.2f} MB)\nNext: updraft analyze {}\n", arguments.output,
               static_cast<double>(fs::file_size(arguments.output)) / 1e6, arguments.output);
  }
}

void check(const std::vector<std::string>& recipes) {
  Mistakes mistakes;
  for (const auto& file : recipes) {
    try {
      read_recipe(file, {});
      fmt::print("{}: good\n", file);
    } catch (const InputError& error) {
      mistakes.add(error);
    }
  }
  mistakes.throw_if_any();
}

// A first word that is no command, in a line that offers the nearest.
void expect_command(const std::string& first, const CLI::App& app) {
  std::vector<std::string> commands;
  for (const auto* command : app.get_subcommands({})) commands.push_back(command->get_name());
  if (first.starts_with('-') ||
      std::find(commands.begin(), commands.end(), first) != commands.end()) {
    return;
  }
  throw InputError(fmt::format("updraft-record: command = {}; expected {}{}", shown(first),
                               one_of(commands), did_you_mean(first, commands)));
}

int obey(int argc, char** argv) {
  CLI::App app(
      "Trains edge networks, two-head ones (AppealNet) among them, and a cloud network, and "
      "records what they say of every sample.",
      "updraft-record");
  app.set_version_flag("--version", "updraft-record " UPDRAFT_VERSION);
  app.require_subcommand(1);

  RunArguments arguments;
  CLI::App* run_command = app.add_subcommand("run", "train, then record an inference trace");
  run_command->add_option("RECIPE", arguments.recipe, "a recipe (YAML)")->required();
  run_command->add_option("--data", arguments.data, "the dataset's folder");
  run_command->add_option("-o,--output", arguments.output, "the trace to write (HDF5)");
  run_command->add_option("--checkpoints", arguments.checkpoints,
                          "keep the networks here, and resume from here");
  run_command
      ->add_option("--only", arguments.only,
                   "train these networks alone (cloud, a stage; with commas), write no trace")
      ->delimiter(',')
      ->allow_extra_args(false);
  run_command->add_option("--threads", arguments.threads, "threads; results depend on their number")
      ->check(CLI::Range(1, 1024));
  run_command->add_option("--device", arguments.device, "cpu or cuda")
      ->check(CLI::IsMember({"cpu", "cuda"}));
  run_command->add_option("--set", arguments.settings, "path=value: replace a value of the recipe")
      ->allow_extra_args(false);
  run_command->add_flag("--quiet", arguments.quiet, "print nothing but mistakes");

  std::vector<std::string> recipes;
  CLI::App* check_command = app.add_subcommand("check", "validate recipes, train nothing");
  check_command->add_option("RECIPE", recipes, "recipes (YAML)")->required();

  CLI::App* networks_command =
      app.add_subcommand("networks", "list the networks that a recipe can name, and their cost");

  ScriptCommand script(app);
  LayersCommand layers(app);
  LookCommand look(app);
  OnnxCommand onnx(app);

  for (auto* command : {run_command, check_command, networks_command, script.command(),
                        layers.command(), look.command(), onnx.command()}) {
    command->set_version_flag("--version", "updraft-record " UPDRAFT_VERSION);
  }
  if (argc == 1) {
    fmt::print(stderr, "{}", app.help());
    return users_mistake;
  }
  std::vector<std::string> words(argv + 1, argv + argc);
  if (words[0] == "--torchscript") words[0] = "torchscript";  // its short form
  expect_command(words[0], app);
  std::reverse(words.begin(), words.end());  // as CLI11 takes them
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : users_mistake;
  }
  if (*run_command) run(arguments);
  if (*check_command) check(recipes);
  if (*script.command()) script.run();
  if (*layers.command()) layers.run();
  if (*look.command()) look.run();
  if (*onnx.command()) onnx.run();
  if (*networks_command) fmt::print("{}", network_table());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  updraft::keep_memory();  // a tenth of a training's time otherwise goes into fresh pages
  try {
    return obey(argc, argv);
  } catch (const InputError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return users_mistake;
  } catch (const std::exception& error) {
    fmt::print(stderr, "updraft-record: {}\n", error.what());
    return our_fault;
  }
}
