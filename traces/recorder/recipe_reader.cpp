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

// "4, 6, 8, ..., 108"
std::string numbers_text(const std::vector<int>& numbers) {
  if (numbers.size() <= 8) return fmt::format("{}", fmt::join(numbers, ", "));
  return fmt::format("{}, ..., {}", fmt::join(numbers.begin(), numbers.begin() + 3, ", "),
                     numbers.back());
}

// What a stage with two exits says beside its network, which may be another's that it is `from`.
void read_two_exits(Section& at, StageRecipe& stage) {
  stage.network.exit = whole(at, "exit", std::nullopt, 0, 1000);
  stage.alpha = at.number("alpha", 0.5, {0, 1, true});
  if (stage.alpha == 1) at.mistake("alpha", "a number above 0 and below 1");
  const std::string update = at.choice("update", "weighted", {"weighted", "layer_wise"});
  stage.update = update == "weighted" ? ExitUpdate::weighted : ExitUpdate::layer_wise;
  const NetworkForm* form = network_form(stage.network.form);
  if (form == nullptr) return;
  if (form->exits == nullptr) {
    std::vector<std::string> able;
    for (const auto& other : network_forms()) {
      if (other.exits != nullptr) able.push_back(other.name);
    }
    at.mistake("exit", fmt::format("none: {} has no early exit; {} have", form->name,
                                   fmt::join(able, ", ")));
    return;
  }
  if (form->is_depth != nullptr && !form->is_depth(stage.network.depth)) return;  // reported
  const std::vector<int> exits = form->exits(stage.network.depth);
  if (std::find(exits.begin(), exits.end(), stage.network.exit) == exits.end()) {
    at.mistake("exit", fmt::format("one of {} layers of the {}", numbers_text(exits), form->name));
  }
}

StageRecipe read_stage(Section at, const std::string& name, const Recipe& recipe) {
  StageRecipe stage;
  stage.name = name;
  const auto losses = {StageLoss::plain, StageLoss::white_box, StageLoss::black_box,
                       StageLoss::two_exits};
  std::vector<std::string> names;
  for (const StageLoss loss : losses) names.push_back(to_string(loss));
  const std::string loss = at.choice("loss", "plain", names);
  stage.loss = *std::find_if(losses.begin(), losses.end(),
                             [&](StageLoss one) { return to_string(one) == loss; });
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
  if (stage.has_exit()) read_two_exits(at, stage);
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
  for (const auto& stage : recipe.stages) {
    if (stage.has_exit() && recipe.stage(stage.exit_name()) != nullptr) {
      at.mistake(stage.exit_name(),
                 fmt::format("another name: it is the one of {}'s early exit", stage.name));
    }
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
