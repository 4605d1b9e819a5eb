// From a recipe and a dataset to a recorded inference trace: trains the cloud network, the plain
// edge network and the two-head network, then asks all of them about every row of the calibration
// and the test split. Neither reads the clock nor prints: a watcher is told of every batch.
#pragma once

#include <functional>
#include <string>

#include "traces/inference_trace.hpp"
#include "traces/recorder/dataset.hpp"
#include "traces/recorder/recipe.hpp"

namespace updraft {

struct TrainingStep {
  std::string network;  // "cloud", "plain" or "appealnet"
  int epoch = 0;        // from 1
  int epochs = 0;
  bool epoch_ended = false;
  double loss = 0;       // mean of the epoch so far
  double accuracy = 0;   // of the epoch so far, on augmented images; 0 to 1
  double beta = 0;       // of the appealnet; else 0
  double done = 0;       // share of the whole recording's work, 0 to 1
  bool resumed = false;  // nothing was trained: a checkpoint stood in
  bool began = false;    // nothing is trained yet: `epoch` is the first that will be
};

struct RecordOptions {
  std::string checkpoints;  // an existing folder; empty: keep none
  int threads = 1;
  std::string device = "cpu";  // or "cuda"
  std::function<void(const TrainingStep&)> watch = [](const TrainingStep&) {};
};

// Throws InputError: too few rows to hold out the calibration split, a checkpoint of another recipe
// or unreadable, a training that diverges, a device that is not there. The same recipe, dataset and
// number of threads give the same trace, whether resumed or not.
InferenceTrace record(const Recipe& recipe, const Dataset& data, const RecordOptions& options);

}  // namespace updraft
