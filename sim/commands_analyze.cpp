#include "sim/commands_analyze.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "analysis/recording/figures.hpp"
#include "analysis/recording/files.hpp"
#include "analysis/recording/report.hpp"
#include "analysis/recording/table.hpp"
#include "sim/commands.hpp"
#include "sim/metrics/output_folder.hpp"
#include "sim/metrics/terminal_text.hpp"
#include "sim/own_process.hpp"
#include "sim/progress.hpp"
#include "traces/inference_trace.hpp"

namespace updraft {
namespace {

RecordingReport report_for(const AnalyzeCommand& command, Contest contest) {
  DrawOptions options{command.draws, command.seed, {}};
  Progress progress("draws", command.draws, !command.quiet);
  std::size_t shown = 0;
  options.between = [&](std::size_t done) {
    throw_if_stopped();
    for (; shown < done; ++shown) progress.one_more();
  };
  return report_on(std::move(contest), options);
}

Manifest manifest_of(const AnalyzeCommand& command) {
  Manifest manifest;
  manifest.scenario = command.trace;
  manifest.seed = command.seed;
  manifest.engine = "none: nothing was simulated";
  manifest.versions = {{"updraft", UPDRAFT_VERSION}};
  manifest.inputs = {command.trace};
  return manifest;
}

std::string figures_text(const Drawn& drawn, const std::string& target) {
  std::string out;
  if (!drawn.trouble.empty()) out += wrapped("Note: " + drawn.trouble);
  for (const auto& figure : drawn.figures)
    out += fmt::format("Figure: {}/{}.png (and .svg)\n", target, figure);
  return out;
}

}  // namespace

int analyze_recording(const AnalyzeCommand& command) {
  const InferenceTrace trace = [&] {
    const StopAtOnce on_signals;
    return read_inference_trace(command.trace);
  }();
  const std::string stem = std::filesystem::path(command.trace).stem().string();
  const std::string target = command.output.empty() ? "results/analyze_" + stem : command.output;
  Contest contest = contest_of(trace, command.split, command.variant);
  OutputFolder folder(target);
  const RecordingReport report = report_for(command, std::move(contest));
  write_recording(folder, report);
  Drawn drawn;
  if (command.figure) drawn = draw_recording(folder, report);
  throw_if_stopped();
  folder.commit(manifest_of(command));

  if (command.json) {
    print(analysis_json(report));
    fmt::print(stderr, "{}", folder.replaced());
  } else if (!command.quiet) {
    std::string text = recording_table(report, ::isatty(STDOUT_FILENO) == 1);
    text += fmt::format("Results: {}\n{}", target, folder.replaced());
    text += figures_text(drawn, target);
    text += wrapped(
        "Next: targets.csv has every target with delta, cost and what a tuned delta came to, "
        "areas.csv AURC and AUROC; columns: analysis/README.md.");
    if (report.contest.variant != nullptr) {
      text += wrapped(fmt::format(
          "Next: a scenario with workload: {{trace: {}}} and tune: {{accuracy_improvement: 90 %}} "
          "says what that costs in latency and energy (updraft run).",
          command.trace));
    }
    print(text);
  }
  return 0;
}

}  // namespace updraft
