#include "sim/scenario/read_scenario.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <set>

#include "sim/core/section.hpp"

namespace updraft {
namespace {

// What is beyond these is a slip of the finger, or leaves a double no digits for milliseconds: 1e9
// s are 31 years. Sources read from files (traces, channel models) keep to the same.
constexpr Range any_duration{0, 1e9, false};
constexpr Range some_duration{0, 1e9, true};
constexpr Range some_dwell{1e-6, 1e9, false};
constexpr Range any_rate{.125, 125e9, false};  // 1 bps to 1 Tbps
constexpr Range any_frequency{1e-9, 1e9, false};
constexpr Range any_size{0, 4e9, false};
constexpr Range any_power{0, 1e6, false};

template <class Q>
std::optional<Q> optional_quantity(Section& section, const std::string& key, Range range) {
  if (!section.has(key)) return std::nullopt;
  return section.quantity<Q>(key, std::nullopt, range);
}

// Rounded up: what has a size takes a byte at least.
std::optional<Bytes> whole_bytes(Section& section, const std::string& key) {
  const auto size = optional_quantity<Bytes>(section, key, any_size);
  return size ? std::optional(Bytes(std::ceil(size->si()))) : std::nullopt;
}

Place place_of(Section& section, const std::string& key) {
  const Document* node = section.node(key);
  return node != nullptr ? node->place : section.place();
}

// Exactly one of `keys` must be there: its index; 0 after reporting.
std::size_t exactly_one(Section& section, const std::vector<std::string>& keys) {
  std::vector<std::size_t> given;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (section.has(keys[i])) given.push_back(i);
  }
  if (given.size() != 1) {
    section.mistakes().add(section.place(), section.full("").substr(0, section.full("").size() - 1),
                           given.empty() ? "none of them" : "several of them",
                           "exactly one of " + one_of(keys));
  }
  return given.empty() ? keys.size() : given.front();
}

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
  out.idle = optional_quantity<Watts>(in, "idle", any_power);
  out.busy = optional_quantity<Watts>(in, "busy", any_power);
  in.finish();
  return out;
}

TraceRate read_trace_rate(Section& in) {
  TraceRate out;
  out.file = in.text("trace", std::nullopt);
  out.place = place_of(in, "trace");
  out.column = in.text("column", "");
  out.unit = in.text("unit", "");
  out.bin = optional_quantity<Seconds>(in, "bin", {1e-3, 3600});
  if (in.has("at_end")) out.at_end = in.choice("at_end", "loop", {"loop", "hold", "stop"});
  out.scale = in.number("scale", 1, {1e-6, 1e6});
  if (in.has("same_for_all")) out.same_for_all = in.boolean("same_for_all", false);
  return out;
}

ModelRate read_model_rate(Section& in) {
  ModelRate out;
  out.model = *in.node("model");
  out.scale = in.number("scale", 1, {1e-6, 1e6});
  out.same_for_all = in.boolean("same_for_all", false);
  return out;
}

PlannedOutage read_planned_outage(Section& in) {
  const Seconds at = in.quantity<Seconds>("at", std::nullopt, any_duration);
  return {SimTime(at.si()), in.quantity<Seconds>("lasts", std::nullopt, some_dwell)};
}

// {up: 60 s, down: 5 s}, {at: 30 s, lasts: 78 s} or a list of the latter.
std::optional<Outages> read_outages(Section& link) {
  if (!link.has("outages")) return std::nullopt;
  const Document& node = *link.node("outages");
  if (node.kind == Document::Kind::map) {
    Section in = link.section("outages");
    Outages out = std::vector<PlannedOutage>{};
    switch (exactly_one(in, {"up", "at"})) {
      case 0:
        out = RandomOutages{in.quantity<Seconds>("up", std::nullopt, some_dwell),
                            in.quantity<Seconds>("down", std::nullopt, some_dwell),
                            in.boolean("same_for_all", false)};
        break;
      case 1:
        out = std::vector<PlannedOutage>{read_planned_outage(in)};
        break;
      default:
        break;
    }
    in.finish();
    return out;
  }
  std::vector<PlannedOutage> out;
  if (node.kind != Document::Kind::list || node.items.empty()) {
    link.mistake("outages",
                 "{up: 60 s, down: 5 s}, {at: 30 s, lasts: 78 s} or a list of the latter");
    return out;
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    Section in(node.items[i], fmt::format("{}[{}]", link.full("outages"), i), link.mistakes());
    const PlannedOutage outage = read_planned_outage(in);
    in.finish();
    if (!out.empty() && in.has("at") && !(outage.at > out.back().at + out.back().lasts)) {
      in.mistake("at", fmt::format("later than {} s, when the outage before ends",
                                   (out.back().at + out.back().lasts).si()));
    }
    out.push_back(outage);
  }
  return out;
}

// "stall", or {fail_after: 1 s, retries: 3, ...}
std::optional<OutageHandling> read_on_outage(Section& link, bool is_uplink) {
  if (!link.has("on_outage")) return std::nullopt;
  if (!is_uplink) {
    link.mistake("on_outage", "nothing: a reply always stalls while its link is down");
    return std::nullopt;
  }
  if (link.is_scalar("on_outage")) {
    if (link.node("on_outage")->text != "stall")
      link.mistake("on_outage", "stall, or {fail_after: 1 s, retries: 3, backoff: 500 ms}");
    return std::nullopt;
  }
  Section in = link.section("on_outage");
  OutageHandling out;
  out.fail_after = in.quantity<Seconds>("fail_after", out.fail_after, any_duration);
  out.retries = static_cast<std::uint32_t>(in.count("retries", out.retries, {0, 1e6}));
  out.backoff = in.quantity<Seconds>("backoff", out.backoff, some_duration);
  out.factor = in.number("factor", out.factor, {1, 1e3});
  const Seconds least = std::max(out.most, out.backoff);
  out.most = in.quantity<Seconds>("most", least, some_duration);
  if (in.has("most") && out.most < out.backoff) in.mistake("most", "at least backoff");
  in.finish();
  return out;
}

// A direction of the channel: "20 Mbps", or {rate | trace | model, latency, sharing, ...}.
LinkSpecification read_link(Section& channel, const std::string& key, Seconds latency) {
  LinkSpecification out;
  out.latency = latency;
  if (channel.is_scalar(key)) {
    out.rate = channel.quantity<BytesPerSecond>(key, std::nullopt, any_rate);
    return out;
  }
  const Document* node = channel.node(key);
  if (node == nullptr || node->kind != Document::Kind::map) {
    channel.mistake(key, "a rate with its unit, such as 20 Mbps, or {trace: FILE}");
    return out;
  }
  Section in = channel.section(key);
  switch (exactly_one(in, {"rate", "trace", "model"})) {
    case 0:
      out.rate = in.quantity<BytesPerSecond>("rate", std::nullopt, any_rate);
      break;
    case 1:
      out.rate = read_trace_rate(in);
      break;
    case 2:
      out.rate = read_model_rate(in);
      break;
    default:
      break;
  }
  out.outages = read_outages(in);
  out.latency = in.quantity<Seconds>("latency", latency, any_duration);
  out.on_outage = read_on_outage(in, key == "uplink");
  if (key == "uplink" && in.has("bundle")) {
    Section bundle = in.section("bundle");
    out.bundle_max = static_cast<std::uint32_t>(bundle.count("max", std::nullopt, {1, 1e6}));
    out.bundle_delay = bundle.quantity<Seconds>("delay", std::nullopt, any_duration);
    bundle.finish();
  }
  const std::string sharing = in.choice("sharing", "per_device", {"per_device", "fifo", "fair"});
  if (sharing == "fifo") out.sharing = Sharing::fifo;
  if (sharing == "fair") {
    out.sharing = Sharing::fair;
    if (in.has("flow_rate") && !in.is_scalar("flow_rate")) {
      Section flow = in.section("flow_rate");
      if (flow.has("model") && !flow.has("trace")) {
        out.flow_rate = read_model_rate(flow);
      } else {
        out.flow_rate = read_trace_rate(flow);
      }
      flow.finish();
    } else if (in.has("flow_rate")) {
      out.flow_rate = in.quantity<BytesPerSecond>("flow_rate", std::nullopt, any_rate);
    }
    const auto* cap = out.flow_rate ? std::get_if<TraceRate>(&*out.flow_rate) : nullptr;
    if (out.on_outage && cap != nullptr && cap->at_end == "stop")
      in.mistake("flow_rate",
                 "one that loops or holds beside on_outage: a transfer that its own "
                 "rate stops for good is broken off by nobody");
    const std::string streams = in.text("streams", "1");
    if (streams != "all")
      out.streams = static_cast<std::uint32_t>(in.count("streams", 1, {1, 1e6}));
    if (streams == "all") out.streams = 0;
  }
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
                   "a name that no other policy of this file has");
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
