#include "traces/recorder/named_dataset.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "sim/core/input_error.hpp"
#include "sim/metrics/manifest.hpp"

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

}  // namespace

Dataset read_dataset(const Recipe& recipe, const std::string& folder) {
  // A folder that is none is refused by its reader, in one line instead of one per file.
  if (std::filesystem::is_directory(folder)) expect_sha1(recipe, folder);
  Dataset data = recipe.dataset.kind == DatasetKind::idx
                     ? read_idx(folder, recipe.dataset.classes)
                     : read_image_folder(folder, recipe.dataset.classes);
  if (recipe.dataset.transform) {
    data.train = transformed(data.train, *recipe.dataset.transform, "train");
    data.test = transformed(data.test, *recipe.dataset.transform, "test");
  }
  return data;
}

}  // namespace updraft
