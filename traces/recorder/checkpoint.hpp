// A network on its way, on disk: weights, momenta, the state of its objective, a mean of weights,
// epochs done, and the fingerprint of all that these depend on (recipe.hpp). A file is written
// whole under another name, then renamed: a kill leaves the checkpoint before, never half of one.
// Includes torch.
#pragma once

#include <torch/optim/sgd.h>

#include <functional>
#include <string>

#include "traces/recorder/objective.hpp"
#include "traces/recorder/weight_average.hpp"

namespace updraft {

struct TrainingState {
  Network& network;
  torch::optim::SGD& optimizer;
  Objective& objective;
  WeightAverage* average;  // null: none is taken
};

// Throws InputError where it cannot.
void save_checkpoint(const std::string& file, const std::string& fingerprint, int epochs_done,
                     const TrainingState& state);

// Takes everything from the file. Returns the epochs that it spares, 0 where there is no file.
// Throws InputError if it is none that can be read, or one of another fingerprint.
int resume_checkpoint(const std::string& file, const std::string& fingerprint, torch::Device device,
                      const TrainingState& state);

// Throws InputError where there is no such file.
void expect_checkpoint(const std::string& file);

// Takes the weights alone, for a network that is only asked, on whatever images: the dataset that
// it was trained on is not looked at. `fingerprint_on` says what a network of this recipe would
// depend on, given a dataset's fingerprint. Returns the epochs done; throws as above, and where
// there is no file.
int load_weights(const std::string& file,
                 const std::function<std::string(std::uint64_t)>& fingerprint_on, Network& network);

}  // namespace updraft
