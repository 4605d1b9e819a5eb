#include "traces/recorder/recording.hpp"

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>

#include "traces/recorder/judging.hpp"
#include "traces/recorder/training.hpp"

namespace updraft {
namespace {

// `cost`: of the layers that the stage runs and keeps, the whole network's or its exit's.
Stage stage_of(const StageRecipe& recipe, const Cost& cost) {
  Stage out;
  out.name = recipe.name;
  out.family = recipe.network.family;
  out.loss = to_string(recipe.loss);
  out.from = recipe.from;
  out.work = Flops(2 * static_cast<double>(cost.macs));
  out.params = cost.params;
  out.weights = Bytes(4 * static_cast<double>(cost.params));  // float32
  return out;
}

// What one image costs forwards, for the ETA alone; a training step takes about three times that.
// Small networks are bound by memory: an activation weighs as much as some 70 MACs (measured on a
// server's core; it need not be exact).
double forward_work(const Layers& layers) {
  const Cost network = cost(layers);
  return static_cast<double>(network.macs) + 70 * static_cast<double>(network.activations);
}

// One network of a recipe on its way: what it is, and how long it takes.
struct Member {
  std::string name;
  Layers layers;
  Training training;
  std::string fingerprint;
  double epoch_work;
  Network network;
};

class Recording {
 public:
  Recording(const Recipe& recipe, const Dataset& data, const RecordOptions& options)
      : recipe_(recipe),
        options_(options),
        device_(device_of(options.device)),
        parts_(hold_out(data.train, recipe.dataset.calibration, recipe.seed)),
        norm_(normalisation(parts_.rest)) {
    const std::uint64_t dataset = fingerprint(data.train);
    const auto add = [&](const std::string& name, const NetworkChoice& choice, bool predictor,
                         const Training& training, std::string depends) {
      Layers layers = layers_of(choice, data.train.shape, recipe.dataset.classes, predictor);
      const double work = 3 * forward_work(layers);
      Network network(layers, Stream(recipe.seed, name + ".weights"));
      network->to(device_);
      members_.push_back(
          {name, std::move(layers), training, std::move(depends), work, std::move(network)});
    };
    add("cloud", recipe.cloud.network, false, recipe.cloud.training,
        fingerprint_of_cloud(recipe, dataset));
    for (const auto& stage : recipe.stages) {
      add(stage.name, stage.network, stage.has_predictor(), stage.training,
          fingerprint_of_stage(recipe, stage, dataset));
      // the joint loss asks the cloud network, too
      if (stage.loss == StageLoss::white_box) {
        members_.back().epoch_work += forward_work(members_[0].layers);
      }
    }
    for (const auto& member : members_) {
      if (needed(member.name)) all_work_ += member.epoch_work * member.training.epochs;
    }
  }

  // Each network that is asked for, after those that it begins with or learns from.
  void train_all() {
    CrossEntropy classify;
    if (needed("cloud")) train_one(members_[0], classify);
    for (std::size_t i = 0; i < recipe_.stages.size(); ++i) {
      const StageRecipe& stage = recipe_.stages[i];
      if (!needed(stage.name)) continue;
      Member& member = members_[i + 1];
      if (!stage.from.empty()) member.network->warm_start(*member_of(stage.from).network);
      if (stage.loss == StageLoss::plain) {
        train_one(member, classify);
      } else if (stage.has_exit()) {
        TwoExits both(stage.alpha, stage.update);
        train_one(member, both);
      } else {
        const bool white = stage.loss == StageLoss::white_box;
        Joint joint(white ? members_[0].network : Network(nullptr), stage.beta, stage.rule);
        train_one(member, joint);
      }
    }
  }

  InferenceTrace trace(const ImageSet& test) {
    InferenceTrace trace;
    trace.dataset = recipe_.dataset.name;
    trace.classes = recipe_.dataset.classes;
    trace.created_by = "updraft-record " UPDRAFT_VERSION;
    trace.seed = recipe_.seed;
    trace.source = recipe_.dataset.source;
    trace.licence = recipe_.dataset.licence;
    trace.splits.push_back(split("calibration", parts_.held_out));
    // Image folders come class by class; a workload that is replayed row by row shall not.
    trace.splits.push_back(split(
        "test", test.file_bytes.empty()
                    ? test
                    : picked(test, shuffled(test.size(), Stream(recipe_.seed, "test.order")))));
    return trace;
  }

 private:
  // Asked for by name, or all are.
  bool trains(const std::string& name) const {
    const auto& only = options_.only;
    return only.empty() || std::find(only.begin(), only.end(), name) != only.end();
  }

  // Asked for, or what another that is asked for begins with or learns from.
  bool needed(const std::string& name) const {
    if (trains(name)) return true;
    return std::any_of(recipe_.stages.begin(), recipe_.stages.end(), [&](const StageRecipe& stage) {
      const bool learns_from_it = name == "cloud" && stage.loss == StageLoss::white_box;
      return trains(stage.name) && (stage.from == name || learns_from_it);
    });
  }

  Member& member_of(const std::string& name) {
    return *std::find_if(members_.begin(), members_.end(),
                         [&](const Member& member) { return member.name == name; });
  }

  void train_one(Member& member, Objective& objective) {
    const Training& training = member.training;
    Course course;
    course.name = member.name;
    course.training = training;
    course.augmentation = recipe_.augmentation;
    course.seed = recipe_.seed;
    course.fingerprint = member.fingerprint;
    course.device = device_;
    if (!options_.checkpoints.empty()) {
      course.checkpoint = fmt::format("{}/{}.pt", options_.checkpoints, member.name);
    }
    const auto set_size = static_cast<double>(parts_.rest.size());
    std::size_t seen = 0;
    int epoch = 0;
    train(member.network, parts_.rest, norm_, course, objective, [&](const Batch& batch) {
      if (batch.epoch != epoch) seen = 0;
      epoch = batch.epoch;
      if (!batch.began) seen += static_cast<std::size_t>(training.batch);
      const double share =
          batch.epoch_ended ? 1 : std::min(1.0, static_cast<double>(seen) / set_size);
      TrainingStep step;
      step.network = member.name;
      step.epoch = batch.epoch;
      step.epochs = training.epochs;
      step.epoch_ended = batch.epoch_ended;
      step.loss = batch.loss;
      step.accuracy = batch.accuracy;
      step.beta = objective.state();
      step.done =
          std::min(1.0, (work_before_ + member.epoch_work * (batch.epoch - 1 + share)) / all_work_);
      step.resumed = batch.resumed;
      step.began = batch.began;
      options_.watch(step);
    });
    work_before_ += member.epoch_work * training.epochs;
  }

  Split split(const std::string& name, const ImageSet& set) {
    Split out;
    out.name = name;
    out.labels = set.labels;
    for (std::size_t i = 0; i < recipe_.stages.size(); ++i) {
      const StageRecipe& recipe = recipe_.stages[i];
      const Layers& layers = members_[i + 1].layers;
      Said said = ask(members_[i + 1].network, set, norm_, device_);
      if (recipe.has_exit()) {
        Stage exit = stage_of(recipe, cost_of(layers, layers.exit));
        exit.name = recipe.exit_name();
        exit.exit_of = recipe.name;
        exit.answers = judged(std::move(said.exit), set.labels, recipe_.half_logits);
        out.stages.push_back(std::move(exit));
      }
      Stage whole =
          stage_of(recipe, recipe.has_exit() ? cost_of(layers, layers.logits) : cost(layers));
      whole.answers = judged(std::move(said.logits), set.labels, recipe_.half_logits);
      if (!said.q.empty()) whole.scores.push_back({"q", std::move(said.q)});
      out.stages.push_back(std::move(whole));
    }

    Said said = ask(members_[0].network, set, norm_, device_);
    out.variants = image_variants(set, recipe_.reply,
                                  Flops(2 * static_cast<double>(cost(members_[0].layers).macs)),
                                  recipe_.cloud.network.family,
                                  judged(std::move(said.logits), set.labels, recipe_.half_logits));
    return out;
  }

  const Recipe& recipe_;
  const RecordOptions& options_;
  torch::Device device_;
  Parted parts_;
  Normalisation norm_;
  std::vector<Member> members_;  // the cloud network, then the stages in their order
  double all_work_ = 0;
  double work_before_ = 0;
};

Recording begun(const Recipe& recipe, const Dataset& data, const RecordOptions& options) {
  if (recipe.dataset.calibration >= data.train.size()) {
    throw InputError(
        fmt::format("{}: dataset.calibration = {}; expected fewer than the {} training "
                    "images",
                    recipe.file, recipe.dataset.calibration, data.train.size()));
  }
  at::set_num_threads(options.threads);
  return Recording(recipe, data, options);
}

}  // namespace

InferenceTrace record(const Recipe& recipe, const Dataset& data, const RecordOptions& options) {
  Recording recording = begun(recipe, data, options);
  recording.train_all();
  return recording.trace(data.test);
}

void train_only(const Recipe& recipe, const Dataset& data, const RecordOptions& options) {
  begun(recipe, data, options).train_all();
}

}  // namespace updraft
