#include "analysis/cut_files.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/metrics/summary.hpp"

namespace updraft {
namespace {

using Json = nlohmann::ordered_json;

double in_mbps(BytesPerSecond rate) { return rate.si() / 125e3; }

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }
Json text(const std::string& value) { return value.empty() ? Json() : Json(value); }

std::string csv_row(const CutReport& report, const SweptRate& at) {
  const CutFigures& best = at.best;
  std::string out =
      fmt::format("{},{},{}", csv_number(in_mbps(at.rate)), csv_text(cut_key(report, best.cut)),
                  report.layers_on_edge(best.cut));
  for (const double value :
       {report.candidates[best.cut].payload.si(), best.edge.si(), best.upload.si(), best.cloud.si(),
        best.fixed.si(), best.total.si(), best.energy.si(), best.throughput.si(),
        at.edge_only.total.si(), at.edge_only.energy.si(), at.cloud_only.total.si(),
        at.cloud_only.energy.si()}) {
    out += ',';
    out += csv_number(value);
  }
  return out + "\n";
}

Json figures_json(const CutReport& report, const CutFigures& figures) {
  return {{"cut", cut_key(report, figures.cut)},
          {"layers_on_edge", report.layers_on_edge(figures.cut)},
          {"tensors", report.candidates[figures.cut].tensors},
          {"upload_B", report.candidates[figures.cut].payload.si()},
          {"edge_s", figures.edge.si()},
          {"upload_s", number(figures.upload.si())},
          {"cloud_s", figures.cloud.si()},
          {"fixed_s", figures.fixed.si()},
          {"total_s", number(figures.total.si())},
          {"energy_J", number(figures.energy.si())},
          {"throughput_Hz", number(figures.throughput.si())}};
}

Json setup_json(const CutReport& report) {
  const CutSetup& setup = report.setup;
  Json out = {{"network", setup.graph.name},
              {"source", text(setup.graph.source)},
              {"edge", setup.edge},
              {"cloud", setup.cloud},
              {"edge_times", setup.edge_times},
              {"cloud_times", setup.cloud_times},
              {"uplink_Mbps", in_mbps(setup.uplink)},
              {"downlink_Mbps", in_mbps(setup.downlink)},
              {"latency_s", setup.latency.si()},
              {"reply_B", setup.reply.si()},
              {"coding", coding_names[static_cast<std::size_t>(setup.coding)]},
              {"radio", text(setup.radio)},
              {"busy_W", setup.costs.busy.si()},
              {"idle_W", setup.costs.idle.si()},
              {"send_W", setup.costs.send.si()},
              {"send_J_per_B", setup.costs.per_byte},
              {"servers", setup.costs.servers},
              {"method", setup.inside_blocks ? "graph" : "chain"},
              {"objective", objective_names[static_cast<std::size_t>(setup.objective.kind)]}};
  const bool weighted = setup.objective.kind == Objective::Kind::weighted;
  const bool within = setup.objective.kind == Objective::Kind::latency_within;
  out["price_s_per_J"] = weighted ? Json(setup.objective.price) : Json();
  out["budget_J"] = within ? Json(setup.objective.budget.si()) : Json();
  out["budget_kept"] =
      within ? Json(report.row(report.chosen).energy <= setup.objective.budget) : Json();
  out["at_least_s"] = report.at_least ? Json(report.at_least->si()) : Json();
  return out;
}

Json layers_json(const CutReport& report) {
  Json out = Json::array();
  for (std::size_t v = 0; v < report.setup.graph.layers.size(); ++v) {
    const LayerNode& layer = report.setup.graph.layers[v];
    out.push_back({{"layer", layer.name},
                   {"type", layer_type_names[static_cast<std::size_t>(layer.type)]},
                   {"macs", layer.work.si() / 2},
                   {"edge_s", report.setup.times.edge[v].si()},
                   {"cloud_s", report.setup.times.cloud[v].si()},
                   {"upload_B", report.setup.times.payload[v].si()},
                   {"on_edge", report.candidates[report.chosen].on_edge[v] == 1}});
  }
  return out;
}

}  // namespace

std::string cut_key(const CutReport& report, std::size_t cut) {
  if (cut == report.edge_only) return "output";
  return cut == report.cloud_only ? "input" : report.candidates[cut].after;
}

std::string cut_csv(const CutReport& report) {
  std::string out =
      "rate_Mbps,cut,layers_on_edge,upload_B,edge_s,upload_s,cloud_s,fixed_s,total_s,energy_J,"
      "throughput_Hz,edge_only_s,edge_only_J,cloud_only_s,cloud_only_J\n";
  for (const SweptRate& at : report.sweep) out += csv_row(report, at);
  if (report.sweep.empty())
    out += csv_row(report, {report.setup.uplink, report.row(report.chosen),
                            report.row(report.edge_only), report.row(report.cloud_only)});
  return out;
}

std::string cut_json(const CutReport& report) {
  Json out = setup_json(report);
  out["chosen"] = figures_json(report, report.row(report.chosen));
  out["cuts"] = Json::array();
  for (const CutFigures& row : report.rows) out["cuts"].push_back(figures_json(report, row));
  out["map"] = Json::array();
  for (const WinningRange& range : report.map)
    out["map"].push_back(
        {{"from_Mbps", in_mbps(range.from)},
         {"to_Mbps", number(in_mbps(range.to))},
         {"cut", cut_key(report, range.cut)},
         {"total_at_from_s", number(figures_of(report, range.cut, range.from).total.si())},
         {"total_at_to_s", number(figures_of(report, range.cut, range.to).total.si())}});
  out["sweep"] = Json::array();
  for (const SweptRate& at : report.sweep) {
    Json row = {{"rate_Mbps", in_mbps(at.rate)}};
    row.update(figures_json(report, at.best));
    row["edge_only_s"] = at.edge_only.total.si();
    row["cloud_only_s"] = number(at.cloud_only.total.si());
    out["sweep"].push_back(std::move(row));
  }
  out["layers"] = layers_json(report);
  return out.dump(2) + "\n";
}

}  // namespace updraft
