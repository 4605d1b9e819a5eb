// The parts of a recipe, read one by one; recipe_reader.cpp puts them together. Every mistake is
// reported to its section, none throws.
#pragma once

#include <optional>
#include <string>

#include "sim/core/section.hpp"
#include "traces/recorder/recipe.hpp"

namespace updraft {

// A whole number in [least, most].
int whole(Section& at, const std::string& key, std::optional<int> fallback, int least, int most);

DatasetRecipe read_dataset_recipe(Section at);
NetworkChoice read_network(Section at);
Training read_training(Section at);

// What stages and codecs are called.
bool is_recipe_name(const std::string& name);
// Variants that a recording has, or may have, of itself (judging.hpp).
bool is_own_variant(const std::string& name);

// The section `codecs`, where there is one; stages and the cloud network must have been read.
void read_codecs(Section& top, Recipe& recipe);

}  // namespace updraft
