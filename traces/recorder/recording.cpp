#include "traces/recorder/recording.hpp"

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <torch/cuda.h>

#include <algorithm>

#include "traces/recorder/training.hpp"

namespace updraft {
namespace {

torch::Device device_of(const std::string& name) {
  if (name == "cpu") return torch::kCPU;
  if (!torch::cuda::is_available()) {
    throw InputError("--device = cuda; expected cpu, since this libtorch sees no GPU");
  }
  return torch::kCUDA;
}

Answers answers(std::vector<float> logits, const std::vector<std::int32_t>& labels) {
  Answers out;
  const std::size_t classes = logits.size() / labels.size();
  for (std::size_t row = 0; row < labels.size(); ++row) {
    const auto first = logits.begin() + static_cast<std::ptrdiff_t>(row * classes);
    const auto largest = std::max_element(first, first + static_cast<std::ptrdiff_t>(classes));
    out.predicted.push_back(static_cast<std::int32_t>(largest - first));
    out.correct.push_back(out.predicted.back() == labels[row] ? 1 : 0);
  }
  out.logits = std::move(logits);
  return out;
}

Stage stage(const std::string& name, const std::string& family, const Cost& cost) {
  Stage out;
  out.name = name;
  out.family = family;
  out.work = Flops(2 * static_cast<double>(cost.macs));
  out.params = cost.params;
  out.weights = Bytes(4 * static_cast<double>(cost.params));  // float32
  return out;
}

// What one image costs forwards, for the ETA alone; a training step takes about three times that.
// Small networks are bound by memory: an activation weighs as much as some 70 MACs (measured on a
// server's core; it need not be exact).
double forward_work(const Cost& network) {
  return static_cast<double>(network.macs) + 70 * static_cast<double>(network.activations);
}

// The three networks of one recipe, and the work left until all are trained.
class Recording {
 public:
  Recording(const Recipe& recipe, const Dataset& data, const RecordOptions& options)
      : recipe_(recipe),
        options_(options),
        device_(device_of(options.device)),
        dataset_(fingerprint(data.train)),
        parts_(hold_out(data.train, recipe.dataset.calibration, recipe.seed)),
        norm_(normalisation(parts_.rest)),
        layers_{layers_of(recipe.cloud.network, data.train.shape, recipe.dataset.classes, false),
                layers_of(recipe.edge.network, data.train.shape, recipe.dataset.classes, false),
                layers_of(recipe.edge.network, data.train.shape, recipe.dataset.classes, true)} {
    for (std::size_t i = 0; i < 3; ++i) epoch_work_[i] = 3 * forward_work(cost(layers_[i]));
    epoch_work_[2] += forward_work(cost(layers_[0]));  // the joint loss asks the cloud network, too
    all_work_ = epoch_work_[0] * recipe.cloud.training.epochs +
                epoch_work_[1] * recipe.edge.training.epochs +
                epoch_work_[2] * recipe.appealnet.training.epochs;
  }

  InferenceTrace run(const ImageSet& test) {
    Network cloud = fresh(0, "cloud.weights");
    CrossEntropy classify;
    train_one(0, cloud, "cloud", recipe_.cloud.training, classify,
              fingerprint_of_cloud(recipe_, dataset_));

    Network plain = fresh(1, "plain.weights");
    train_one(1, plain, "plain", recipe_.edge.training, classify,
              fingerprint_of_plain(recipe_, dataset_));

    Network appealnet = fresh(2, "appealnet.weights");
    appealnet->warm_start(*plain);
    Joint joint(cloud, recipe_.appealnet.beta, recipe_.appealnet.rule);
    train_one(2, appealnet, "appealnet", recipe_.appealnet.training, joint,
              fingerprint_of_appealnet(recipe_, dataset_));

    InferenceTrace trace;
    trace.dataset = recipe_.dataset.name;
    trace.classes = recipe_.dataset.classes;
    trace.created_by = "updraft-record " UPDRAFT_VERSION;
    trace.seed = recipe_.seed;
    trace.source = recipe_.dataset.source;
    trace.licence = recipe_.dataset.licence;
    const auto add = [&](const char* name, const ImageSet& set) {
      trace.splits.push_back(split(name, set, cloud, plain, appealnet));
    };
    add("calibration", parts_.held_out);
    // Image folders come class by class; a workload that is replayed row by row shall not.
    add("test", test.file_bytes.empty()
                    ? test
                    : picked(test, shuffled(test.size(), Stream(recipe_.seed, "test.order"))));
    return trace;
  }

 private:
  Network fresh(std::size_t which, const char* stream) {
    Network network(layers_[which], Stream(recipe_.seed, stream));
    network->to(device_);
    return network;
  }

  void train_one(std::size_t which, Network& network, const std::string& name,
                 const Training& training, Objective& objective, const std::string& dependence) {
    Course course;
    course.name = name;
    course.training = training;
    course.augmentation = recipe_.augmentation;
    course.seed = recipe_.seed;
    course.fingerprint = dependence;
    course.device = device_;
    if (!options_.checkpoints.empty()) {
      course.checkpoint = fmt::format("{}/{}.pt", options_.checkpoints, name);
    }
    const auto set_size = static_cast<double>(parts_.rest.size());
    std::size_t seen = 0;
    int epoch = 0;
    train(network, parts_.rest, norm_, course, objective, [&](const Batch& batch) {
      if (batch.epoch != epoch) seen = 0;
      epoch = batch.epoch;
      if (!batch.began) seen += static_cast<std::size_t>(training.batch);
      const double share =
          batch.epoch_ended ? 1 : std::min(1.0, static_cast<double>(seen) / set_size);
      TrainingStep step;
      step.network = name;
      step.epoch = batch.epoch;
      step.epochs = training.epochs;
      step.epoch_ended = batch.epoch_ended;
      step.loss = batch.loss;
      step.accuracy = batch.accuracy;
      step.beta = objective.state();
      step.done = (work_before_ + epoch_work_[which] * (batch.epoch - 1 + share)) / all_work_;
      step.resumed = batch.resumed;
      step.began = batch.began;
      options_.watch(step);
    });
    work_before_ += epoch_work_[which] * training.epochs;
  }

  Split split(const std::string& name, const ImageSet& set, Network& cloud, Network& plain,
              Network& appealnet) {
    Split out;
    out.name = name;
    out.labels = set.labels;
    const std::string& family = recipe_.edge.network.family;
    out.stages.push_back(stage("plain", family, cost(layers_[1])));
    out.stages.back().answers = answers(ask(plain, set, norm_, device_).logits, set.labels);
    out.stages.push_back(stage("appealnet", family, cost(layers_[2])));
    Said said = ask(appealnet, set, norm_, device_);
    out.stages.back().answers = answers(std::move(said.logits), set.labels);
    out.stages.back().scores.push_back({"q", std::move(said.q)});

    Variant image;
    image.name = "image";
    image.payload = Bytes(static_cast<double>(set.shape.values()));
    image.reply = recipe_.reply;
    image.cloud_work = Flops(2 * static_cast<double>(cost(layers_[0]).macs));
    image.family = recipe_.cloud.network.family;
    image.answers = answers(ask(cloud, set, norm_, device_).logits, set.labels);
    out.variants.push_back(image);
    if (!set.file_bytes.empty()) {
      // The networks saw the decoded files, so that sending the file changes nothing but its size.
      image.name = "jpeg";
      image.payload = Bytes();
      image.payload_bytes = set.file_bytes;
      out.variants.push_back(std::move(image));
    }
    return out;
  }

  const Recipe& recipe_;
  const RecordOptions& options_;
  torch::Device device_;
  std::uint64_t dataset_;
  Parted parts_;
  Normalisation norm_;
  Layers layers_[3];  // cloud, plain, appealnet
  double epoch_work_[3] = {};
  double all_work_ = 0;
  double work_before_ = 0;
};

}  // namespace

InferenceTrace record(const Recipe& recipe, const Dataset& data, const RecordOptions& options) {
  if (recipe.dataset.calibration >= data.train.size()) {
    throw InputError(
        fmt::format("{}: dataset.calibration = {}; expected fewer than the {} training "
                    "images",
                    recipe.file, recipe.dataset.calibration, data.train.size()));
  }
  at::set_num_threads(options.threads);
  return Recording(recipe, data, options).run(data.test);
}

}  // namespace updraft
