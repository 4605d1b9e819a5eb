// The dataset that a recipe names: is the folder its dataset at all, then what it holds,
// transformed where the recipe says so. MNIST has the file names, counts and sides of
// Fashion-MNIST; only the bytes tell them apart.
#pragma once

#include <string>

#include "traces/recorder/dataset.hpp"
#include "traces/recorder/recipe.hpp"

namespace updraft {

// Hashes the files of `folder` that dataset.sha1 names, then reads the dataset. Throws InputError:
// a line for each named file that is not there or has another hash, before anything is read; what
// read_idx and read_image_folder refuse.
Dataset read_dataset(const Recipe& recipe, const std::string& folder);

}  // namespace updraft
