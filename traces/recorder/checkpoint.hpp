// A training as far as it has come, in a file: what resuming needs to end with the same bits.
// Includes torch.
#pragma once

#include <torch/optim/sgd.h>

#include "traces/recorder/training.hpp"
#include "traces/recorder/weight_average.hpp"

namespace updraft {

struct TrainingState {
  Network& network;
  torch::optim::SGD& optimizer;
  Objective& objective;
  WeightAverage& average;
};

// To course.checkpoint. Throws InputError where it cannot be written.
void save(const Course& course, int epochs_done, const TrainingState& state);

// The epochs that the checkpoint spares; 0 where there is none. Throws InputError for one of
// another fingerprint.
int resume(const Course& course, const TrainingState& state);

}  // namespace updraft
