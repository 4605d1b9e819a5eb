// How fast links are: constant, as recorded, or drawn from a model.
#include <fmt/format.h>

#include <algorithm>

#include "sim/prepare_parts.hpp"
#include "traces/bandwidth_trace.hpp"
#include "traces/channel_forms.hpp"
#include "traces/outages.hpp"

namespace updraft {
namespace {

// A link that keeps a rate of 0 for ever, though nobody said stop; "" where it does not.
std::string note_of_end(const RateProfile& profile, Seconds begin, const std::string& link) {
  const auto& steps = profile.steps();
  if (profile.at_end() != AtEnd::hold || steps.back().rate_Bps > 0) return "";
  std::size_t last = steps.size();  // behind the last step that carries anything: there is one
  while (steps[last - 1].rate_Bps == 0) --last;
  return fmt::format(
      "{}: rate 0 from {:.6g} s on: its trace ends at rate 0, and at_end: hold keeps "
      "that; nothing gets through any more",
      link, std::max(0.0, steps[last - 1].until_s - begin.si()));
}

}  // namespace

LinkRate Preparation::link_rate(const LinkSpecification& spec, const std::string& key) {
  LinkRate out;
  out.rate = prepared_rate(spec.rate, key);
  if (spec.outages) out.gate = prepared_gate(*spec.outages);
  if (spec.flow_rate) out.flow_rate = prepared_rate(*spec.flow_rate, key + ".flow_rate");
  return out;
}

PreparedRate Preparation::prepared_model(const ModelRate& given, const std::string& key) {
  PreparedRate out;
  try {
    out_->own_models.push_back(
        std::make_unique<const ChannelModel>(read_channel_model(given.model, key)));
    out.rate = out_->own_models.back().get();
    out.scale = given.scale;
    out.same_for_all = given.same_for_all;
  } catch (const InputError& error) {
    mistakes_.add(error);
  }
  return out;
}

PreparedRate Preparation::prepared_gate(const Outages& outages) {
  PreparedRate out;
  if (const auto* random = std::get_if<RandomOutages>(&outages)) {
    out_->own_models.push_back(
        std::make_unique<const ChannelModel>(on_off(BytesPerSecond(1), random->up, random->down)));
    out.rate = out_->own_models.back().get();
    out.same_for_all = random->same_for_all;
    return out;
  }
  std::vector<OutageWindow> windows;
  for (const auto& planned : std::get<std::vector<PlannedOutage>>(outages))
    windows.push_back({planned.at, planned.lasts});
  if (windows.empty() || !mistakes_.none()) return out;  // reported
  out_->own_profiles.push_back(std::make_unique<const RateProfile>(gate_down_in(windows)));
  out.rate = out_->own_profiles.back().get();
  return out;
}

PreparedRate Preparation::prepared_rate(const GivenRate& given, const std::string& link) {
  PreparedRate out;
  if (const auto* rate = std::get_if<BytesPerSecond>(&given)) {
    if (rate->si() > 0) out.rate = *rate;
    return out;
  }
  if (const auto* model = std::get_if<ModelRate>(&given))
    return prepared_model(*model, link + ".model");
  const std::string key = link + ".trace";
  const auto& trace = std::get<TraceRate>(given);
  out.same_for_all = trace.same_for_all.value_or(false);
  read(trace.file, trace.place, key, [&](const std::string& file) {
    if (is_channel_model(file)) {
      out.rate = &inputs_.channel_model(file);
      out.scale = trace.scale;
      if (trace.bin || !trace.column.empty() || !trace.unit.empty() || trace.at_end ||
          trace.begin_at) {
        mistakes_.add(trace.place, key, trace.file,
                      "a recorded trace beside bin, column, unit, at_end or begin_at: a channel "
                      "model has none of them");
      }
      return;
    }
    if (trace.same_for_all) {
      mistakes_.add(
          trace.place, key, trace.file,
          "a channel model beside same_for_all: a recorded trace is always the same for all");
    }
    BandwidthOptions options;
    options.bin = trace.bin;
    options.column = trace.column;
    options.unit = trace.unit;
    if (trace.at_end == "hold") options.at_end = AtEnd::hold;
    if (trace.at_end == "stop") options.at_end = AtEnd::stop;
    options.scale = trace.scale;
    options.uplink = link.starts_with("channel.uplink");
    const RateProfile& profile = inputs_.bandwidth(file, options);
    out.rate = &profile;
    set_begin(trace, link, profile, out);
    const std::string note = note_of_end(profile, out.begin, link);
    if (!note.empty()) out_->notes.push_back(note);
  });
  return out;
}

void Preparation::set_begin(const TraceRate& trace, const std::string& link,
                            const RateProfile& profile, PreparedRate& out) {
  if (!trace.begin_at) {
    const bool alike = out_->scenario.replications > 1 && profile.steps().size() > 1;
    if (alike && profile.at_end() == AtEnd::loop) {
      out_->notes.push_back(
          fmt::format("{}: every replication plays {} from its beginning; begin_at: random has "
                      "each begin elsewhere",
                      link, trace.file));
    }
    return;
  }
  out.begin = trace.begin_at->at;
  out.begins_at_random = trace.begin_at->random;
  const std::string key = link + ".begin_at";
  if (out.begin >= profile.length()) {
    mistakes_.add(trace.begin_at->place, key, fmt::format("{} s", out.begin.si()),
                  fmt::format("less than the {:.6g} s of {}", profile.length().si(), trace.file));
    out.begin = Seconds(0);
  }
  if (out.begins_at_random && profile.at_end() != AtEnd::loop) {
    mistakes_.add(trace.begin_at->place, key, "random",
                  "a duration: a trace that holds or stops at its end would be shorter at random");
  }
}

LinkPlan Preparation::link_plan(const LinkSpecification& spec) {
  LinkPlan plan;
  plan.latency = spec.latency;
  plan.streams = spec.streams;
  plan.bundle_max = spec.bundle_max;
  plan.bundle_delay = spec.bundle_delay;
  if (spec.sharing == Sharing::fifo) plan.sharing = LinkPlan::Sharing::fifo;
  if (spec.sharing == Sharing::fair) plan.sharing = LinkPlan::Sharing::fair;
  return plan;
}

std::unique_ptr<RateSource> link_source(const LinkRate& link, std::uint64_t seed,
                                        std::string_view stream, std::uint32_t index,
                                        std::uint64_t replication) {
  auto rate = rate_source(link.rate, seed, stream, index, replication);
  if (!link.gate) return rate;
  const std::string own = std::string(stream) + "_outages";  // not the rate's own draws again
  return with_outages(std::move(rate), rate_source(*link.gate, seed, own, index, replication));
}

std::unique_ptr<RateSource> rate_source(const PreparedRate& rate, std::uint64_t seed,
                                        std::string_view stream, std::uint32_t index,
                                        std::uint64_t replication) {
  if (const auto* constant = std::get_if<BytesPerSecond>(&rate.rate))
    return std::make_unique<ConstantRate>(*constant);
  if (const auto* profile = std::get_if<const RateProfile*>(&rate.rate)) {
    if (!rate.begins_at_random) return play(**profile, rate.begin);
    // Uplink and downlink of one drive stay together: the same share of the length for all.
    const double share = Stream(seed, "begin_at", 0, replication).uniform();
    return play(**profile, (*profile)->length() * share);
  }
  const std::uint32_t own = rate.same_for_all ? 0 : index;
  return draw(*std::get<const ChannelModel*>(rate.rate), Stream(seed, stream, own, replication),
              rate.scale);
}

}  // namespace updraft
