// A recording as the user describes it: one YAML file, plain structs that mirror it. Reading checks
// everything that can be checked without the dataset; nothing is trained here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/document.hpp"
#include "sim/units/quantity.hpp"
#include "traces/recorder/beta.hpp"
#include "traces/recorder/jpeg_codec.hpp"
#include "traces/recorder/minibatch.hpp"
#include "traces/recorder/networks/network_form.hpp"
#include "traces/recorder/transform.hpp"

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
  std::optional<Transform> transform{};  // what is done to its images; nothing where it is absent
};

enum class Decay { cosine, step };

// Epochs at one rate behind all others, over which weights are averaged (weight_average.hpp).
struct Averaging {
  int epochs = 0;  // 0: none
  double rate = 0;
};

// Stochastic gradient descent with Nesterov momentum.
struct Training {
  int epochs = 1;
  int batch = 128;
  double rate = 0.1;  // the largest learning rate
  double momentum = 0.9;
  double weight_decay = 5e-4;
  int warm_up = 0;  // epochs in which the rate climbs from 0
  Decay decay = Decay::cosine;
  Averaging average{};

  int all_epochs() const { return epochs + average.epochs; }
};

// The learning rate after `epochs_done` epochs (fractions count):
//   warm-up  rate * t / warm_up                          t < warm_up
//   cosine   rate * (1 + cos(pi u)) / 2                  u = (t - warm_up) / (epochs - warm_up)
//   step     rate * 0.2^k, k of {30 %, 60 %, 80 %} <= u  (the shape of the usual 60/120/160 of 200)
//   average.rate                                         t >= epochs
double learning_rate(const Training& training, double epochs_done);

struct CloudRecipe {
  NetworkChoice network;
  Training training;
};

// What an edge network is trained by: cross-entropy, jointly with a predictor head (seeds/000, eqs.
// 9 and 10), by the cross-entropies of two exits (seeds/001, eq. 9), or, an extractor, by that of a
// cloud network that sees its crop alone (seeds/004).
enum class StageLoss { plain, white_box, black_box, two_exits, crop };
std::string to_string(StageLoss loss);

// How two exits move the weights that they share and those that they do not (objective.hpp).
enum class ExitUpdate { weighted, layer_wise };

// A network that the edge can run: one stage of the recording; with two exits two, the exit's and
// the whole network's.
struct StageRecipe {
  std::string name;
  StageLoss loss = StageLoss::plain;
  std::string from;       // the plain stage whose weights it begins with; empty: random ones
  NetworkChoice network;  // of `from`, where there is one
  Training training;
  double beta = 0.1;  // at the start; of the joint losses
  BetaRule rule;
  double alpha = 0.5;  // of two exits: the weight of the whole network's loss, in (0, 1)
  ExitUpdate update = ExitUpdate::weighted;
  double penalty = 0.1;     // of a crop's scale, objective.hpp (2)
  double penalty_ramp = 0;  // batches over which it grows from 0

  bool has_predictor() const {
    return loss == StageLoss::white_box || loss == StageLoss::black_box;
  }
  bool has_exit() const { return loss == StageLoss::two_exits; }
  bool crops() const { return loss == StageLoss::crop; }
  std::string exit_name() const { return name + "_exit"; }
};

enum class CodecKind { jpeg, deepn_jpeg, png };

// A way to send an image coded: one variant of the recording. What a lossy codec leaves of it, the
// cloud's network, trained anew on such images, answers; PNG keeps all, and the cloud network's
// answers.
struct CodecRecipe {
  std::string name;
  CodecKind kind = CodecKind::jpeg;
  double quality = 50;  // in (0, 100], jpeg_codec.hpp; of the lossy ones
  JpegTables tables = JpegTables::in_file;
  JpegHuffman huffman = JpegHuffman::annex_k;
  bool from_cloud = false;  // begins with the weights of `cloud`
  Training training;

  bool lossy() const { return kind != CodecKind::png; }
};

struct Recipe {
  std::string file;
  std::uint64_t seed = 1;
  DatasetRecipe dataset;
  Augmentation augmentation;
  CloudRecipe cloud;
  std::vector<StageRecipe> stages;  // each after the one that it is `from`
  std::vector<CodecRecipe> codecs;
  Bytes reply;
  bool half_logits = false;  // logits rounded to float16: half the bytes

  const StageRecipe* stage(const std::string& name) const;  // null if there is none
  // Of all networks that are trained: "cloud", the stages and the lossy codecs.
  std::vector<std::string> network_names() const;
};

// Throws InputError with every mistake.
Recipe read_recipe(const Document& document);
// A file's, with the values that --set gives: each "path=value".
Recipe read_recipe(const std::string& file, const std::vector<std::string>& settings);

// What a trained network depends on, one line each: equal text (and threads), equal network. A
// stage depends on the one that it is `from` and, white box, on the cloud network.
std::string fingerprint_of_cloud(const Recipe& recipe, std::uint64_t dataset);
std::string fingerprint_of_stage(const Recipe& recipe, const StageRecipe& stage,
                                 std::uint64_t dataset);
std::string fingerprint_of_codec(const Recipe& recipe, const CodecRecipe& codec,
                                 std::uint64_t dataset);

}  // namespace updraft
