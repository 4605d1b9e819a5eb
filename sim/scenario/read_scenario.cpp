#include "sim/scenario/read_scenario.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <set>

#include "sim/scenario/reading.hpp"

namespace updraft {
namespace {

Arrivals read_arrivals(Section& workload) {
  const std::string expected =
      "{periodic: 20 Hz}, {poisson: 20 Hz}, {dates: FILE.csv, column: arrival_s} or back_to_back";
  const Document* node = workload.node("arrivals");
  if (node == nullptr || node->kind != Document::Kind::map) {
    if (node == nullptr || node->text != "back_to_back") workload.mistake("arrivals", expected);
    return BackToBackArrivals{};
  }
  Section arrivals = workload.section("arrivals");
  Arrivals out = BackToBackArrivals{};
  switch (exactly_one(arrivals, {"periodic", "poisson", "dates"})) {
    case 0:
      out = PeriodicArrivals{
          arrivals.quantity<Hertz>("periodic", std::nullopt, any_frequency),
          arrivals.choice("phase", "aligned", {"aligned", "staggered"}) == "staggered"};
      break;
    case 1:
      out = PoissonArrivals{arrivals.quantity<Hertz>("poisson", std::nullopt, any_frequency)};
      break;
    case 2:
      out =
          DatedArrivals{arrivals.text("dates", std::nullopt), arrivals.text("column", "arrival_s")};
      break;
    default:
      break;
  }
  arrivals.finish();
  return out;
}

WorkloadSpec read_workload(Section& root) {
  if (!root.has("workload"))
    root.mistake("workload", "what is replayed: {trace: FILE.h5, arrivals: ...}");
  Section in = root.section("workload");
  WorkloadSpec out;
  if (root.has("workload")) {
    if (!in.has("trace")) in.mistake("trace", "a recorded trace, FILE.h5, or none");
    out.trace = in.text("trace", "");
    out.arrivals = read_arrivals(in);
  }
  out.trace_place = place_of(in, "trace");
  out.split = in.choice("split", "test", {"test", "calibration"});
  out.split_place = place_of(in, "split");
  out.arrivals_place = place_of(in, "arrivals");
  if (in.has("samples")) out.samples = in.count("samples", std::nullopt, {1, 1e7});
  out.shuffled = in.choice("order", "shuffled", {"shuffled", "recorded"}) == "shuffled";
  out.black_box = in.boolean("black_box", false);
  out.payload = whole_bytes(in, "payload");
  out.reply = whole_bytes(in, "reply");
  out.deadline = optional_quantity<Seconds>(in, "deadline", some_duration);
  out.seed = in.count("seed", 1);
  in.finish();
  return out;
}

// "40 ms", {exponential: 40 ms} or {setup: 2 ms, each: 1 ms}
std::optional<ServiceTime> read_service_time(Section& section, const std::string& key,
                                             bool batches) {
  if (!section.has(key)) return std::nullopt;
  if (section.is_scalar(key)) {
    return ConstantTime{section.quantity<Seconds>(key, std::nullopt, any_duration)};
  }
  Section in = section.section(key);
  ServiceTime out = ConstantTime{};
  if (in.has("exponential")) {
    out = ExponentialTime{in.quantity<Seconds>("exponential", std::nullopt, some_duration)};
  } else if (batches) {
    out = BatchTime{in.quantity<Seconds>("setup", std::nullopt, any_duration),
                    in.quantity<Seconds>("each", std::nullopt, any_duration)};
  } else {
    section.mistake(key, "a duration, such as 20 ms, or {exponential: 20 ms}");
    return out;
  }
  in.finish();
  return out;
}

DeviceSpec read_device(Section& root) {
  Section in = root.section("device");
  DeviceSpec out;
  out.use = in.text("use", "ideal");
  out.use_place = place_of(in, "use");
  out.count = static_cast<std::uint32_t>(in.count("count", 1, {1, 1e5}));
  out.rate = optional_quantity<FlopsPerSecond>(in, "rate", {1e3, 1e18});
  out.stage_time = read_service_time(in, "stage_time", false);
  out.encode_time = optional_quantity<Seconds>(in, "encode_time", any_duration);
  out.idle = optional_quantity<Watts>(in, "idle", any_power);
  out.busy = optional_quantity<Watts>(in, "busy", any_power);
  in.finish();
  return out;
}

CloudSpec read_cloud(Section& root) {
  Section in = root.section("cloud");
  CloudSpec out;
  out.use = in.text("use", "ideal");
  out.use_place = place_of(in, "use");
  out.servers = static_cast<std::uint32_t>(in.count("servers", 1, {1, 1e5}));
  out.service = read_service_time(in, "service", true);
  Section batch = in.section("batch");
  out.batch_max = static_cast<std::uint32_t>(batch.count("max", 1, {1, 1e6}));
  out.batch_delay = batch.quantity<Seconds>("delay", Seconds(0), any_duration);
  batch.finish();
  if (out.service && std::holds_alternative<ExponentialTime>(*out.service) && out.batch_max > 1) {
    in.mistake("service", "{setup: ..., each: ...} where batch.max is above 1");
  }
  if (in.has("queue_limit")) out.queue_limit = in.count("queue_limit", std::nullopt);
  in.finish();
  return out;
}

std::vector<PolicySpec> read_policies(Section& root, Mistakes& mistakes) {
  std::vector<PolicySpec> out;
  const Document* list = root.node("policies");
  if (list == nullptr || list->kind != Document::Kind::list || list->items.empty()) {
    root.mistake("policies", "a list, such as [{policy: always_edge}, {policy: always_cloud}]");
    return out;
  }
  std::set<std::string> names;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    Section in(list->items[i], fmt::format("policies[{}]", i), mistakes);
    if (list->items[i].kind != Document::Kind::map) continue;
    PolicySpec spec;
    spec.policy = in.text("policy", "");  // its maker says what is missing
    spec.policy_place = place_of(in, "policy");
    spec.name = in.text("name", spec.policy);
    spec.name_place = place_of(in, "name");
    spec.params = list->items[i];
    if (!spec.name.empty() && !names.insert(spec.name).second) {
      mistakes.add(spec.name_place, in.full("name"), spec.name,
                   in.has("name")
                       ? "a name that no other policy of this file has"
                       : "a name that no other policy of this file has; add name: TEXT, for "
                         "without one the kind is the name");
    }
    out.push_back(std::move(spec));
  }
  return out;
}

}  // namespace

Scenario read_scenario(const Document& document, const std::string& file,
                       const std::vector<std::string>& engines,
                       const std::vector<std::string>& network_models, Mistakes& mistakes) {
  Scenario out;
  out.file = file;
  out.name = std::filesystem::path(file).stem().string();
  out.document = document;
  Section root(document, "", mistakes);
  if (document.kind != Document::Kind::map) return out;
  out.workload = read_workload(root);
  out.device = read_device(root);
  if (!root.has("channel"))
    root.mistake("channel", "{uplink: 20 Mbps, downlink: 20 Mbps, latency: 25 ms}");
  if (root.has("channel")) {
    Section channel = root.section("channel");
    const Seconds latency = channel.quantity<Seconds>("latency", Seconds(0), any_duration);
    out.uplink = read_link(channel, "uplink", latency);
    out.downlink = read_link(channel, "downlink", latency);
    if (channel.has("radio")) out.radio = {channel.text("radio", ""), place_of(channel, "radio")};
    channel.finish();
  }
  out.cloud = read_cloud(root);
  out.partition = read_partition(root);
  out.policies = read_policies(root, mistakes);
  out.catalog = root.text("catalog", "");
  out.replications = static_cast<std::uint32_t>(root.count("replications", 1, {1, 1e4}));
  out.engine = root.choice("engine", "auto", engines);
  out.network_model = root.choice("network_model", "fluid", network_models);
  if (out.network_model != "fluid" && (out.engine == "native" || out.engine == "both")) {
    root.mistake("engine", "auto or simgrid beside network_model: " + out.network_model +
                               ", which the native engine does not know");
  }
  root.node("sweep");    // sweep_axes.hpp reads it
  root.node("budgets");  // sim/metrics/budgets.hpp
  root.finish();
  return out;
}

}  // namespace updraft
