// Reads a recipe: every mistake at once.
#include <fmt/format.h>

#include <algorithm>

#include "sim/core/names_of.hpp"
#include "traces/recorder/recipe_sections.hpp"

namespace updraft {
namespace {

Augmentation read_augmentation(Section at) {
  Augmentation augmentation;
  augmentation.pad = whole(at, "pad", 0, 0, 32);
  augmentation.flip = at.boolean("flip", false);
  at.finish();
  return augmentation;
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

// An extractor and the network behind its crop are one form, and no other.
void expect_crop(Section& at, const StageRecipe& stage) {
  const bool extracts = stage.network.form == "cinet";
  if (stage.network.form.empty() || extracts == stage.crops()) return;
  at.mistake("loss", extracts ? "crop: a cinet learns by nothing else"
                              : "another: only the form cinet learns to crop");
}

StageRecipe read_stage(Section at, const std::string& name, const Recipe& recipe) {
  StageRecipe stage;
  stage.name = name;
  const auto losses = {StageLoss::plain, StageLoss::white_box, StageLoss::black_box,
                       StageLoss::two_exits, StageLoss::crop};
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
  if (stage.crops()) {
    stage.penalty = at.number("penalty", 0.1, Range::not_negative());
    stage.penalty_ramp = at.number("penalty_ramp", 0, Range::not_negative());
  }
  expect_crop(at, stage);
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
    if (!is_recipe_name(entry.key) || entry.key == "cloud") {
      at.mistake(entry.key, "a name of small letters, digits and _, other than cloud");
    }
    recipe.stages.push_back(read_stage(at.section(entry.key), entry.key, recipe));
    if (recipe.stages.back().crops() && is_own_variant(entry.key)) {
      at.mistake(entry.key, "another name: the crop is a variant, and that is one already");
    }
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
  recipe.dataset = read_dataset_recipe(top.section("dataset"));
  recipe.augmentation = read_augmentation(top.section("augmentation"));
  Section cloud = top.section("cloud");
  recipe.cloud.network = read_network(cloud.section("network"));
  recipe.cloud.training = read_training(cloud.section("training"));
  cloud.finish();
  if (recipe.cloud.network.form == "cinet") {
    top.mistake("cloud", "another form: a cinet is no cloud network, but a stage of loss: crop");
  }
  read_stages(top, recipe);
  read_codecs(top, recipe);
  recipe.reply = top.quantity<Bytes>("reply", Bytes(16), Range::positive());
  recipe.half_logits = top.choice("logits", "float32", {"float32", "float16"}) == "float16";
  top.finish();
  mistakes.throw_if_any();
  return recipe;
}

Recipe read_recipe(const std::string& file, const std::vector<std::string>& settings) {
  Document document = read_document(file);
  for (const auto& setting : settings) {
    const auto equals = setting.find('=');
    if (equals == std::string::npos) {
      throw InputError(fmt::format("--set = {}; expected path=value", shown(setting)));
    }
    set_in_document(document, setting.substr(0, equals), setting.substr(equals + 1));
  }
  return read_recipe(document);
}

}  // namespace updraft
