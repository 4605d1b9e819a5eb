// From a recipe and a dataset to a recorded inference trace: trains the cloud network and every
// stage, then asks all of them about every row of the calibration and the test split. Neither reads
// the clock nor prints: a watcher is told of every batch.
#pragma once

#include <functional>
#include <string>

#include "traces/inference_trace.hpp"
#include "traces/recorder/dataset.hpp"
#include "traces/recorder/recipe.hpp"

namespace updraft {

struct TrainingStep {
  std::string network;  // "cloud", or a stage's name
  int epoch = 0;        // from 1
  int epochs = 0;
  bool epoch_ended = false;
  double loss = 0;       // mean of the epoch so far
  double accuracy = 0;   // of the epoch so far, on augmented images; 0 to 1
  double beta = 0;       // of a joint loss; else 0
  double done = 0;       // share of the whole recording's work, 0 to 1
  bool resumed = false;  // nothing was trained: a checkpoint stood in
  bool began = false;    // nothing is trained yet: `epoch` is the first that will be
};

struct RecordOptions {
  std::string checkpoints;  // an existing folder; empty: keep none
  int threads = 1;
  std::string device = "cpu";  // or "cuda"
  // Train these networks alone ("cloud", stages), and those that they begin with or learn from;
  // empty: all.
  std::vector<std::string> only;
  std::function<void(const TrainingStep&)> watch = [](const TrainingStep&) {};
};

// Throws InputError: too few rows to hold out the calibration split, a checkpoint of another recipe
// or unreadable, a training that diverges, a device that is not there. The same recipe, dataset and
// number of threads give the same trace, whether resumed or not.
InferenceTrace record(const Recipe& recipe, const Dataset& data, const RecordOptions& options);

// The same without a trace: leaves the checkpoints. Two programs, each with some of the networks
// and one thread, train faster than one with two threads.
void train_only(const Recipe& recipe, const Dataset& data, const RecordOptions& options);

}  // namespace updraft
