// A recording as the user describes it: one YAML file, plain structs that mirror it. Reading checks
// everything that can be checked without the dataset; nothing is trained here.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/document.hpp"
#include "sim/units/quantity.hpp"
#include "traces/recorder/architecture.hpp"
#include "traces/recorder/beta.hpp"
#include "traces/recorder/minibatch.hpp"

namespace updraft {

enum class DatasetKind { idx, image_folder };

struct DatasetRecipe {
  std::string name;
  DatasetKind kind = DatasetKind::idx;
  std::string path;               // may be empty: then --data names the folder
  std::int32_t classes = 0;       // in [2, 1000]
  std::uint64_t calibration = 0;  // rows held out of the training set, at least 1
  std::string source;
  std::string licence;
  // Files of the folder and their SHA-1 in lower-case hexadecimal: what tells the dataset from its
  // namesakes. Empty: any folder will do.
  std::vector<std::pair<std::string, std::string>> sha1{};
};

enum class Decay { cosine, step };

// Stochastic gradient descent with Nesterov momentum.
struct Training {
  int epochs = 1;
  int batch = 128;
  double rate = 0.1;  // the largest learning rate
  double momentum = 0.9;
  double weight_decay = 5e-4;
  int warm_up = 0;  // epochs in which the rate climbs from 0
  Decay decay = Decay::cosine;
};

// The learning rate after `epochs_done` epochs (fractions count):
//   warm-up  rate * t / warm_up                          t < warm_up
//   cosine   rate * (1 + cos(pi u)) / 2                  u = (t - warm_up) / (epochs - warm_up)
//   step     rate * 0.2^k, k of {30 %, 60 %, 80 %} <= u  (the shape of the usual 60/120/160 of 200)
double learning_rate(const Training& training, double epochs_done);

struct EdgeRecipe {
  ResNet network;
  Training training;
};

// Joint training of approximator and predictor, from the plain edge network's weights.
struct AppealNetRecipe {
  Training training;
  double beta = 0.1;  // at the start
  BetaRule rule;
};

struct CloudRecipe {
  ResNet network;
  Training training;
};

struct Recipe {
  std::string file;
  std::uint64_t seed = 1;
  DatasetRecipe dataset;
  Augmentation augmentation;
  EdgeRecipe edge;
  AppealNetRecipe appealnet;
  CloudRecipe cloud;
  Bytes reply;
};

// Throws InputError with every mistake.
Recipe read_recipe(const Document& document);

// What a trained network depends on, one line each: equal text (and threads), equal network. The
// appealnet depends on the other two as well.
std::string fingerprint_of_plain(const Recipe& recipe, std::uint64_t dataset);
std::string fingerprint_of_cloud(const Recipe& recipe, std::uint64_t dataset);
std::string fingerprint_of_appealnet(const Recipe& recipe, std::uint64_t dataset);

}  // namespace updraft
