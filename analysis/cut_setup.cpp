#include "analysis/cut_setup.hpp"

#include <fmt/format.h>

#include <cmath>

#include "analysis/cut_options.hpp"
#include "platforms/layer_times.hpp"
#include "platforms/platform.hpp"
#include "policies/partition/partition_times.hpp"
#include "traces/layer_profile.hpp"

namespace updraft {
namespace {

constexpr unsigned long long most_servers = 1000000;

struct Side {
  std::vector<Seconds> times;  // [layers]
  std::string from;
};

Side alone(const std::vector<LayerTime>& times, std::string from) {
  Side out{{}, std::move(from)};
  for (const LayerTime& time : times) out.times.push_back(time.alone());
  return out;
}

std::string in_gmacs(FlopsPerSecond rate) { return fmt::format("{:.4g} GMAC/s", rate.si() / 2e9); }

// One constant for all layers: what was measured of whole networks.
Side ideal_times(const DeviceModel& device, const LayerGraph& graph) {
  const UsedRate used = rate_of(device, graph.name);
  return alone(ideal_layer_times(used.rate, graph),
               used.measured ? fmt::format("ideal, {} for all layers, as measured on {} as a whole",
                                           in_gmacs(used.rate), graph.name)
                             : fmt::format("ideal, {} for all layers, {}'s default",
                                           in_gmacs(used.rate), device.name));
}
Side ideal_times(const CloudModel& cloud, const LayerGraph& graph) {
  const FlopsPerSecond rate = ideal_rate(cloud);
  return alone(
      ideal_layer_times(rate, graph),
      fmt::format("ideal, {} for all layers, as {}'s batch of one", in_gmacs(rate), cloud.name));
}

template <class Model>
Side layer_times_of(const Model& model, const std::vector<Model>& all, std::string_view option,
                    const std::string& table, bool ideal, const LayerGraph& graph,
                    OptionReader& options) {
  if (!table.empty()) {
    if (graph.layers.empty()) return {};  // which was reported
    return options.read(
        [&] { return alone(read_layer_times(table, graph), fmt::format("measured ({})", table)); });
  }
  if (ideal) return ideal_times(model, graph);
  if (!model.layers) {
    std::vector<std::string> names;
    for (const Model& each : all) {
      if (each.layers) names.push_back(each.name);
    }
    options.wrong(option, model.name,
                  fmt::format("one with layer rates ({}); or --times ideal, or a measured table "
                              "({}-times FILE)",
                              one_of(names), option));
    return {};
  }
  const LayerRates& rates = *model.layers;
  std::string from = rates.ideal ? fmt::format("ideal, {}'s one rate for all layers", model.name)
                                 : fmt::format("roofline by layer type, {}", model.name);
  if (rates.fit_error)
    from += fmt::format(" (off by at most {:.0f} % on whole networks)",
                        std::ceil(100 * *rates.fit_error - 1e-9));
  return alone(layer_times(rates, graph), std::move(from));
}

void read_channel(const CutRequest& request, OptionReader& options, CutSetup& out) {
  const auto rate = [&](std::string_view option, const std::string& text) {
    return options.quantity<BytesPerSecond>(option, text, any_rate);
  };
  out.uplink = rate("--uplink", request.uplink);
  out.downlink = request.downlink.empty() ? out.uplink : rate("--downlink", request.downlink);
  out.latency = options.quantity<Seconds>("--latency", request.latency, {0, 3600, false});
  out.reply = options.quantity<Bytes>("--reply", request.reply, {0, 1e9, false});
  out.costs.fixed = 2 * out.latency + out.reply / out.downlink;
  out.coding = static_cast<Coding>(options.choice("--coding", request.coding, coding_names));
  if (!request.sweep.empty()) out.sweep = read_rate_sweep(request.sweep, options);
}

void read_search(const CutRequest& request, OptionReader& options, CutSetup& out) {
  constexpr std::array<std::string_view, 2> methods = {"graph", "chain"};
  out.objective = read_objective(request.objective, request.price, request.budget, options);
  out.inside_blocks = options.choice("--method", request.method, methods) == 0;
  const auto servers = parse_count(request.servers);
  if (!servers || *servers < 1 || *servers > most_servers)
    options.wrong("--servers", request.servers,
                  fmt::format("a whole number in [1, {}]", most_servers));
  out.costs.servers = static_cast<double>(servers.value_or(1));
}

void read_radio(const CutRequest& request, const Catalog& catalog, OptionReader& options,
                CutSetup& out) {
  if (request.radio.empty()) return;
  const auto* radio =
      options.known("--radio", request.radio, catalog.radio(request.radio), catalog.radio_names());
  if (radio == nullptr) return;
  out.radio = radio->name;
  out.costs.send = radio->power.uplink_base;
  out.costs.per_byte = radio->power.uplink.si();
}

// Both machines, and what they take for the layers of out.graph.
void read_machines(const CutRequest& request, const Catalog& catalog, OptionReader& options,
                   CutSetup& out) {
  constexpr std::array<std::string_view, 2> ways = {"roofline", "ideal"};
  const bool ideal = options.choice("--times", request.times, ways) == 1;
  const auto* edge =
      options.known("--edge", request.edge, catalog.device(request.edge), catalog.device_names());
  const auto* cloud =
      options.known("--cloud", request.cloud, catalog.cloud(request.cloud), catalog.cloud_names());
  Side on_edge, on_cloud;
  if (edge != nullptr) {
    out.edge = edge->name;
    out.costs.busy = edge->busy;
    out.costs.idle = edge->idle;
    on_edge = layer_times_of(*edge, catalog.devices, "--edge", request.edge_times, ideal, out.graph,
                             options);
  }
  if (cloud != nullptr) {
    out.cloud = cloud->name;
    on_cloud = layer_times_of(*cloud, catalog.clouds, "--cloud", request.cloud_times, ideal,
                              out.graph, options);
  }
  out.times.edge = std::move(on_edge.times);
  out.times.cloud = std::move(on_cloud.times);
  out.edge_times = std::move(on_edge.from);
  out.cloud_times = std::move(on_cloud.from);
}

}  // namespace

CutSetup read_cut_request(const CutRequest& request) {
  Mistakes mistakes;
  OptionReader options(mistakes);
  CutSetup out;
  out.graph = options.read([&] { return read_layer_profile(request.layers); });
  read_channel(request, options, out);
  read_search(request, options, out);
  const Catalog catalog = options.read(
      [&] { return request.catalog.empty() ? built_in_catalog() : read_catalog(request.catalog); });
  if (!catalog.devices.empty()) {
    read_machines(request, catalog, options, out);
    read_radio(request, catalog, options, out);
  }
  mistakes.throw_if_any();
  out.times =
      partition_times(out.graph, std::move(out.times.edge), std::move(out.times.cloud), out.coding);
  out.notes = catalog.notes;
  for (const auto& file :
       {request.layers, request.catalog, request.edge_times, request.cloud_times}) {
    if (!file.empty()) out.inputs.push_back(file);
  }
  return out;
}

}  // namespace updraft
