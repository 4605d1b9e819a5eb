// What CiNET does to single images: where its extractor looks, the patch that is sent, and what the
// cloud says of that. For eyes (look_picture.hpp); a trace is recorded_split.hpp's. No torch here.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "traces/recorder/dataset.hpp"
#include "traces/recorder/recipe.hpp"

namespace updraft {

struct Look {
  std::array<float, 4> theta{};     // t_x, t_y, s_x, s_y, as sampler.hpp has them
  std::vector<std::uint8_t> patch;  // [channels x side x side], the bytes that are sent
  std::int32_t answer = 0;          // the cloud's
  double probability = 0;           // of that answer, by softmax
  bool right = false;
};

struct Looks {
  ImageShape patch;
  int epochs_done = 0;  // of the extractor's training
  std::vector<Look> all;
};

// Of every image, by the stage's network as its checkpoint has it. `stage` is one of the recipe's
// with loss: crop. The images need not be those that it was trained on. Throws InputError for a
// checkpoint that is not there, cannot be read or is another recipe's.
Looks look_at(const ImageSet& images, const Recipe& recipe, const StageRecipe& stage,
              const std::string& checkpoint);

}  // namespace updraft
