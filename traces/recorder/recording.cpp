#include "traces/recorder/recording.hpp"

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>

#include "sim/core/input_error.hpp"
#include "traces/recorder/named_dataset.hpp"
#include "traces/recorder/recorded_split.hpp"
#include "traces/recorder/training.hpp"

namespace updraft {
namespace {

class Recording {
 public:
  Recording(const Recipe& recipe, const Dataset& data, const RecordOptions& options)
      : recipe_(recipe),
        options_(options),
        device_(device_of(options.device)),
        parts_(parted(recipe, data.train)),
        members_(members_of(recipe, data.train.shape, fingerprint(data.train),
                            normalisation(parts_.rest), device_)) {
    for (const auto& codec : recipe.codecs) codecs_.emplace_back(codec, parts_.rest);
    for (const auto& member : members_) {
      if (needed(member.name)) all_work_ += member.epoch_work * member.training.all_epochs();
    }
  }

  // Each network that is asked for, after those that it begins with or learns from.
  void train_all() {
    CrossEntropy classify;
    if (needed("cloud")) train_one(members_[0], parts_.rest, classify);
    for (std::size_t i = 0; i < recipe_.stages.size(); ++i) {
      const StageRecipe& stage = recipe_.stages[i];
      if (!needed(stage.name)) continue;
      Member& member = members_[i + 1];
      if (!stage.from.empty()) member.network->warm_start(*member_of(stage.from).network);
      if (stage.loss == StageLoss::plain) {
        train_one(member, parts_.rest, classify);
      } else if (stage.has_exit()) {
        TwoExits both(stage.alpha, stage.update);
        train_one(member, parts_.rest, both);
      } else if (stage.crops()) {
        CropLoss crop(stage.penalty, stage.penalty_ramp);
        train_one(member, parts_.rest, crop);
      } else {
        const bool white = stage.loss == StageLoss::white_box;
        Joint joint(white ? members_[0].network : Network(nullptr), stage.beta, stage.rule);
        train_one(member, parts_.rest, joint);
      }
    }
    train_codecs(classify);
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
    trace.splits.push_back(split("test", in_order_of_trace(recipe_, test)));
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
    const auto begins_with_it = [&](const CodecRecipe& codec) {
      return name == "cloud" && codec.from_cloud && trains(codec.name);
    };
    if (std::any_of(recipe_.codecs.begin(), recipe_.codecs.end(), begins_with_it)) return true;
    return std::any_of(recipe_.stages.begin(), recipe_.stages.end(), [&](const StageRecipe& stage) {
      const bool learns_from_it = name == "cloud" && stage.loss == StageLoss::white_box;
      return trains(stage.name) && (stage.from == name || learns_from_it);
    });
  }

  Member& member_of(const std::string& name) {
    return *std::find_if(members_.begin(), members_.end(),
                         [&](const Member& member) { return member.name == name; });
  }

  // The cloud's network anew, on what each lossy codec leaves of the images.
  void train_codecs(CrossEntropy& classify) {
    for (std::size_t i = 0; i < codecs_.size(); ++i) {
      const CodecRecipe& codec = recipe_.codecs[i];
      if (!codec.lossy() || !needed(codec.name)) continue;
      const ImageSet seen = codecs_[i].coded(parts_.rest).decoded;
      Member& member = member_of(codec.name);
      member.norm = normalisation(seen);
      if (codec.from_cloud) member.network->warm_start(*members_[0].network);
      train_one(member, seen, classify);
    }
  }

  void train_one(Member& member, const ImageSet& set, Objective& objective) {
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
    const auto set_size = static_cast<double>(set.size());
    std::size_t seen = 0;
    int epoch = 0;
    train(member.network, set, member.norm, course, objective, [&](const Batch& batch) {
      if (batch.epoch != epoch) seen = 0;
      epoch = batch.epoch;
      if (!batch.began) seen += static_cast<std::size_t>(training.batch);
      const double share =
          batch.epoch_ended ? 1 : std::min(1.0, static_cast<double>(seen) / set_size);
      TrainingStep step;
      step.network = member.name;
      step.epoch = batch.epoch;
      step.epochs = training.all_epochs();
      step.epoch_ended = batch.epoch_ended;
      step.loss = batch.loss;
      step.accuracy = batch.accuracy;
      step.beta = objective.beta();
      step.done =
          std::min(1.0, (work_before_ + member.epoch_work * (batch.epoch - 1 + share)) / all_work_);
      step.resumed = batch.resumed;
      step.began = batch.began;
      options_.watch(step);
    });
    work_before_ += member.epoch_work * training.all_epochs();
  }

  Split split(const std::string& name, const ImageSet& set) {
    return recorded_split(name, set, recipe_, members_, codecs_, device_);
  }

  const Recipe& recipe_;
  const RecordOptions& options_;
  torch::Device device_;
  Parted parts_;
  std::vector<Member> members_;  // the cloud network, the stages, the lossy codecs' networks
  std::vector<Codec> codecs_;
  double all_work_ = 0;
  double work_before_ = 0;
};

Recording begun(const Recipe& recipe, const Dataset& data, const RecordOptions& options) {
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
