// The dataset that a recipe names: is the folder its dataset at all, then what it holds,
// transformed where the recipe says so. MNIST has the file names, counts and sides of
// Fashion-MNIST; only the bytes tell them apart.
#pragma once

#include <string>
#include <string_view>

#include "traces/recorder/dataset.hpp"
#include "traces/recorder/recipe.hpp"

namespace updraft {

// Hashes the files of `folder` that dataset.sha1 names, then reads the dataset. Throws InputError:
// a line for each named file that is not there or has another hash, before anything is read; what
// read_idx and read_image_folder refuse.
Dataset read_dataset(const Recipe& recipe, const std::string& folder);

// Its folder: `given` (--data), else what the recipe says. Throws InputError where both are empty.
std::string folder_of(const Recipe& recipe, const std::string& given);

// One split, its rows as a trace has them: "test", or "calibration", held out of the training set.
// Cheaper than read_dataset where only "test" is wanted: the training set stays as it is. Throws as
// it does, and where the training set has too few rows to hold some out.
ImageSet read_split(const Recipe& recipe, const std::string& folder, std::string_view split);

// The training set in its two parts, and the test set in the trace's order. Throws InputError:
// too few rows.
Parted parted(const Recipe& recipe, const ImageSet& train);
ImageSet in_order_of_trace(const Recipe& recipe, const ImageSet& test);

}  // namespace updraft
