// `updraft run`: a scenario on the engine that it asks for, its results written and shown.
#include "sim/commands.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>

#include "analysis/figure.hpp"
#include "sim/compare.hpp"
#include "sim/engines/simgrid/simgrid_engine.hpp"
#include "sim/metrics/output_folder.hpp"
#include "sim/metrics/samples_csv.hpp"
#include "sim/metrics/summary.hpp"
#include "sim/metrics/table.hpp"
#include "sim/metrics/terminal_text.hpp"
#include "sim/metrics/timeline.hpp"
#include "sim/metrics/verdicts.hpp"
#include "sim/prepare.hpp"
#include "sim/prepared_drops.hpp"
#include "sim/progress.hpp"
#include "sim/simulation.hpp"
#include "sim/tuning_by_simulation.hpp"

namespace updraft {
namespace {

Manifest manifest_of(const Prepared& prepared, const RunOptions& options) {
  const Scenario& scenario = prepared.scenario;
  Manifest manifest;
  manifest.scenario = options.scenario;
  manifest.scenario_text = read_file(options.scenario, std::size_t{4} << 20);
  manifest.overrides = options.overrides;
  manifest.seed = scenario.workload.seed;
  manifest.replications = scenario.replications;
  const EngineChoice choice = engine_of(scenario);
  const bool both = scenario.engine == "both";
  manifest.engine = both ? "native" : name_of(choice.kind);
  manifest.engine_asked = scenario.engine;
  manifest.engine_because = choice.because;
  manifest.network_model = scenario.network_model;
  manifest.versions = {{"updraft", UPDRAFT_VERSION}};
  if (both || choice.kind == EngineKind::simgrid) {
    for (const auto& setting : simgrid_settings(scenario.network_model)) {
      const auto colon = setting.rfind(':');
      manifest.engine_settings.emplace_back(setting.substr(0, colon), setting.substr(colon + 1));
    }
    manifest.versions.emplace_back("simgrid", simgrid_version());
  }
  manifest.inputs = prepared.inputs;
  for (std::size_t p = 0; p < prepared.tuned.size(); ++p) {
    if (!prepared.tuned[p].empty())
      manifest.tuned.emplace_back(scenario.policies[p].name, prepared.tuned[p]);
  }
  return manifest;
}

// Ready to run; says how far it is where thresholds are tuned by simulation.
std::unique_ptr<Prepared> tuned(const RunOptions& options) {
  std::optional<Progress> progress;
  TuningOptions tuning;
  tuning.begins = [&](std::size_t runs) {
    progress.emplace("runs of a tuning", runs, !options.quiet);
  };
  tuning.one_more = [&] { progress->one_more(); };
  return prepare_tuned(options.scenario, options.overrides, tuning);
}

// The edge networks that the policies run, each once, in the scenario's order.
std::vector<StageId> stages_in_use(const Prepared& prepared) {
  std::vector<StageId> stages;
  for (const auto& policy : prepared.replications[0].policies) {
    const StageId stage = policy->reference_stage();
    if (stage >= 0 && std::find(stages.begin(), stages.end(), stage) == stages.end())
      stages.push_back(stage);
  }
  return stages;
}

VariantId variant_in_use(const Prepared& prepared) {
  for (const auto& policy : prepared.replications[0].policies) {
    if (policy->reference_variant() >= 0) return policy->reference_variant();
  }
  return -1;
}

// Draws the figure where there is something to draw; what people should know about it, or "".
std::string draw_figure(const Prepared& prepared, const std::vector<PolicyResult>& results,
                        const OutputFolder& folder) {
  if (prepared.scenario.workload.trace == "none")
    return "no figure: trace: none has no accuracy to show";
  const auto stages = stages_in_use(prepared);
  const VariantId variant = variant_in_use(prepared);
  if (stages.empty() || variant < 0)
    return "no figure: the trace has no edge network or no offload variant";
  return write_figure(
      folder, routing_figure(fmt::format("{}, {} split ({})", prepared.dataset,
                                         prepared.scenario.workload.split, prepared.scenario.name),
                             *prepared.menu, *prepared.truth, stages, variant,
                             prepared.replications[0].rows, results));
}

// Both engines, run by run: the results are native's, and what is said of the two.
struct Compared {
  std::vector<PolicyResult> results;
  std::string text;
  bool tolerable = true;
};

Compared run_both(const Prepared& prepared, const OnRun& each,
                  const std::function<void()>& waiting) {
  Compared out;
  out.results = empty_results(prepared);
  Difference all;
  std::string where;
  std::chrono::duration<double> native_took{0};
  const auto begun = std::chrono::steady_clock::now();
  simulate(
      prepared, EngineKind::simgrid,
      [&](std::size_t policy, std::size_t replication, const Run& reference) {
        const auto start = std::chrono::steady_clock::now();
        const Run run = simulate_here(prepared, policy, replication, EngineKind::native);
        native_took += std::chrono::steady_clock::now() - start;
        out.results[policy].runs.push_back(figures_of(prepared, policy, replication, run));
        if (add(all, compare(run, reference))) {
          where = fmt::format("policy {}, replication {}, sample {}, {}: {:.9f} s and {:.9f} s",
                              prepared.scenario.policies[policy].name, replication, all.sample,
                              all.stamp, all.first.si(), all.second.si());
        }
        each(policy, replication, run);
      },
      waiting);
  const std::chrono::duration<double> all_took = std::chrono::steady_clock::now() - begun;
  judge(out.results, prepared.budgets);
  out.tolerable = all.tolerable();
  out.text = fmt::format(
      "Engines: native and simgrid {} on {} samples: largest difference of a stamp "
      "{:.3g} s (tolerated {:.0e} s)",
      out.tolerable ? "agree" : "DIFFER", all.samples, all.largest.si(), largest_tolerated.si());
  if (!where.empty()) out.text += " at " + where;
  out.text += fmt::format(
      "; differing decisions {}, outcomes {}, bytes {}; native took {:.2f} s of "
      "the {:.2f} s.",
      all.decisions, all.outcomes, all.bytes, native_took.count(), all_took.count());
  return out;
}

std::string engine_line(const Scenario& scenario) {
  const EngineChoice choice = engine_of(scenario);
  return fmt::format("Engine: {} ({}{})", name_of(choice.kind),
                     scenario.engine == "auto" ? "auto: " : "", choice.because);
}

}  // namespace

int run_scenario(const RunOptions& options) {
  const auto prepared = tuned(options);
  const std::string target =
      options.output.empty() ? "results/" + prepared->scenario.name : options.output;
  OutputFolder folder(target);
  std::optional<SamplesCsv> samples;
  if (options.samples) samples.emplace(folder.path("samples.csv"));
  std::optional<Timeline> timeline;
  if (options.timeline) timeline.emplace(folder.path("timeline.json"));
  Compared done;
  {
    Progress progress("runs", prepared->scenario.policies.size() * prepared->replications.size(),
                      !options.quiet);
    const auto each = [&](std::size_t policy, std::size_t replication, const Run& run) {
      const std::string& name = prepared->scenario.policies[policy].name;
      if (samples) {
        samples->add(name, static_cast<std::uint32_t>(replication), run.samples, *prepared->menu,
                     *prepared->truth);
      }
      if (timeline) {
        timeline->add(name, static_cast<std::uint32_t>(replication), run.samples, *prepared->menu,
                      uplink_histories(*prepared, replication, run.counts.horizon));
      }
      progress.one_more();
    };
    const auto show = [&] { progress.show(); };
    if (prepared->scenario.engine == "both") {
      done = run_both(*prepared, each, show);
    } else {
      done.results = simulate(*prepared, each, show);
      done.text = engine_line(prepared->scenario);
    }
  }
  if (samples) samples->close();
  if (timeline) timeline->close();
  write_summary(folder, done.results);
  const std::string no_figure =
      options.figure ? draw_figure(*prepared, done.results, folder) : "no figure: --no-figure";
  folder.commit(manifest_of(*prepared, options));

  if (options.json) {
    print(summary_json(done.results));
    fmt::print(stderr, "{}", folder.replaced());
  } else if (!options.quiet) {
    const TableStyle style{::isatty(STDOUT_FILENO) == 1, target, drop_causes(*prepared)};
    std::string text = terminal_table(done.results, style) + folder.replaced();
    for (const auto& note : prepared->notes) text += wrapped("Note: " + note);
    if (prepared->scenario.document.find("sweep") != nullptr)
      text += wrapped(
          "Note: this was the scenario itself; updraft sweep runs the cells of its sweep: block");
    text += wrapped(done.text);
    if (options.figure) {
      text += no_figure.empty()
                  ? fmt::format("Figure: {}/accuracy_vs_skipping.png (and .svg)\n", target)
                  : wrapped("Note: " + no_figure);
    }
    if (timeline)
      text += fmt::format("Timeline: {}/timeline.json (open it in ui.perfetto.dev)\n", target);
    text += wrapped(
        "Next: --set PATH=VALUE asks what if (--set device.count=8); --samples writes every stamp, "
        "--timeline a picture of them.");
    print(text);
  }
  if (!done.tolerable && (options.json || options.quiet))
    fmt::print(stderr, "{}", wrapped(done.text));
  return done.tolerable ? 0 : 1;
}

}  // namespace updraft
