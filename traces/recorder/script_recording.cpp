#include "traces/recorder/script_recording.hpp"

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "traces/recorder/judging.hpp"
#include "traces/recorder/script_module.hpp"
#include "traces/recorder/training.hpp"

namespace updraft {
namespace {

namespace fs = std::filesystem;

struct Labelled {
  ImageSet test;
  std::int32_t classes;
};

// The training images are not read: the networks have seen them.
Labelled test_images(const std::string& folder) {
  if (fs::is_directory(fs::path(folder) / "test")) {
    ImageSet test = read_image_classes((fs::path(folder) / "test").string());
    const auto last = test.labels.back();  // class by class
    return {std::move(test), last + 1};
  }
  constexpr std::int32_t most = 1 << 20;
  Dataset data = read_idx(folder, most);
  std::int32_t last = 0;
  for (const ImageSet* set : {&data.train, &data.test}) {
    last = std::max(last, *std::max_element(set->labels.begin(), set->labels.end()));
  }
  return {std::move(data.test), last + 1};
}

Normalisation normalisation_of(const ScriptRecipe& recipe, int channels) {
  const auto wanted = static_cast<std::size_t>(channels);
  const auto filled = [&](const std::vector<double>& given, const char* option, double otherwise) {
    if (given.empty()) return std::vector<double>(wanted, otherwise);
    if (given.size() == wanted) return given;
    throw InputError(fmt::format("{} = {}; expected {} numbers, one a channel", option,
                                 fmt::join(given, ","), wanted));
  };
  Normalisation norm;
  norm.mean = filled(recipe.mean, "--mean", 0);
  norm.deviation = filled(recipe.deviation, "--deviation", 1);
  for (std::size_t c = 0; c < wanted; ++c) {
    if (std::isfinite(norm.mean[c]) && std::isfinite(norm.deviation[c]) && norm.deviation[c] > 0) {
      continue;
    }
    throw InputError(
        fmt::format("--mean, --deviation = {}, {}; expected finite numbers, and deviations above 0",
                    norm.mean[c], norm.deviation[c]));
  }
  return norm;
}

}  // namespace

InferenceTrace record_scripts(const ScriptRecipe& recipe) {
  at::set_num_threads(recipe.threads);
  const torch::Device device = device_of(recipe.device);
  // All files first: a mistake in the last is told before the first has been asked.
  std::vector<ScriptModule> modules;
  for (const auto& stage : recipe.stages) modules.emplace_back(stage.file, device);
  if (!recipe.cloud.file.empty()) modules.emplace_back(recipe.cloud.file, device);

  const Labelled images = test_images(recipe.data);
  const Normalisation norm = normalisation_of(recipe, images.test.shape.channels);
  const auto held = static_cast<std::size_t>(
      std::lround(recipe.calibration * static_cast<double>(images.test.size())));
  if (held == 0 || held >= images.test.size()) {
    throw InputError(
        fmt::format("--calibration = {}; expected a share that leaves both splits a "
                    "row of the {} test images",
                    recipe.calibration, images.test.size()));
  }
  const Parted parts = hold_out(images.test, held, recipe.seed);

  InferenceTrace trace;
  trace.dataset = recipe.dataset;
  trace.classes = images.classes;
  trace.created_by = "updraft-record " UPDRAFT_VERSION;
  trace.seed = recipe.seed;
  trace.source = recipe.source;
  trace.licence = recipe.licence;
  std::vector<double> macs;
  for (std::size_t i = 0; i < modules.size(); ++i) {
    const ScriptNetwork& named = i < recipe.stages.size() ? recipe.stages[i] : recipe.cloud;
    macs.push_back(named.macs > 0 ? named.macs
                                  : static_cast<double>(modules[i].macs(images.test, norm)));
    if (macs.back() > 0) continue;
    throw InputError(fmt::format(
        "{}: runs no convolution and no matrix product that is counted; expected --macs {}=VALUE",
        named.file, i < recipe.stages.size() ? named.name : "cloud"));
  }
  const auto add = [&](const char* name, const ImageSet& set) {
    Split split;
    split.name = name;
    split.labels = set.labels;
    for (std::size_t i = 0; i < recipe.stages.size(); ++i) {
      ScriptSaid said = modules[i].ask(set, norm, images.classes);
      Stage stage;
      stage.name = recipe.stages[i].name;
      stage.work = Flops(2 * macs[i]);
      stage.params = modules[i].params();
      stage.weights = Bytes(4 * static_cast<double>(stage.params));
      stage.answers = judged(std::move(said.logits), set.labels, false);
      for (auto& [score, values] : said.scores) stage.scores.push_back({score, std::move(values)});
      split.stages.push_back(std::move(stage));
    }
    if (!recipe.cloud.file.empty()) {
      ScriptSaid said = modules.back().ask(set, norm, images.classes);
      split.variants = image_variants(set, recipe.reply, Flops(2 * macs.back()), "",
                                      judged(std::move(said.logits), set.labels, false));
    }
    trace.splits.push_back(std::move(split));
  };
  add("calibration", parts.held_out);
  add("test", parts.rest);
  return trace;
}

}  // namespace updraft
