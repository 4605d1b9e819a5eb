// The two directions of a scenario's channel.
#include <fmt/format.h>

#include "sim/scenario/reading.hpp"

namespace updraft {
namespace {

std::optional<TraceBegin> read_begin(Section& in) {
  if (!in.has("begin_at")) return std::nullopt;
  TraceBegin out{place_of(in, "begin_at"), Seconds(0)};
  const std::string& text = in.node("begin_at")->text;
  out.random = text == "random";
  if (text.find_first_of("0123456789") == std::string::npos && !out.random) {
    in.mistake("begin_at", "a duration, such as 40 s, or random");
    return std::nullopt;
  }
  if (!out.random) out.at = in.quantity<Seconds>("begin_at", std::nullopt, any_duration);
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
  out.begin_at = read_begin(in);
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

}  // namespace

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
  switch (exactly_one(in, {"rate", "trace", "model"}, "rate")) {
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

}  // namespace updraft
