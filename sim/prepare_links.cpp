// How fast links are: constant, as recorded, or drawn from a model.
#include <fmt/format.h>

#include "sim/prepare_parts.hpp"
#include "traces/bandwidth_trace.hpp"

namespace updraft {

LinkRate Preparation::link_rate(const LinkSpecification& spec, const std::string& key) {
  LinkRate out;
  out.rate = prepared_rate(spec.rate, key + ".trace");
  if (spec.flow_rate) out.flow_rate = prepared_rate(*spec.flow_rate, key + ".flow_rate.trace");
  return out;
}

PreparedRate Preparation::prepared_rate(const std::variant<BytesPerSecond, TraceRate>& given,
                                        const std::string& key) {
  PreparedRate out;
  if (const auto* rate = std::get_if<BytesPerSecond>(&given)) {
    if (rate->si() > 0) out.rate = *rate;
    return out;
  }
  const auto& trace = std::get<TraceRate>(given);
  out.same_for_all = trace.same_for_all.value_or(false);
  read(trace.file, trace.place, key, [&](const std::string& file) {
    if (is_channel_model(file)) {
      out.rate = &inputs_.channel_model(file);
      out.scale = trace.scale;
      if (trace.bin || !trace.column.empty() || !trace.unit.empty() || trace.at_end) {
        mistakes_.add(trace.place, key, trace.file,
                      "a recorded trace beside bin, column, unit or at_end: a channel model has "
                      "none of them");
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
    out.rate = &inputs_.bandwidth(file, options);
  });
  return out;
}

LinkPlan Preparation::link_plan(const LinkSpecification& spec) {
  LinkPlan plan;
  plan.latency = spec.latency;
  plan.streams = spec.streams;
  if (spec.sharing == Sharing::fifo) plan.sharing = LinkPlan::Sharing::fifo;
  if (spec.sharing == Sharing::fair) plan.sharing = LinkPlan::Sharing::fair;
  return plan;
}

std::unique_ptr<RateSource> rate_source(const PreparedRate& rate, std::uint64_t seed,
                                        std::string_view stream, std::uint32_t index,
                                        std::uint64_t replication) {
  if (const auto* constant = std::get_if<BytesPerSecond>(&rate.rate))
    return std::make_unique<ConstantRate>(*constant);
  if (const auto* profile = std::get_if<const RateProfile*>(&rate.rate)) return play(**profile);
  const std::uint32_t own = rate.same_for_all ? 0 : index;
  return draw(*std::get<const ChannelModel*>(rate.rate), Stream(seed, stream, own, replication),
              rate.scale);
}

}  // namespace updraft
