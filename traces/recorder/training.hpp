// Training of one network by stochastic gradient descent, with a checkpoint after each epoch.
// Includes torch.
#pragma once

#include <functional>
#include <string>

#include "traces/recorder/minibatch.hpp"
#include "traces/recorder/objective.hpp"
#include "traces/recorder/recipe.hpp"

namespace updraft {

// "cpu" or "cuda". Throws InputError where there is no GPU.
torch::Device device_of(const std::string& name);

// values [rows x channels x height x width], copied.
torch::Tensor tensor_of(const std::vector<float>& values, const ImageShape& shape);

// One network's way through its epochs.
struct Course {
  std::string name;
  Training training;
  Augmentation augmentation;
  std::uint64_t seed = 1;
  std::string fingerprint;  // of what the result depends on
  std::string checkpoint;   // file; empty: keep none
  torch::Device device = torch::kCPU;
};

struct Batch {
  int epoch = 0;  // from 1
  bool epoch_ended = false;
  double loss = 0;
  double accuracy = 0;
  bool resumed = false;  // told once, with epoch = the epochs that a checkpoint spared
  bool began = false;    // told once before the first batch, with epoch = that batch's
};

// Trains `network` in place, from its checkpoint if there is one. Throws InputError for a
// checkpoint of another fingerprint, and where the loss stops being a number.
void train(Network& network, const ImageSet& set, const Normalisation& norm, const Course& course,
           Objective& objective, const std::function<void(const Batch&)>& watch);

// What the network says of every row, not augmented: logits [N x classes], with an early exit those
// of it, too, and with a predictor q.
struct Said {
  std::vector<float> logits;
  std::vector<float> exit;
  std::vector<float> q;
  std::vector<float> theta;  // [N x 4]
};
Said ask(Network& network, const ImageSet& set, const Normalisation& norm, torch::Device device);

}  // namespace updraft
