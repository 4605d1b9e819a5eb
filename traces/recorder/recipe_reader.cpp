// Reads a recipe: every mistake at once.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "sim/core/names_of.hpp"
#include "sim/core/section.hpp"
#include "traces/recorder/recipe.hpp"

namespace updraft {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

int whole(Section& at, const std::string& key, std::optional<int> fallback, int least, int most) {
  std::optional<unsigned long long> other;
  if (fallback) other = static_cast<unsigned long long>(*fallback);
  return static_cast<int>(
      at.count(key, other, {static_cast<double>(least), static_cast<double>(most)}));
}

std::vector<std::pair<std::string, std::string>> read_sha1(Section at, const Document& files) {
  std::vector<std::pair<std::string, std::string>> sha1;
  for (const auto& entry : files.entries) {
    const std::string hash = at.text(entry.key, std::nullopt);
    if (hash.empty()) continue;  // reported by text()
    if (hash.size() != 40 || hash.find_first_not_of("0123456789abcdef") != std::string::npos) {
      at.mistake(entry.key, "40 lower-case hexadecimal digits, as sha1sum prints them");
    }
    sha1.emplace_back(entry.key, hash);
  }
  return sha1;
}

DatasetRecipe read_dataset(Section at) {
  DatasetRecipe dataset;
  dataset.name = at.text("name", std::nullopt);
  const std::string kind = at.choice("kind", std::nullopt, {"idx", "image_folder"});
  dataset.kind = kind == "idx" ? DatasetKind::idx : DatasetKind::image_folder;
  if (at.has("path")) dataset.path = at.text("path", std::nullopt);
  dataset.classes = whole(at, "classes", std::nullopt, 2, 1000);
  dataset.calibration = at.count("calibration", std::nullopt, {1, infinity});
  dataset.source = at.text("source", std::nullopt);
  dataset.licence = at.text("licence", std::nullopt);
  if (const Document* files = at.node("sha1")) {
    dataset.sha1 = read_sha1(at.section("sha1"), *files);
  }
  at.finish();
  return dataset;
}

Augmentation read_augmentation(Section at) {
  Augmentation augmentation;
  augmentation.pad = whole(at, "pad", 0, 0, 32);
  augmentation.flip = at.boolean("flip", false);
  at.finish();
  return augmentation;
}

NetworkChoice read_network(Section at) {
  NetworkChoice network;
  network.form = at.choice("form", std::nullopt, names_of(network_forms()));
  const NetworkForm* form = network_form(network.form);
  if (at.has("family")) network.family = at.text("family", std::nullopt);
  network.width = at.number("width", 1, {0, 16, true});
  network.stem_stride = whole(at, "stem_stride", 1, 1, 4);
  network.features = whole(at, "features", 0, 0, 4096);
  if (form != nullptr && !form->depths.empty()) {
    network.depth = whole(at, "depth", std::nullopt, 0, 1000);
    if (network.depth > 0 && !form->is_depth(network.depth)) {
      at.mistake("depth", form->depths + " with a whole n of at least 1");
    }
  }
  if (form != nullptr && !form->widths.empty() &&
      std::find(form->widths.begin(), form->widths.end(), network.width) == form->widths.end()) {
    at.mistake("width", fmt::format("one of {}", fmt::join(form->widths, ", ")));
  }
  at.finish();
  return network;
}

Training read_training(Section at) {
  Training training;
  training.epochs = whole(at, "epochs", std::nullopt, 1, 10000);
  training.batch = whole(at, "batch", 128, 2, 8192);
  training.rate = at.number("rate", std::nullopt, Range::positive());
  training.momentum = at.number("momentum", 0.9, {0, 0.999, false});
  training.weight_decay = at.number("weight_decay", 5e-4, Range::not_negative());
  training.warm_up = whole(at, "warm_up", 0, 0, 10000);
  training.decay =
      at.choice("decay", "cosine", {"cosine", "step"}) == "cosine" ? Decay::cosine : Decay::step;
  if (training.warm_up >= training.epochs) at.mistake("warm_up", "fewer than all the epochs");
  at.finish();
  return training;
}

bool is_name(const std::string& name) {
  return !name.empty() &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
}

StageRecipe read_stage(Section at, const std::string& name, const Recipe& recipe) {
  StageRecipe stage;
  stage.name = name;
  const std::string loss = at.choice("loss", "plain", {"plain", "white_box", "black_box"});
  stage.loss = loss == "plain"       ? StageLoss::plain
               : loss == "white_box" ? StageLoss::white_box
                                     : StageLoss::black_box;
  if (at.has("from")) {
    std::vector<std::string> plain;
    for (const auto& other : recipe.stages) {
      if (other.loss == StageLoss::plain) plain.push_back(other.name);
    }
    if (plain.empty()) {
      at.mistake("from", "a plain stage above it: there is none");
      at.text("from", "");
    } else {
      stage.from = at.choice("from", std::nullopt, plain);
    }
    if (const StageRecipe* other = recipe.stage(stage.from)) stage.network = other->network;
  } else {
    stage.network = read_network(at.section("network"));
  }
  stage.training = read_training(at.section("training"));
  if (stage.has_predictor()) {
    stage.network.predictor_reads_softmax =
        at.choice("predictor", "features", {"features", "softmax"}) == "softmax";
    stage.beta = at.number("beta", 0.1, Range::positive());
    stage.rule.step = at.number("beta_step", 0.01, {0, 1, false});
    stage.rule.target = at.number("target", 0.5, Range::positive());
  }
  at.finish();
  return stage;
}

void read_stages(Section& top, Recipe& recipe) {
  const Document* stages = top.node("stages");
  Section at = top.section("stages");
  if (stages == nullptr || stages->entries.empty()) {
    top.mistake("stages", "at least one: NAME: {network: ..., training: ...}");
    return;
  }
  for (const auto& entry : stages->entries) {
    if (!is_name(entry.key) || entry.key == "cloud") {
      at.mistake(entry.key, "a name of small letters, digits and _, other than cloud");
    }
    recipe.stages.push_back(read_stage(at.section(entry.key), entry.key, recipe));
  }
}

}  // namespace

Recipe read_recipe(const Document& document) {
  Mistakes mistakes;
  Recipe recipe;
  recipe.file = document.place.file;
  Section top(document, "", mistakes);
  recipe.seed = top.count("seed", std::nullopt, {0, 9007199254740992.});  // a double keeps it
  recipe.dataset = read_dataset(top.section("dataset"));
  recipe.augmentation = read_augmentation(top.section("augmentation"));
  Section cloud = top.section("cloud");
  recipe.cloud.network = read_network(cloud.section("network"));
  recipe.cloud.training = read_training(cloud.section("training"));
  cloud.finish();
  read_stages(top, recipe);
  recipe.reply = top.quantity<Bytes>("reply", Bytes(16), Range::positive());
  recipe.half_logits = top.choice("logits", "float32", {"float32", "float16"}) == "float16";
  top.finish();
  mistakes.throw_if_any();
  return recipe;
}

}  // namespace updraft
