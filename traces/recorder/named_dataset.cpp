#include "traces/recorder/named_dataset.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "sim/core/input_error.hpp"
#include "sim/core/random.hpp"
#include "sim/metrics/manifest.hpp"
#include "traces/recorder/minibatch.hpp"

namespace updraft {
namespace {

void expect_sha1(const Recipe& recipe, const std::string& folder) {
  Mistakes mistakes;
  for (const auto& [name, expected] : recipe.dataset.sha1) {
    const std::string file = fmt::format("{}/{}", folder, name);
    if (!std::filesystem::is_regular_file(file)) {
      mistakes.add({file}, fmt::format("is not there; expected the file of sha1 {}: not the "
                                       "dataset that {} names",
                                       expected, recipe.file));
      continue;
    }
    const std::string got = sha1_of(file);
    if (got == expected) continue;
    mistakes.add({file}, "sha1", got,
                 fmt::format("{}: not the dataset that {} names", expected, recipe.file));
  }
  mistakes.throw_if_any();
}

Dataset read_as_it_is(const Recipe& recipe, const std::string& folder) {
  // A folder that is none is refused by its reader, in one line instead of one per file.
  if (std::filesystem::is_directory(folder)) expect_sha1(recipe, folder);
  return recipe.dataset.kind == DatasetKind::idx
             ? read_idx(folder, recipe.dataset.classes)
             : read_image_folder(folder, recipe.dataset.classes);
}

void transform(const Recipe& recipe, ImageSet& set, std::string_view part) {
  if (recipe.dataset.transform) set = transformed(set, *recipe.dataset.transform, part);
}

}  // namespace

Dataset read_dataset(const Recipe& recipe, const std::string& folder) {
  Dataset data = read_as_it_is(recipe, folder);
  transform(recipe, data.train, "train");
  transform(recipe, data.test, "test");
  return data;
}

std::string folder_of(const Recipe& recipe, const std::string& given) {
  if (!given.empty()) return given;
  if (!recipe.dataset.path.empty()) return find_beside(recipe.dataset.path, recipe.file);
  throw InputError(
      fmt::format("{}: dataset.path = nothing; expected a folder, here or by --data", recipe.file));
}

ImageSet read_split(const Recipe& recipe, const std::string& folder, std::string_view split) {
  Dataset data = read_as_it_is(recipe, folder);
  if (split == "calibration") {
    transform(recipe, data.train, "train");
    return parted(recipe, data.train).held_out;
  }
  transform(recipe, data.test, "test");
  return in_order_of_trace(recipe, data.test);
}

Parted parted(const Recipe& recipe, const ImageSet& train) {
  if (recipe.dataset.calibration >= train.size()) {
    throw InputError(
        fmt::format("{}: dataset.calibration = {}; expected fewer than the {} training images",
                    recipe.file, recipe.dataset.calibration, train.size()));
  }
  return hold_out(train, recipe.dataset.calibration, recipe.seed);
}

// Image folders come class by class; a workload that is replayed row by row shall not.
ImageSet in_order_of_trace(const Recipe& recipe, const ImageSet& test) {
  if (test.file_bytes.empty()) return test;
  return picked(test, shuffled(test.size(), Stream(recipe.seed, "test.order")));
}

}  // namespace updraft
