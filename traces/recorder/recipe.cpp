#include "traces/recorder/recipe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace updraft {
namespace {

std::string text_of(const Training& t) {
  std::string text = fmt::format(
      "epochs {} batch {} rate {} momentum {} weight_decay {} warm_up {} decay {}", t.epochs,
      t.batch, t.rate, t.momentum, t.weight_decay, t.warm_up, static_cast<int>(t.decay));
  if (t.average.epochs > 0) {
    text += fmt::format(" average {} rate {}", t.average.epochs, t.average.rate);
  }
  return text;
}

std::string text_of(const NetworkChoice& n) {
  std::string text = fmt::format("{} depth {} width {} stem_stride {} features {}", n.form, n.depth,
                                 n.width, n.stem_stride, n.features);
  if (n.form == "cinet") {
    text += fmt::format(" crop {} theta_deviation {} first_scale {}", n.crop, n.theta_deviation,
                        n.first_scale);
    if (n.supersample > 1) text += fmt::format(" supersample {}", n.supersample);
  }
  return text;
}

std::string text_of(const Recipe& recipe, std::uint64_t dataset) {
  return fmt::format("dataset {:016x} classes {} calibration {} seed {} pad {} flip {}", dataset,
                     recipe.dataset.classes, recipe.dataset.calibration, recipe.seed,
                     recipe.augmentation.pad, recipe.augmentation.flip);
}

}  // namespace

std::string to_string(StageLoss loss) {
  switch (loss) {
    case StageLoss::plain:
      return "plain";
    case StageLoss::white_box:
      return "white_box";
    case StageLoss::black_box:
      return "black_box";
    case StageLoss::two_exits:
      return "two_exits";
    case StageLoss::crop:
      return "crop";
  }
  return "";
}

double learning_rate(const Training& training, double epochs_done) {
  if (training.average.epochs > 0 && epochs_done >= training.epochs) return training.average.rate;
  if (epochs_done < training.warm_up) return training.rate * epochs_done / training.warm_up;
  const double share = (epochs_done - training.warm_up) / (training.epochs - training.warm_up);
  if (training.decay == Decay::cosine) {
    return training.rate * (1 + std::cos(std::numbers::pi * share)) / 2;
  }
  double rate = training.rate;
  for (const double drop : {0.3, 0.6, 0.8}) {
    if (share >= drop) rate *= 0.2;
  }
  return rate;
}

const StageRecipe* Recipe::stage(const std::string& name) const {
  const auto found = std::find_if(stages.begin(), stages.end(),
                                  [&](const StageRecipe& stage) { return stage.name == name; });
  return found == stages.end() ? nullptr : &*found;
}

std::vector<std::string> Recipe::network_names() const {
  std::vector<std::string> names{"cloud"};
  for (const auto& stage : stages) names.push_back(stage.name);
  for (const auto& codec : codecs) {
    if (codec.lossy()) names.push_back(codec.name);
  }
  return names;
}

std::string fingerprint_of_cloud(const Recipe& recipe, std::uint64_t dataset) {
  return fmt::format("{}\ncloud {} {}\n", text_of(recipe, dataset), text_of(recipe.cloud.network),
                     text_of(recipe.cloud.training));
}

std::string fingerprint_of_stage(const Recipe& recipe, const StageRecipe& stage,
                                 std::uint64_t dataset) {
  std::string text =
      fmt::format("{}\n{} {} {} {}\n", text_of(recipe, dataset), stage.name, to_string(stage.loss),
                  text_of(stage.network), text_of(stage.training));
  if (stage.has_predictor()) {
    text +=
        fmt::format("beta {} step {} target {}{}\n", stage.beta, stage.rule.step, stage.rule.target,
                    stage.network.predictor_reads_softmax ? " predictor softmax" : "");
  }
  if (stage.has_exit()) {
    text += fmt::format("exit {} alpha {} update {}\n", stage.network.exit, stage.alpha,
                        stage.update == ExitUpdate::weighted ? "weighted" : "layer_wise");
  }
  if (stage.crops()) {
    text += fmt::format("penalty {} ramp {}\n", stage.penalty, stage.penalty_ramp);
  }
  if (const StageRecipe* from = recipe.stage(stage.from)) {
    text += "from " + fingerprint_of_stage(recipe, *from, dataset);
  }
  if (stage.loss == StageLoss::white_box) text += fingerprint_of_cloud(recipe, dataset);
  return text;
}

// Not of its `tables` and `huffman`: what the cloud sees is the same with all.
std::string fingerprint_of_codec(const Recipe& recipe, const CodecRecipe& codec,
                                 std::uint64_t dataset) {
  std::string text =
      fmt::format("{}\n{} {} quality {} {} {}\n", text_of(recipe, dataset), codec.name,
                  codec.kind == CodecKind::jpeg ? "jpeg" : "deepn_jpeg", codec.quality,
                  text_of(recipe.cloud.network), text_of(codec.training));
  if (codec.from_cloud) text += "from " + fingerprint_of_cloud(recipe, dataset);
  return text;
}

}  // namespace updraft
