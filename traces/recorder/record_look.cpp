#include "traces/recorder/record_look.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "sim/core/input_error.hpp"
#include "sim/core/names_of.hpp"
#include "traces/recorder/checkpoint.hpp"
#include "traces/recorder/look_picture.hpp"
#include "traces/recorder/named_dataset.hpp"
#include "traces/recorder/record_script.hpp"

namespace updraft {
namespace {

constexpr std::size_t most_columns = 20;

// The stage of that name, or the only one that there is.
const StageRecipe& extractor(const Recipe& recipe, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& stage : recipe.stages) {
    if (stage.crops()) names.push_back(stage.name);
  }
  if (names.empty()) {
    throw InputError(
        fmt::format("{}: stages without loss: crop; expected one: no other looks", recipe.file));
  }
  const std::string& asked = name.empty() && names.size() == 1 ? names[0] : name;
  if (std::find(names.begin(), names.end(), asked) == names.end()) {
    throw InputError(fmt::format("--stage = {}; expected {}{}",
                                 asked.empty() ? "nothing" : shown(asked), one_of(names),
                                 did_you_mean(asked, names)));
  }
  return *recipe.stage(asked);
}

void expect_rows(const std::vector<std::size_t>& rows, std::size_t count,
                 const std::string& split) {
  if (rows.size() > most_columns) {
    throw InputError(
        fmt::format("--rows = {} of them; expected at most {}", rows.size(), most_columns));
  }
  for (const std::size_t row : rows) {
    if (row < count) continue;
    throw InputError(
        fmt::format("--rows = {}; expected below {}, the rows of {}", row, count, split));
  }
}

}  // namespace

LookCommand::LookCommand(CLI::App& app) {
  command_ = app.add_subcommand(
      "look", "draw what a trained extractor finds: images, where it looks, what it sends");
  command_->footer(
      "Reads the checkpoint that updraft-record run --checkpoints left; --set as there. The "
      "picture shows\nimages of the dataset: mind its licence before you pass it on.");
  command_->add_option("RECIPE", recipe_, "a recipe (YAML)")->required();
  command_->add_option("--data", data_, "the dataset's folder");
  command_->add_option("--checkpoints", checkpoints_, "where the networks are")->required();
  command_->add_option("--stage", stage_, "a stage of loss: crop; the only one without it");
  command_->add_option("--split", split_, "test or calibration")
      ->check(CLI::IsMember({"test", "calibration"}));
  command_->add_option("--rows", rows_, "of the split, by commas, from 0 (0,1,2,3,4,5)")
      ->delimiter(',')
      ->check(CLI::NonNegativeNumber)
      ->allow_extra_args(false);
  command_->add_option("--set", settings_, "path=value: replace a value of the recipe")
      ->allow_extra_args(false);
  command_->add_option("-o,--output", output_, "the picture to draw (PNG)")->required();
}

void LookCommand::run() {
  const Recipe recipe = read_recipe(recipe_, settings_);
  const StageRecipe& stage = extractor(recipe, stage_);
  if (!output_.ends_with(".png")) {
    throw InputError(fmt::format("-o = {}; expected a name that ends in .png", shown(output_)));
  }
  expect_writable(output_);
  const std::string checkpoint = fmt::format("{}/{}.pt", checkpoints_, stage.name);
  expect_checkpoint(checkpoint);  // before the dataset is read, which takes longer
  ImageSet images = read_split(recipe, folder_of(recipe, data_), split_);
  expect_rows(rows_, images.size(), split_);
  images = picked(images, rows_);
  const Looks looks = look_at(images, recipe, stage, checkpoint);
  const auto right = std::count_if(looks.all.begin(), looks.all.end(),
                                   [](const Look& look) { return look.right; });
  const std::string title = fmt::format("{}: {} B are sent, of {} B", stage.name,
                                        looks.patch.values(), images.shape.values());
  draw(look_picture(title, images, rows_, looks), output_);
  fmt::print("{}: {} of {} right; {} after {} of {} epochs\n", output_, right, looks.all.size(),
             stage.name, looks.epochs_done, stage.training.all_epochs());
}

}  // namespace updraft
