#include "traces/recorder/checkpoint.hpp"

#include <fmt/format.h>
#include <torch/serialize.h>
#include <unistd.h>

#include <filesystem>

#include "sim/core/input_error.hpp"

namespace updraft {

void save(const Course& course, int epochs_done, const TrainingState& state) {
  torch::serialize::OutputArchive archive;
  archive.write("fingerprint", c10::IValue(course.fingerprint));
  archive.write("epochs_done", c10::IValue(std::int64_t{epochs_done}));
  archive.write("objective", c10::IValue(state.objective.state()));
  torch::serialize::OutputArchive weights;
  state.network->save(weights);
  archive.write("network", weights);
  torch::serialize::OutputArchive momenta;
  state.optimizer.save(momenta);
  archive.write("optimizer", momenta);
  if (course.training.average.epochs > 0) {
    torch::serialize::OutputArchive average;
    state.average.save(average);
    archive.write("average", average);
  }
  // Renamed when whole: a kill leaves the checkpoint before, never half of this one.
  // Each process has a name of its own: two may train one network, to the same bits.
  const std::string unfinished = fmt::format("{}.{}.unfinished", course.checkpoint, ::getpid());
  try {
    archive.save_to(unfinished);
    std::filesystem::rename(unfinished, course.checkpoint);
  } catch (const std::exception&) {
    std::error_code ignored;
    std::filesystem::remove(unfinished, ignored);
    throw InputError(fmt::format("{}: cannot be written; is the disk full, the folder writable?",
                                 course.checkpoint));
  }
}

int resume(const Course& course, const TrainingState& state) {
  if (course.checkpoint.empty() || !std::filesystem::exists(course.checkpoint)) return 0;
  const auto refuse = [&](const char* text) {
    throw InputError(
        fmt::format("{}: {}; delete it to train anew, or name another folder with --checkpoints",
                    course.checkpoint, text));
  };
  c10::IValue fingerprint;
  c10::IValue epochs_done;
  c10::IValue objective;
  try {
    torch::serialize::InputArchive archive;
    archive.load_from(course.checkpoint, course.device);
    archive.read("fingerprint", fingerprint);
    archive.read("epochs_done", epochs_done);
    archive.read("objective", objective);
    if (fingerprint.isString() && fingerprint.toStringRef() == course.fingerprint) {
      torch::serialize::InputArchive weights;
      archive.read("network", weights);
      state.network->load(weights);
      state.network->arrange();
      torch::serialize::InputArchive momenta;
      archive.read("optimizer", momenta);
      state.optimizer.load(momenta);
      if (course.training.average.epochs > 0) {
        torch::serialize::InputArchive average;
        archive.read("average", average);
        state.average.load(average, *state.network);
      }
    }
  } catch (const std::exception&) {
    refuse("is not a checkpoint that can be read");
  }
  if (!fingerprint.isString() || fingerprint.toStringRef() != course.fingerprint) {
    refuse("belongs to another recipe, dataset or seed");
  }
  if (!objective.isDouble() || !epochs_done.isInt()) refuse("is not a checkpoint that can be read");
  state.objective.restore(objective.toDouble());
  return static_cast<int>(epochs_done.toInt());
}

}  // namespace updraft
