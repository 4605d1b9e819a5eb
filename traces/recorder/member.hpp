// The networks of a recipe on their way from first weights to trained ones. Includes torch.
#pragma once

#include <string>
#include <vector>

#include "traces/recorder/minibatch.hpp"
#include "traces/recorder/network.hpp"
#include "traces/recorder/recipe.hpp"

namespace updraft {

// One network: what it is, and how long it takes.
struct Member {
  std::string name;
  Layers layers;
  Training training;
  std::string fingerprint;
  double epoch_work;   // of a training image, for the ETA alone
  Normalisation norm;  // of the images that it sees
  Network network;
};

// The cloud network, the stages in their order, the lossy codecs' networks in theirs, with first
// weights, on `device`. `dataset` is its fingerprint; `norm` that of its images, which a codec's
// network has until its own are known.
std::vector<Member> members_of(const Recipe& recipe, const ImageShape& images,
                               std::uint64_t dataset, const Normalisation& norm,
                               torch::Device device);

}  // namespace updraft
