#include "traces/trace_info.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <limits>
#include <numeric>

#include "sim/units/megabits.hpp"
#include "sim/units/parse.hpp"
#include "traces/bandwidth_trace.hpp"
#include "traces/channel_model.hpp"
#include "traces/inference_trace.hpp"

namespace updraft {
namespace {

// Rows of cells, every column as wide as its widest cell; names and the last column (words) to the
// left, figures to the right.
class Grid {
 public:
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  std::string text(const std::string& indent) const {
    std::vector<std::size_t> width;
    for (const auto& cells : rows_) {
      width.resize(cells.size());  // every row has as many
      for (std::size_t i = 0; i < cells.size(); ++i) width[i] = std::max(width[i], cells[i].size());
    }
    std::string out;
    for (const auto& cells : rows_) {
      std::string line = indent + fmt::format("{:<{}}", cells[0], width[0]);
      for (std::size_t i = 1; i + 1 < cells.size(); ++i)
        line += fmt::format("  {:>{}}", cells[i], width[i]);
      out += fmt::format("{}  {}\n", line, cells.back());
    }
    return out;
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

std::string fact(std::string_view name, std::string_view value) {
  return value.empty() ? "" : fmt::format("  {:<11}{}\n", name, value);
}

std::string percent(double share) { return fmt::format("{:.2f} %", 100 * share); }

std::string accuracy(const Answers& answers, bool answers_itself = true) {
  if (!answers_itself || answers.correct.empty()) return "-";
  const double right = std::accumulate(answers.correct.begin(), answers.correct.end(), 0.);
  return percent(right / static_cast<double>(answers.correct.size()));
}

std::string score_names(const Stage& stage) {
  std::vector<std::string> names;
  for (const auto& score : stage.scores) names.push_back(score.name);
  if (!stage.answers.logits.empty()) names.insert(names.end(), {"(msp", "margin", "entropy)"});
  return names.empty() ? "-" : fmt::format("{}", fmt::join(names, " "));
}

// "white_box from plain", "two_exits, exit of resnet14"
std::string training_text(const Stage& stage) {
  std::string text = stage.loss.empty() ? "-" : stage.loss;
  if (!stage.from.empty())
    text = fmt::format("{} from {}", stage.loss.empty() ? "?" : stage.loss, stage.from);
  if (!stage.exit_of.empty()) text += ", exit of " + stage.exit_of;
  return text;
}

std::string megamacs(Flops work) { return fmt::format("{:.3f}", work.si() / 2e6); }

std::string bytes_text(const Variant& variant) {
  if (variant.payload_bytes.empty()) return fmt::format("{:.0f}", variant.payload.si());
  const auto& all = variant.payload_bytes;
  const auto [least, most] = std::minmax_element(all.begin(), all.end());
  const double mean = std::accumulate(all.begin(), all.end(), 0.) / static_cast<double>(all.size());
  return fmt::format("{} .. {}, mean {:.0f}", *least, *most, mean);
}

// Quantised coefficients of a JPEG that are not 0, in the mean.
std::string nonzero_text(const Variant& variant) {
  const auto& all = variant.nonzero;
  if (all.empty()) return "-";
  const double sum = std::accumulate(all.begin(), all.end(), 0.);
  return fmt::format("{:.0f}", sum / static_cast<double>(all.size()));
}

std::string describe(const InferenceTrace& trace) {
  std::string out = fmt::format("{}: recorded inference (updraft-inference 1)\n", trace.file);
  out += fact("dataset",
              fmt::format("{}, {}{}", trace.dataset, trace.task,
                          trace.classes > 0 ? fmt::format(", {} classes", trace.classes) : ""));
  out += fact("created by", trace.created_by);
  if (trace.seed) out += fact("seed", fmt::format("{}", *trace.seed));
  out += fact("source", trace.source);
  out += fact("licence", trace.licence);
  for (const auto& split : trace.splits) {
    out += fmt::format("\n  {}: {} samples\n", split.name, split.size());
    Grid stages;
    const bool trained = std::any_of(split.stages.begin(), split.stages.end(),
                                     [](const Stage& stage) { return !stage.loss.empty(); });
    const auto row = [&](std::vector<std::string> cells, const std::string& training) {
      if (trained) cells.insert(cells.end() - 1, training);
      stages.row(std::move(cells));
    };
    row({"stage (edge)", "MMAC", "params", "weights kB", "accuracy", "scores"}, "trained");
    for (const auto& stage : split.stages) {
      row({stage.name, megamacs(stage.work), fmt::format("{}", stage.params),
           fmt::format("{:.1f}", stage.weights.si() / 1e3),
           accuracy(stage.answers, stage.theta.empty()), score_names(stage)},
          training_text(stage));
    }
    if (!split.stages.empty()) out += stages.text("    ");
    Grid variants;
    const bool coded = std::any_of(split.variants.begin(), split.variants.end(),
                                   [](const Variant& variant) { return !variant.nonzero.empty(); });
    const auto variant_row = [&](std::vector<std::string> cells, const std::string& values) {
      if (coded) cells.insert(cells.begin() + 2, values);
      variants.row(std::move(cells));
    };
    variant_row(
        {"variant (offload)", "payload B", "reply B", "cloud MMAC", "encode MMAC", "accuracy"},
        "not 0");
    for (const auto& variant : split.variants) {
      variant_row(
          {variant.name, bytes_text(variant), fmt::format("{:.0f}", variant.reply.si()),
           megamacs(variant.cloud_work), megamacs(variant.encode_work), accuracy(variant.answers)},
          nonzero_text(variant));
    }
    if (!split.variants.empty()) out += variants.text("    ");
  }
  return out;
}

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
                                     percent(below / length), longest));
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
              percent(shares[k]), fmt::format("{}", fmt::join(next, ", "))});
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

std::string describe_trace(const std::string& file) {
  if (begins_like_hdf5(file) || file.ends_with(".h5") || file.ends_with(".hdf5"))
    return describe(read_inference_trace(file));
  if (is_channel_model(file)) return describe(read_channel_model(file));
  return describe(file, read_recorded_bandwidth(file, {}));
}

}  // namespace updraft
