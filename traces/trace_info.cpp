#include "traces/trace_info.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <limits>

#include "sim/core/input_error.hpp"
#include "sim/units/megabits.hpp"
#include "sim/units/parse.hpp"
#include "traces/bandwidth_trace.hpp"
#include "traces/channel_model.hpp"
#include "traces/inference_info.hpp"
#include "traces/info_text.hpp"

namespace updraft {
namespace {

// The value that a share of all values lies at or below (nearest rank).
double quantile(const std::vector<double>& sorted, double share) {
  const auto rank = std::ceil(share * static_cast<double>(sorted.size()));
  return sorted[static_cast<std::size_t>(std::max(rank, 1.)) - 1];
}

std::string describe(const std::string& file, const RecordedBandwidth& trace) {
  const auto& profile = trace.profile;
  const double mean = profile.mean().si();
  const double length = profile.length().si();
  double least = std::numeric_limits<double>::infinity();
  double most = 0;
  double below = 0;  // time below 1 % of the mean
  double stall = 0;  // the stretch of it so far
  double longest = 0;
  double begin = 0;
  for (const auto& step : profile.steps()) {
    least = std::min(least, step.rate_Bps);
    most = std::max(most, step.rate_Bps);
    const double lasts = step.until_s - begin;
    stall = step.rate_Bps < .01 * mean ? stall + lasts : 0;
    below += step.rate_Bps < .01 * mean ? lasts : 0;
    longest = std::max(longest, stall);
    begin = step.until_s;
  }
  std::vector<double> seconds;
  for (double from = 0; from + 1 <= length; from += 1)
    seconds.push_back(profile.carried(SimTime(from), SimTime(from + 1)).si() / Mbps);
  if (seconds.empty()) seconds.push_back(mean / Mbps);
  std::sort(seconds.begin(), seconds.end());

  const auto in_Mbps = [](double rate) { return fmt::format("{:8.3f} Mbps", rate / Mbps); };
  std::string out = fmt::format("{}: bandwidth trace\n", file);
  out += fact("format", trace.column.empty()
                            ? trace.format
                            : fmt::format("{}, column {}", trace.format, trace.column));
  out += fact("rows", fmt::format("{}, as {} steps of rate{}", trace.rows, profile.steps().size(),
                                  trace.format == "mahimahi" ? " (bins of 100 ms)" : ""));
  out += fact("duration",
              fmt::format("{:.3f} s, then it loops unless the scenario says at_end", length));
  out += fact("mean", in_Mbps(mean));
  out += fact("min", in_Mbps(least));
  out += fact("max", in_Mbps(most));
  out +=
      fact("1-s bins", fmt::format("p5 {:.3f}, p50 {:.3f}, p95 {:.3f} Mbps", quantile(seconds, .05),
                                   quantile(seconds, .5), quantile(seconds, .95)));
  out += fact("stalled", fmt::format("{} of the time below 1 % of the mean; longest {:.3f} s",
                                     share_text(below / length), longest));
  return out;
}

// "0.4 .. 2.1, mean 1.2", in Mbps
std::string rates_text(const ChannelModel::State& state) {
  const double mean = state.mean().si() / Mbps;
  if (state.rates.size() == 1) return fmt::format("{:.3f}", mean);
  const auto [least, most] = std::minmax_element(state.rates.begin(), state.rates.end());
  return fmt::format("{:.3f} .. {:.3f}, mean {:.3f}", least->si() / Mbps, most->si() / Mbps, mean);
}

std::string describe(const ChannelModel& model) {
  std::string out = fmt::format("{}: channel model (updraft-channel)\n", model.file);
  const auto shares = model.time_shares();
  out += fact("note", model.note);
  out += fact("mean", fmt::format("{:.3f} Mbps (stationary)", model.mean().si() / Mbps));
  if (model.slot > Seconds(0)) out += fact("slot", text_of(model.slot));
  out += fact("duration", "endless, drawn from the scenario's seed\n");
  Grid grid;
  grid.row({"state", "Mbps", "dwell ms", "time", "next"});
  for (std::size_t k = 0; k < model.states.size(); ++k) {
    const auto& state = model.states[k];
    std::vector<std::string> next;
    for (std::size_t j = 0; j < state.next.size(); ++j) {
      if (state.next[j] > 0)
        next.push_back(fmt::format("{} {:.3f}", model.states[j].name, state.next[j]));
    }
    grid.row({state.name, rates_text(state), fmt::format("{:.1f}", state.dwell.si() * 1e3),
              share_text(shares[k]), fmt::format("{}", fmt::join(next, ", "))});
  }
  return out + grid.text("    ");
}

bool begins_like_hdf5(const std::string& file) {
  constexpr std::array<char, 8> signature = {'\x89', 'H', 'D', 'F', '\r', '\n', '\x1a', '\n'};
  std::array<char, 8> head{};
  std::ifstream in(file, std::ios::binary);
  return in.read(head.data(), head.size()) && head == signature;
}

}  // namespace

std::string describe_trace(const std::string& file, const std::string& column,
                           const std::string& unit) {
  const bool recording = begins_like_hdf5(file) || file.ends_with(".h5") || file.ends_with(".hdf5");
  if ((recording || is_channel_model(file)) && !(column.empty() && unit.empty())) {
    throw InputError(fmt::format("{}: {} = {}; expected none: the file is no CSV", file,
                                 column.empty() ? "unit" : "column",
                                 shown(column.empty() ? unit : column)));
  }
  if (recording) return describe(read_inference_trace(file));
  if (is_channel_model(file)) return describe(read_channel_model(file));
  BandwidthOptions options;
  options.column = column;
  options.unit = unit;
  return describe(file, read_recorded_bandwidth(file, options));
}

}  // namespace updraft
