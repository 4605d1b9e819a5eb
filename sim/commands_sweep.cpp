#include "sim/commands_sweep.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <filesystem>

#include "sim/commands.hpp"
#include "sim/metrics/output_folder.hpp"
#include "sim/metrics/terminal_text.hpp"
#include "sim/own_process.hpp"
#include "sim/prepare.hpp"
#include "sim/progress.hpp"
#include "sim/sweep.hpp"
#include "sim/sweep_journal.hpp"
#include "sim/sweep_report.hpp"

namespace updraft {
namespace {

// Into the journal, and onto the terminal how far it is.
class Keeper final : public CellSink {
 public:
  Keeper(SweepJournal& journal, Progress& progress) : journal_(journal), progress_(progress) {}
  bool has(std::size_t cell) const override { return journal_.cells().contains(cell); }
  void add(std::size_t cell, const std::string& rows, bool) override {
    journal_.add_cell(cell, rows);
    progress_.one_more();
  }
  void reads(const std::string& file) override { journal_.add_input(file); }
  void waiting() override { progress_.show(); }

 private:
  SweepJournal& journal_;
  Progress& progress_;
};

std::string identity_of(const SweepCommand& command, const Document& scenario) {
  std::string out = fmt::format("updraft {}\n{}\n", UPDRAFT_VERSION, command.scenario);
  for (const auto& override_ : command.overrides) out += override_ + "\n";
  return out + scenario.shown();
}

Manifest manifest_of(const SweepCommand& command, const Scenario& scenario,
                     const SweepJournal& journal) {
  Manifest manifest;
  manifest.scenario = command.scenario;
  manifest.scenario_text = read_file(command.scenario, std::size_t{4} << 20);
  manifest.overrides = command.overrides;
  manifest.seed = scenario.workload.seed;
  manifest.replications = scenario.replications;
  manifest.engine = "sweep.csv says it for every cell";
  manifest.engine_asked = scenario.engine;
  manifest.network_model = scenario.network_model;
  manifest.versions = {{"updraft", UPDRAFT_VERSION}};
  manifest.inputs.push_back(command.scenario);
  manifest.inputs.insert(manifest.inputs.end(), journal.inputs().begin(), journal.inputs().end());
  return manifest;
}

// --resume is for one sweep: a finished one is not replaced by another, as an unfinished one is not
// (that one the journal looks after).
void refuse_another_finished(const SweepCommand& command, const std::string& target) {
  const auto found = result_in(target);
  if (!found || found->command() != "sweep" || SweepJournal::lies_beside(target)) return;
  const auto content = [&](const std::string& text) {
    return parse_document(text, command.scenario).shown();
  };
  if (found->version != UPDRAFT_VERSION || found->scenario != command.scenario ||
      found->overrides != command.overrides ||
      content(found->scenario_text) != read_document(command.scenario).shown()) {
    throw InputError(fmt::format(
        "{}: the finished sweep is of another scenario, other --set or another version; expected "
        "them as they were, another -o, or no --resume, which replaces it",
        target));
  }
}

}  // namespace

int sweep_scenario(const SweepCommand& command) {
  const Document scenario = read_scenario_document(command.scenario, command.overrides);
  Mistakes mistakes;
  const SweepAxes axes(scenario, mistakes);
  if (!mistakes.none()) {  // without cells, what the scenario itself says is looked at all the same
    try {
      check_form(scenario, command.scenario);
    } catch (const InputError& error) {
      mistakes.add(error);
    }
  }
  mistakes.throw_if_any();
  if (axes.empty()) {
    throw InputError(
        fmt::format("{}: sweep = nothing; expected paths and their values, such as sweep: "
                    "{{device.count: [1, 8, 64]}}",
                    command.scenario));
  }
  check_cells(axes, command.scenario);
  const Scenario first = scenario_of(axes.cell(0), command.scenario);
  if (first.engine == "both") {
    throw InputError(
        fmt::format("{}: engine = both; expected auto, native or simgrid for a sweep: "
                    "updraft run compares engines",
                    command.scenario));
  }
  const std::string target =
      command.output.empty() ? "results/" + first.name + "_sweep" : command.output;
  if (command.resume) refuse_another_finished(command, target);
  OutputFolder folder(target);
  SweepJournal journal(target, identity_of(command, scenario), command.resume);
  const std::size_t found = journal.cells().size();
  const auto begun = std::chrono::steady_clock::now();
  {
    Progress progress("cells", axes.cells(), !command.quiet, found);
    Keeper keeper(journal, progress);
    SweepOptions options;
    options.file = command.scenario;
    options.parallel = command.parallel == 0 ? usable_cores() : command.parallel;
    try {
      run_cells(axes, options, keeper);
    } catch (const Interrupted& interrupted) {
      throw Interrupted(interrupted.signal,
                        fmt::format("interrupted after {} of {} cells; --resume goes on",
                                    journal.cells().size(), axes.cells()));
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  std::string csv = sweep_csv_head(axes);
  for (const auto& [cell, rows] : journal.cells()) csv += rows;
  folder.write("sweep.csv", csv);
  folder.commit(manifest_of(command, first, journal));
  journal.finish();

  const SweepReport report(csv, axes.columns().size());
  if (!report.errors().empty()) {
    fmt::print(stderr, "updraft: {} of {} rows failed, the first: {}\n", report.errors().size(),
               report.rows(), report.errors().front());
  }
  if (!command.quiet) {
    std::string text = report.table();
    text += wrapped(fmt::format("{} cells{} in {:.1f} s, {} rows: {}/sweep.csv", axes.cells(),
                                found > 0 ? fmt::format(" ({} of them found)", found) : "",
                                took.count(), report.rows(), target));
    text += folder.replaced();
    text += wrapped(
        "Next: every column stands in analysis/README.md; --set PATH=VALUE changes what "
        "all cells share, --resume goes on after a stop.");
    print(text);
  }
  return report.errors().size() == report.rows() ? 2 : 0;
}

}  // namespace updraft
