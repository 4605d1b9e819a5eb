#include "traces/recorder/checkpoint.hpp"

#include <fmt/format.h>
#include <torch/serialize.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>

#include "sim/core/input_error.hpp"

namespace updraft {
namespace {

constexpr char unreadable[] = "is not a checkpoint that can be read";
constexpr char of_another[] = "belongs to another recipe, dataset or seed";

InputError refusal(const std::string& file, const char* text) {
  return InputError(fmt::format(
      "{}: {}; delete it to train anew, or name another folder with --checkpoints", file, text));
}

struct Opened {
  torch::serialize::InputArchive archive;
  std::string fingerprint;
  int epochs_done = 0;
  double objective = 0;
};

Opened opened(const std::string& file, torch::Device device) {
  Opened out;
  c10::IValue fingerprint;
  c10::IValue epochs_done;
  c10::IValue objective;
  try {
    out.archive.load_from(file, device);
    out.archive.read("fingerprint", fingerprint);
    out.archive.read("epochs_done", epochs_done);
    out.archive.read("objective", objective);
  } catch (const std::exception&) {
    throw refusal(file, unreadable);
  }
  if (!fingerprint.isString()) throw refusal(file, of_another);
  if (!epochs_done.isInt() || !objective.isDouble()) throw refusal(file, unreadable);
  out.fingerprint = fingerprint.toStringRef();
  out.epochs_done = static_cast<int>(epochs_done.toInt());
  out.objective = objective.toDouble();
  return out;
}

// All but the weights only where there is a state to take them.
void take(const std::string& file, Opened& checkpoint, Network& network,
          const TrainingState* state) {
  try {
    torch::serialize::InputArchive weights;
    checkpoint.archive.read("network", weights);
    network->load(weights);
    network->arrange();
    if (state == nullptr) return;
    torch::serialize::InputArchive momenta;
    checkpoint.archive.read("optimizer", momenta);
    state->optimizer.load(momenta);
    if (state->average == nullptr) return;
    torch::serialize::InputArchive average;
    checkpoint.archive.read("average", average);
    state->average->load(average, *network);
  } catch (const std::exception&) {
    throw refusal(file, unreadable);
  }
}

// A fingerprint begins "dataset 0123456789abcdef ", the dataset's own; 0 where it does not.
std::uint64_t dataset_of(std::string_view fingerprint) {
  constexpr std::string_view start = "dataset ";
  std::uint64_t dataset = 0;
  if (!fingerprint.starts_with(start)) return dataset;
  fingerprint.remove_prefix(start.size());
  std::from_chars(fingerprint.data(),
                  fingerprint.data() + std::min<std::size_t>(16, fingerprint.size()), dataset, 16);
  return dataset;
}

}  // namespace

void save_checkpoint(const std::string& file, const std::string& fingerprint, int epochs_done,
                     const TrainingState& state) {
  torch::serialize::OutputArchive archive;
  archive.write("fingerprint", c10::IValue(fingerprint));
  archive.write("epochs_done", c10::IValue(std::int64_t{epochs_done}));
  archive.write("objective", c10::IValue(state.objective.state()));
  torch::serialize::OutputArchive weights;
  state.network->save(weights);
  archive.write("network", weights);
  torch::serialize::OutputArchive momenta;
  state.optimizer.save(momenta);
  archive.write("optimizer", momenta);
  if (state.average != nullptr) {
    torch::serialize::OutputArchive average;
    state.average->save(average);
    archive.write("average", average);
  }
  // Each process has a name of its own: two may train one network, to the same bits.
  const std::string unfinished = fmt::format("{}.{}.unfinished", file, ::getpid());
  try {
    archive.save_to(unfinished);
    std::filesystem::rename(unfinished, file);
  } catch (const std::exception&) {
    std::error_code ignored;
    std::filesystem::remove(unfinished, ignored);
    throw InputError(
        fmt::format("{}: cannot be written; is the disk full, the folder writable?", file));
  }
}

int resume_checkpoint(const std::string& file, const std::string& fingerprint, torch::Device device,
                      const TrainingState& state) {
  if (file.empty() || !std::filesystem::exists(file)) return 0;
  Opened checkpoint = opened(file, device);
  if (checkpoint.fingerprint != fingerprint) throw refusal(file, of_another);
  take(file, checkpoint, state.network, &state);
  state.objective.restore(checkpoint.objective);
  return checkpoint.epochs_done;
}

void expect_checkpoint(const std::string& file) {
  if (std::filesystem::is_regular_file(file)) return;
  throw InputError(fmt::format(
      "{}: is not there; expected a checkpoint: updraft-record run ... --checkpoints keeps them",
      file));
}

int load_weights(const std::string& file,
                 const std::function<std::string(std::uint64_t)>& fingerprint_on,
                 Network& network) {
  expect_checkpoint(file);
  Opened checkpoint = opened(file, torch::kCPU);
  if (checkpoint.fingerprint != fingerprint_on(dataset_of(checkpoint.fingerprint))) {
    throw InputError(fmt::format(
        "{}: belongs to another recipe; expected the one that it was trained by, with the same "
        "--set",
        file));
  }
  take(file, checkpoint, network, nullptr);
  return checkpoint.epochs_done;
}

}  // namespace updraft
