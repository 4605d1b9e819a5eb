#include "traces/inference_info.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "traces/info_text.hpp"

namespace updraft {
namespace {

std::string accuracy(const Answers& answers, bool answers_itself = true) {
  if (!answers_itself || answers.correct.empty()) return "-";
  const double right = std::accumulate(answers.correct.begin(), answers.correct.end(), 0.);
  return share_text(right / static_cast<double>(answers.correct.size()));
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

}  // namespace

std::string describe(const Split& split) {
  std::string out = fmt::format("  {}: {} samples\n", split.name, split.size());
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
  return out;
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
  for (const auto& split : trace.splits) out += fmt::format("\n{}", describe(split));
  return out;
}

}  // namespace updraft
