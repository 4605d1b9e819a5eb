#include "sim/commands_cut.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <utility>

#include "analysis/cut_figure.hpp"
#include "analysis/cut_files.hpp"
#include "analysis/cut_graphviz.hpp"
#include "analysis/cut_report.hpp"
#include "analysis/cut_table.hpp"
#include "analysis/drawing.hpp"
#include "sim/commands.hpp"
#include "sim/metrics/output_folder.hpp"
#include "sim/metrics/terminal_text.hpp"
#include "sim/own_process.hpp"

namespace updraft {
namespace {

// What was asked, as far as it is no file.
std::vector<std::pair<std::string, std::string>> asked(const CutRequest& request) {
  std::vector<std::pair<std::string, std::string>> out = {
      {"edge", request.edge},           {"cloud", request.cloud},     {"uplink", request.uplink},
      {"downlink", request.downlink},   {"latency", request.latency}, {"reply", request.reply},
      {"objective", request.objective}, {"price", request.price},     {"budget", request.budget},
      {"servers", request.servers},     {"coding", request.coding},   {"radio", request.radio},
      {"sweep_uplink", request.sweep},  {"times", request.times},     {"method", request.method}};
  std::erase_if(out, [](const auto& option) { return option.second.empty(); });
  return out;
}

Manifest manifest_of(const CutCommand& command, const CutSetup& setup) {
  Manifest manifest;
  manifest.scenario = command.request.layers;
  manifest.engine = "none: nothing was simulated";
  manifest.engine_settings = asked(command.request);
  manifest.versions = {{"updraft", UPDRAFT_VERSION}};
  manifest.inputs = setup.inputs;
  return manifest;
}

// Writes all files; what people should know about the figure, or where it is.
std::string write_result(const CutCommand& command, const CutReport& report,
                         const std::string& target) {
  OutputFolder folder(target);
  folder.write("cut.csv", cut_csv(report));
  folder.write("cut.json", cut_json(report));
  folder.write("cut.dot", cut_graphviz(report));
  std::string about;
  if (command.figure && !report.sweep.empty()) {
    const CutFigure figure = cut_figure(report);
    if (figure.csv.empty()) {
      about = "Note: no figure: nothing above 0 to show on a logarithmic axis\n";
    } else {
      folder.write("best_cut.csv", figure.csv);
      folder.write("best_cut.gp", figure.script);
      const std::string trouble = draw(folder, "best_cut", "gnuplot");
      about = trouble.empty() ? fmt::format("Figure: {}/best_cut.png (and .svg)\n", target)
                              : wrapped("Note: " + trouble);
    }
  }
  throw_if_stopped();
  folder.commit(manifest_of(command, report.setup));
  if (command.json) fmt::print(stderr, "{}", folder.replaced());
  return fmt::format("Results: {} (cut.csv, cut.json, cut.dot)\n{}", target, folder.replaced()) +
         about;
}

// The network's name as part of a folder's.
std::string default_target(std::string name) {
  std::replace_if(
      name.begin(), name.end(),
      [](unsigned char c) { return std::isalnum(c) == 0 && c != '-' && c != '.'; }, '_');
  return "results/cut_" + name;
}

std::string next(const CutReport& report, const std::string& target) {
  if (target.empty())
    return wrapped(
        "Next: --sweep-uplink 0.1Mbps:100Mbps:50 draws which cut is best at which rate; -o DIR "
        "writes the graph with its cut, for Graphviz.");
  std::string out = fmt::format(
      "Next: dot -Tsvg {0}/cut.dot -o {0}/cut.svg draws the graph with "
      "its cut",
      target);
  if (report.sweep.empty()) out += "; --sweep-uplink 0.1Mbps:100Mbps:50 sweeps the uplink";
  return wrapped(out + ".");
}

}  // namespace

int run_cut(const CutCommand& command) {
  const CutReport report = [&] {
    const StopAtOnce on_signals;
    return report_cuts(read_cut_request(command.request));
  }();
  std::string target = command.output;
  if (target.empty() && !report.sweep.empty()) target = default_target(report.setup.graph.name);
  const std::string written = target.empty() ? "" : write_result(command, report, target);
  if (command.json) {
    print(cut_json(report));
  } else if (!command.quiet) {
    print(cut_table(report) + written + next(report, target));
  }
  return 0;
}

CLI::App* add_cut_command(CLI::App& app, CutCommand& command, int& status) {
  auto* cut = app.add_subcommand(
      "cut", "Where to cut a network between edge and cloud, and how that moves with the uplink");
  CutRequest& asked = command.request;
  cut->add_option("LAYERS", asked.layers, "the network's layers (traces/layers/*.yaml)")
      ->required();
  cut->add_option("--edge", asked.edge, "a device of the catalog (updraft list devices)")
      ->required();
  cut->add_option("--cloud", asked.cloud, "a cloud of the catalog (updraft list clouds)")
      ->required();
  cut->add_option("--uplink", asked.uplink, "the rate, e.g. 10Mbps")->required();
  cut->add_option("--downlink", asked.downlink, "the replies' rate (as the uplink)");
  cut->add_option("--latency", asked.latency, "of the link, one way (25 ms)");
  cut->add_option("--reply", asked.reply, "the size of an answer (16 B)");
  cut->add_option("--objective", asked.objective,
                  "latency, energy, weighted, latency_within or throughput (latency)");
  cut->add_option("--price", asked.price, "of a joule, where weighted, e.g. 2s/J");
  cut->add_option("--budget", asked.budget, "energy per sample, where latency_within, e.g. 200mJ");
  cut->add_option("--servers", asked.servers, "of the cloud; they count for throughput (1)");
  cut->add_option("--coding", asked.coding, "of tensors on the uplink: fp32, fp16 or int8 (fp32)");
  cut->add_option("--radio", asked.radio, "a radio of the catalog: what sending takes");
  cut->add_option("--sweep-uplink", asked.sweep,
                  "FROM:TO:COUNT, e.g. 0.1Mbps:100Mbps:50: a table and a figure over the rate");
  cut->add_option("--times", asked.times,
                  "roofline by layer type, or ideal: one rate for all layers (roofline)");
  cut->add_option("--edge-times", asked.edge_times, "measured layer times instead (YAML)");
  cut->add_option("--cloud-times", asked.cloud_times, "the same for the cloud");
  cut->add_option("--method", asked.method,
                  "graph, or chain: cuts that send one tensor alone (graph)");
  cut->add_option("--catalog", asked.catalog, "a catalog of your own beside the built-in one");
  cut->add_option("-o,--output", command.output,
                  "result folder (none; with a sweep results/cut_<network>)");
  cut->add_flag("--json", command.json, "print cut.json alone on standard output");
  cut->add_flag_callback(
      "--no-figure", [&] { command.figure = false; }, "draw no figure");
  cut->add_flag("--quiet", command.quiet, "print nothing but mistakes");
  cut->callback([&] { status = run_cut(command); });
  return cut;
}

}  // namespace updraft
