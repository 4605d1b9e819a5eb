// The command line of updraft: what may be said, and the exit status (0 done, 1 our fault, 2 the
// user's). What the commands do stands in commands.cpp and validate.cpp.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>

#include "sim/commands.hpp"
#include "sim/commands_analyze.hpp"
#include "sim/commands_channel.hpp"
#include "sim/commands_cut.hpp"
#include "sim/commands_sweep.hpp"
#include "sim/commands_words.hpp"
#include "sim/core/input_error.hpp"
#include "sim/core/memory.hpp"
#include "sim/own_process.hpp"
#include "sim/validate.hpp"

namespace {

constexpr int our_fault = 1;
constexpr int users_mistake = 2;

// Commands say what to do as they are read; this runs the one that was given.
int run(int argc, char** argv) {
  CLI::App app{
      "updraft: what does offloading inference to the cloud cost and gain, on a channel that "
      "fades?\n"
      "Replays recorded logits through a modelled device, channel and cloud.",
      "updraft"};
  app.set_version_flag("--version", "updraft " UPDRAFT_VERSION);
  app.require_subcommand(1);
  app.footer("Begin with: updraft run scenarios/00_quickstart.yaml");
  int status = 0;

  updraft::RunOptions run_options;
  auto* run = app.add_subcommand(
      "run", "Simulate a scenario's policies and print what each costs and gains");
  run->add_option("FILE", run_options.scenario, "the scenario (YAML)")->required();
  run->add_option("-o,--output", run_options.output, "result folder (default: results/<scenario>)");
  run->add_option("--set", run_options.overrides,
                  "path=value: change the scenario, e.g. channel.uplink=5Mbps")
      ->allow_extra_args(false);
  std::string engine;
  run->add_option("--engine", engine, "auto, native, simgrid or both (short for --set engine=...)");
  run->add_flag("--json", run_options.json, "print summary.json alone on standard output");
  run->add_flag("--samples", run_options.samples, "write samples.csv: every stamp of every sample");
  run->add_flag("--timeline", run_options.timeline,
                "write timeline.json: what happened when, for ui.perfetto.dev");
  run->add_flag_callback(
      "--no-figure", [&] { run_options.figure = false; }, "draw no figure");
  run->add_flag("--quiet", run_options.quiet, "print nothing but mistakes");
  run->callback([&] {
    if (!engine.empty()) run_options.overrides.push_back("engine=" + engine);
    status = updraft::run_scenario(run_options);
  });

  updraft::SweepCommand sweep_command;
  auto* sweep = app.add_subcommand("sweep", "Run every cell of a scenario's sweep: block");
  sweep->add_option("FILE", sweep_command.scenario, "the scenario (YAML)")->required();
  sweep->add_option("-o,--output", sweep_command.output,
                    "result folder (default: results/<scenario>_sweep)");
  sweep->add_option("--set", sweep_command.overrides, "path=value, as in run")
      ->allow_extra_args(false);
  sweep
      ->add_option("-j,--jobs", sweep_command.parallel,
                   "threads, or processes for simgrid (all cores)")
      ->check(CLI::Range(1, 1024));
  sweep->add_flag("--resume", sweep_command.resume, "go on with a sweep that was stopped");
  sweep->add_flag("--quiet", sweep_command.quiet, "print nothing but mistakes");
  std::string sweep_engine;
  sweep->add_option("--engine", sweep_engine, "auto, native or simgrid");
  sweep->callback([&] {
    if (!sweep_engine.empty()) sweep_command.overrides.push_back("engine=" + sweep_engine);
    status = updraft::sweep_scenario(sweep_command);
  });

  std::vector<std::string> files;
  std::vector<std::string> overrides;
  auto* check = app.add_subcommand(
      "check", "Read scenarios and all that they name, report every mistake, run nothing");
  check->add_option("FILE", files, "scenarios (YAML)")->required();
  check->add_option("--set", overrides, "path=value, as in run")->allow_extra_args(false);
  check->callback([&] { status = updraft::check_scenarios(files, overrides); });

  updraft::AnalyzeCommand analyze_command;
  auto* analyze = app.add_subcommand(
      "analyze", "What a recording says before any simulation: which score offloads least");
  analyze->add_option("FILE", analyze_command.trace, "the recorded inference (HDF5)")->required();
  analyze->add_option("-o,--output", analyze_command.output,
                      "result folder (default: results/analyze_<FILE>)");
  analyze->add_option("--split", analyze_command.split, "the split that is reported (test)");
  analyze->add_option("--variant", analyze_command.variant,
                      "the way to offload (the first of the file)");
  analyze->add_option("--draws", analyze_command.draws, "bootstrap draws (1000); 0: no intervals")
      ->check(CLI::Range(0, 10000));
  analyze->add_option("--seed", analyze_command.seed, "of the draws (1)");
  analyze->add_flag("--json", analyze_command.json, "print analysis.json alone on standard output");
  analyze->add_flag_callback(
      "--no-figure", [&] { analyze_command.figure = false; }, "draw no figure");
  analyze->add_flag("--quiet", analyze_command.quiet, "print nothing but mistakes");
  analyze->callback([&] { status = updraft::analyze_recording(analyze_command); });

  updraft::CutCommand cut_command;
  auto* cut = updraft::add_cut_command(app, cut_command, status);

  std::string what;
  std::string catalog;
  auto* list =
      app.add_subcommand("list", "What a scenario can name: policies, devices, clouds or radios");
  list->add_option("WHAT", what, "policies, devices, clouds or radios")
      ->required()
      ->check(CLI::IsMember({"policies", "devices", "clouds", "radios"}));
  list->add_option("--catalog", catalog, "a catalog of your own, shown with the built-in one");
  list->callback([&] { status = updraft::list_known(what, catalog); });

  updraft::TraceInfoCommand info_command;
  auto* trace = app.add_subcommand("trace", "Look at recorded traces");
  trace->require_subcommand(1);
  auto* info = trace->add_subcommand(
      "info", "Describe an inference trace, a bandwidth trace or a channel model");
  info->add_option("FILE", info_command.file,
                   "HDF5, mahimahi, seconds Mbps, CSV or a channel model")
      ->required();
  info->add_option("--column", info_command.column, "of a CSV: the one that holds the rate");
  info->add_option("--unit", info_command.unit, "of that column, where its name does not say it");
  info->callback([&] { status = updraft::show_trace(info_command); });

  auto* channel = app.add_subcommand("channel", "Channel models from recorded traces, and back");
  channel->require_subcommand(1);
  updraft::ChannelFitCommand fit_command;
  auto* fit = channel->add_subcommand(
      "fit", "Fit a Markov model to bandwidth traces, by likelihood, and say how well it fits");
  fit->add_option("TRACE", fit_command.traces, "mahimahi, seconds Mbps or CSV; several are joined")
      ->required();
  fit->add_option("-o,--output", fit_command.output, "the model (YAML)")->required();
  fit->add_option("--states", fit_command.states, "how many (the best of 2 to 12, by BIC)")
      ->check(CLI::Range(2, 12));
  fit->add_option("--bin", fit_command.bin, "e.g. 100ms (the median step of the first trace)");
  fit->add_option("--column", fit_command.column, "of a CSV: the one that holds the rate");
  fit->add_option("--unit", fit_command.unit, "of that column, where its name does not say it");
  fit->add_option("--seed", fit_command.seed, "of the draw that the trace is compared with (1)");
  fit->add_flag("--figure", fit_command.figure, "draw trace and model beside the model, as PNG");
  fit->add_flag("--quiet", fit_command.quiet, "print nothing but mistakes");
  fit->callback([&] { status = updraft::fit_channel_to_trace(fit_command); });
  updraft::ChannelGenerateCommand generate_command;
  auto* generate = channel->add_subcommand("generate", "Write a draw from a model as a trace");
  generate->add_option("MODEL", generate_command.model, "a channel model (YAML)")->required();
  generate->add_option("-o,--output", generate_command.output, "the trace, seconds Mbps")
      ->required();
  generate->add_option("--length", generate_command.length, "e.g. 600s (10 minutes)");
  generate->add_option("--bin", generate_command.bin, "means over bins (as it is drawn)");
  generate->add_option("--seed", generate_command.seed, "of the draw (1)");
  generate->callback([&] { status = updraft::generate_trace(generate_command); });

  auto* validate = app.add_subcommand(
      "validate",
      "Prove the simulator right: whole simulations against queueing theory and hand sums");
  validate->callback([&] { status = updraft::validate(); });

  for (auto* command :
       {run, sweep, check, analyze, cut, list, trace, info, channel, fit, generate, validate}) {
    command->set_version_flag("--version", "updraft " UPDRAFT_VERSION);
  }
  if (argc == 1) {
    fmt::print(stderr, "{}", app.help());
    return users_mistake;
  }
  const std::vector<std::string> words(argv + 1, argv + argc);
  updraft::refuse_unknown_commands(app, words);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ExtrasError&) {
    throw updraft::InputError(updraft::unexpected_word(app, words));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : users_mistake;
  }
  return status;
}

// Where standard error cannot take it either, the exit status alone has to tell.
void complain(const std::string& text) { std::fputs((text + "\n").c_str(), stderr); }

}  // namespace

int main(int argc, char** argv) {
  updraft::keep_memory();
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file-size limit is then a write error, told like any other
  updraft::stop_on_signals();
  try {
    return run(argc, argv);
  } catch (const updraft::Interrupted& interrupted) {
    complain(fmt::format("updraft: {}", interrupted.what()));
    return 128 + interrupted.signal;
  } catch (const updraft::InputError& error) {
    complain(error.what());
    return users_mistake;
  } catch (const std::exception& error) {
    complain(fmt::format("updraft: this is our fault, please report it: {}", error.what()));
    return our_fault;
  }
}
