#include "traces/recorder/recipe.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "sim/core/section.hpp"

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

ResNet read_network(Section at) {
  ResNet network;
  network.family = at.text("family", std::nullopt);
  network.width = whole(at, "width", std::nullopt, 1, 512);
  network.blocks = whole(at, "blocks", std::nullopt, 1, 20);
  network.stem_stride = whole(at, "stem_stride", 1, 1, 4);
  network.features = whole(at, "features", 0, 0, 4096);
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

AppealNetRecipe read_appealnet(Section at) {
  AppealNetRecipe appealnet;
  appealnet.beta = at.number("beta", 0.1, Range::positive());
  appealnet.rule.step = at.number("beta_step", 0.01, {0, 1, true});
  appealnet.rule.target = at.number("target", 0.5, Range::positive());
  appealnet.training = read_training(at.section("training"));
  at.finish();
  return appealnet;
}

std::string text_of(const Training& t) {
  return fmt::format("epochs {} batch {} rate {} momentum {} weight_decay {} warm_up {} decay {}",
                     t.epochs, t.batch, t.rate, t.momentum, t.weight_decay, t.warm_up,
                     static_cast<int>(t.decay));
}

std::string text_of(const ResNet& n) {
  return fmt::format("width {} blocks {} stem_stride {}{}", n.width, n.blocks, n.stem_stride,
                     n.features > 0 ? fmt::format(" features {}", n.features) : "");
}

std::string text_of(const Recipe& recipe, std::uint64_t dataset) {
  return fmt::format("dataset {:016x} classes {} calibration {} seed {} pad {} flip {}", dataset,
                     recipe.dataset.classes, recipe.dataset.calibration, recipe.seed,
                     recipe.augmentation.pad, recipe.augmentation.flip);
}

}  // namespace

double learning_rate(const Training& training, double epochs_done) {
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

Recipe read_recipe(const Document& document) {
  Mistakes mistakes;
  Recipe recipe;
  recipe.file = document.place.file;
  Section top(document, "", mistakes);
  recipe.seed = top.count("seed", std::nullopt);
  recipe.dataset = read_dataset(top.section("dataset"));
  recipe.augmentation = read_augmentation(top.section("augmentation"));
  Section edge = top.section("edge");
  recipe.edge.network = read_network(edge.section("network"));
  recipe.edge.training = read_training(edge.section("training"));
  edge.finish();
  recipe.appealnet = read_appealnet(top.section("appealnet"));
  Section cloud = top.section("cloud");
  recipe.cloud.network = read_network(cloud.section("network"));
  recipe.cloud.training = read_training(cloud.section("training"));
  cloud.finish();
  recipe.reply = top.quantity<Bytes>("reply", Bytes(16), Range::positive());
  top.finish();
  mistakes.throw_if_any();
  return recipe;
}

std::string fingerprint_of_plain(const Recipe& recipe, std::uint64_t dataset) {
  return fmt::format("{}\nplain {} {}\n", text_of(recipe, dataset), text_of(recipe.edge.network),
                     text_of(recipe.edge.training));
}

std::string fingerprint_of_cloud(const Recipe& recipe, std::uint64_t dataset) {
  return fmt::format("{}\ncloud {} {}\n", text_of(recipe, dataset), text_of(recipe.cloud.network),
                     text_of(recipe.cloud.training));
}

std::string fingerprint_of_appealnet(const Recipe& recipe, std::uint64_t dataset) {
  return fmt::format("{}{}appealnet {} beta {} step {} target {}\n",
                     fingerprint_of_plain(recipe, dataset), fingerprint_of_cloud(recipe, dataset),
                     text_of(recipe.appealnet.training), recipe.appealnet.beta,
                     recipe.appealnet.rule.step, recipe.appealnet.rule.target);
}

}  // namespace updraft
