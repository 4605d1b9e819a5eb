#include "traces/recorder/recipe_sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "sim/core/names_of.hpp"

namespace updraft {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

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

Transform read_transform(Section at) {
  Transform transform;
  transform.seed = at.count("seed", 1, {0, 9007199254740992.});  // a double keeps it
  transform.side = whole(at, "side", 100, 8, 1024);
  transform.scale_least = at.number("scale_least", transform.scale_least, Range::positive());
  transform.scale_most = at.number("scale_most", transform.scale_most, Range::positive());
  if (transform.scale_most < transform.scale_least) {
    at.mistake("scale_most", fmt::format("at least scale_least, {}", transform.scale_least));
  }
  transform.waves = whole(at, "waves", 0, 0, 1000);
  if (transform.waves > 0) {
    transform.amplitude = at.number("amplitude", transform.amplitude, {0, 255, true});
    transform.frequency_mean = at.number("frequency_mean", 5, {-1000, 1000});
    transform.frequency_deviation = at.number("frequency_deviation", 5, {0, 1000});
  }
  at.finish();
  return transform;
}

// Names of networks, of variants that a recording has anyway, and of crops.
bool is_taken(const std::string& name, const Recipe& recipe) {
  return name == "cloud" || is_own_variant(name) || recipe.stage(name) != nullptr;
}

CodecRecipe read_codec(Section at, const std::string& name, const Recipe& recipe) {
  CodecRecipe codec;
  codec.name = name;
  const std::string kind = at.choice("kind", std::nullopt, {"jpeg", "deepn_jpeg", "png"});
  codec.kind = kind == "png"    ? CodecKind::png
               : kind == "jpeg" ? CodecKind::jpeg
                                : CodecKind::deepn_jpeg;
  codec.training = recipe.cloud.training;
  if (codec.lossy()) {
    codec.quality = at.number("quality", std::nullopt, {0, 100, true});
    codec.tables = at.choice("tables", "in_file", {"in_file", "known"}) == "known"
                       ? JpegTables::known
                       : JpegTables::in_file;
    if (at.choice("huffman", "annex_k", {"annex_k", "fitted"}) == "fitted") {
      codec.huffman = JpegHuffman::fitted;
      if (codec.tables != JpegTables::known) {
        at.mistake("huffman", "annex_k beside tables: in_file; fitted codes want tables: known");
      }
    }
    if (at.has("from")) codec.from_cloud = at.choice("from", std::nullopt, {"cloud"}) == "cloud";
    if (at.has("training")) codec.training = read_training(at.section("training"));
  }
  at.finish();
  return codec;
}

}  // namespace

int whole(Section& at, const std::string& key, std::optional<int> fallback, int least, int most) {
  std::optional<unsigned long long> other;
  if (fallback) other = static_cast<unsigned long long>(*fallback);
  return static_cast<int>(
      at.count(key, other, {static_cast<double>(least), static_cast<double>(most)}));
}

DatasetRecipe read_dataset_recipe(Section at) {
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
  if (at.has("transform")) dataset.transform = read_transform(at.section("transform"));
  at.finish();
  return dataset;
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
      const bool in_n = form->depths.find('n') != std::string::npos;
      at.mistake("depth", form->depths + (in_n ? " with a whole n of at least 1" : ""));
    }
  }
  if (form != nullptr && !form->widths.empty() &&
      std::find(form->widths.begin(), form->widths.end(), network.width) == form->widths.end()) {
    at.mistake("width", fmt::format("one of {}", fmt::join(form->widths, ", ")));
  }
  if (network.form.starts_with("cinet")) {
    const std::string none = fmt::format("none: {} is as its paper has it", network.form);
    if (network.features > 0) at.mistake("features", none);
    if (network.stem_stride > 1) at.mistake("stem_stride", none);
  }
  if (network.form == "cinet") {
    network.crop = whole(at, "crop", 10, 1, 1024);
    network.supersample = whole(at, "supersample", 1, 1, 16);
    network.theta_deviation = at.number("theta_deviation", 0.2, {0, 10, true});
    network.first_scale = at.number("first_scale", 0.5, {0, 10, true});
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
  if (at.has("average")) {
    Section average = at.section("average");
    training.average.epochs = whole(average, "epochs", std::nullopt, 1, 10000);
    training.average.rate = average.number("rate", std::nullopt, Range::positive());
    average.finish();
  }
  if (training.warm_up >= training.epochs) at.mistake("warm_up", "fewer than all the epochs");
  at.finish();
  return training;
}

bool is_recipe_name(const std::string& name) {
  return !name.empty() &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
}

bool is_own_variant(const std::string& name) { return name == "image" || name == "jpeg"; }

void read_codecs(Section& top, Recipe& recipe) {
  const Document* codecs = top.node("codecs");
  if (codecs == nullptr) return;
  Section at = top.section("codecs");
  for (const auto& entry : codecs->entries) {
    if (!is_recipe_name(entry.key) || is_taken(entry.key, recipe)) {
      at.mistake(entry.key,
                 "a name of small letters, digits and _, other than cloud, image, jpeg and the "
                 "stages'");
    }
    recipe.codecs.push_back(read_codec(at.section(entry.key), entry.key, recipe));
  }
}

}  // namespace updraft
