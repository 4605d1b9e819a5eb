#include "traces/recorder/training.hpp"

#include <fmt/format.h>
#include <torch/cuda.h>
#include <torch/optim/sgd.h>
#include <torch/serialize.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "sim/core/input_error.hpp"

namespace updraft {
namespace {

torch::Tensor labels_of(const ImageSet& set, std::span<const std::size_t> rows,
                        torch::Device device) {
  std::vector<std::int64_t> labels;
  labels.reserve(rows.size());
  for (const std::size_t row : rows) labels.push_back(set.labels[row]);
  return torch::tensor(labels).to(device);
}

void save(const Course& course, int epochs_done, const Network& network,
          const torch::optim::SGD& optimizer, const Objective& objective) {
  torch::serialize::OutputArchive archive;
  archive.write("fingerprint", c10::IValue(course.fingerprint));
  archive.write("epochs_done", c10::IValue(std::int64_t{epochs_done}));
  archive.write("objective", c10::IValue(objective.state()));
  torch::serialize::OutputArchive weights;
  network->save(weights);
  archive.write("network", weights);
  torch::serialize::OutputArchive momenta;
  optimizer.save(momenta);
  archive.write("optimizer", momenta);
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

// The epochs that the checkpoint spares; 0 where there is none.
int resume(const Course& course, Network& network, torch::optim::SGD& optimizer,
           Objective& objective) {
  if (course.checkpoint.empty() || !std::filesystem::exists(course.checkpoint)) return 0;
  const auto refuse = [&](const char* text) {
    throw InputError(
        fmt::format("{}: {}; delete it to train anew, or name another folder with --checkpoints",
                    course.checkpoint, text));
  };
  c10::IValue fingerprint;
  c10::IValue epochs_done;
  c10::IValue state;
  try {
    torch::serialize::InputArchive archive;
    archive.load_from(course.checkpoint, course.device);
    archive.read("fingerprint", fingerprint);
    archive.read("epochs_done", epochs_done);
    archive.read("objective", state);
    if (fingerprint.isString() && fingerprint.toStringRef() == course.fingerprint) {
      torch::serialize::InputArchive weights;
      archive.read("network", weights);
      network->load(weights);
      network->arrange();
      torch::serialize::InputArchive momenta;
      archive.read("optimizer", momenta);
      optimizer.load(momenta);
    }
  } catch (const std::exception&) {
    refuse("is not a checkpoint that can be read");
  }
  if (!fingerprint.isString() || fingerprint.toStringRef() != course.fingerprint) {
    refuse("belongs to another recipe, dataset or seed");
  }
  if (!state.isDouble() || !epochs_done.isInt()) refuse("is not a checkpoint that can be read");
  objective.restore(state.toDouble());
  return static_cast<int>(epochs_done.toInt());
}

}  // namespace

torch::Device device_of(const std::string& name) {
  if (name == "cpu") return torch::kCPU;
  if (!torch::cuda::is_available()) {
    throw InputError("--device = cuda; expected cpu, since this libtorch sees no GPU");
  }
  return torch::kCUDA;
}

torch::Tensor tensor_of(const std::vector<float>& values, const ImageShape& shape) {
  const auto rows = static_cast<std::int64_t>(values.size() / shape.values());
  auto* first = const_cast<float*>(values.data());  // only read, and copied at once
  return torch::from_blob(first, {rows, shape.channels, shape.height, shape.width}).clone();
}

void train(Network& network, const ImageSet& set, const Normalisation& norm, const Course& course,
           Objective& objective, const std::function<void(const Batch&)>& watch) {
  const Training& training = course.training;
  network->to(course.device);
  network->arrange();
  network->train();
  torch::optim::SGD optimizer(network->parameters(), torch::optim::SGDOptions(training.rate)
                                                         .momentum(training.momentum)
                                                         .weight_decay(training.weight_decay)
                                                         .nesterov(training.momentum > 0));
  const int spared = resume(course, network, optimizer, objective);
  if (spared > 0) watch({spared, true, 0, 0, true, false});
  if (spared < training.epochs) watch({spared + 1, false, 0, 0, false, true});

  const auto batch = std::min(static_cast<std::size_t>(training.batch), set.size());
  // An incomplete last batch is left out; its rows have their turn in other epochs' orders.
  const std::size_t batches = set.size() / batch;
  for (int epoch = spared; epoch < training.epochs; ++epoch) {
    const auto index = static_cast<std::uint64_t>(epoch);
    const auto order = shuffled(set.size(), Stream(course.seed, course.name + ".order", index));
    Stream views(course.seed, course.name + ".augmentation", index);
    double loss_sum = 0;
    std::int64_t right = 0;
    for (std::size_t i = 0; i < batches; ++i) {
      const double done = epoch + static_cast<double>(i) / static_cast<double>(batches);
      for (auto& group : optimizer.param_groups()) {
        static_cast<torch::optim::SGDOptions&>(group.options()).lr(learning_rate(training, done));
      }
      const std::span<const std::size_t> rows(order.data() + i * batch, batch);
      const auto images =
          tensor_of(augmented_inputs(set, rows, norm, course.augmentation, views), set.shape)
              .to(course.device);
      const auto labels = labels_of(set, rows, course.device);
      optimizer.zero_grad();
      const NetworkOutput out = network->forward(images);
      const torch::Tensor loss = objective.loss(images, out, labels);
      loss.backward();
      objective.correct(*network);
      optimizer.step();

      const double value = loss.item<double>();
      if (!std::isfinite(value)) {
        throw InputError(
            fmt::format("training of {} diverged in epoch {} (loss = {}); expected a "
                        "lower rate",
                        course.name, epoch + 1, value));
      }
      loss_sum += value;
      right += (out.logits.argmax(1) == labels).sum().item<std::int64_t>();
      const bool ended = i + 1 == batches;
      if (ended && !course.checkpoint.empty()) {
        save(course, epoch + 1, network, optimizer, objective);
      }
      const auto seen = static_cast<double>(i + 1);
      watch({epoch + 1, ended, loss_sum / seen,
             static_cast<double>(right) / (seen * static_cast<double>(batch)), false, false});
    }
  }
}

Said ask(Network& network, const ImageSet& set, const Normalisation& norm, torch::Device device) {
  constexpr std::size_t batch = 500;
  torch::NoGradGuard no_gradients;
  network->eval();
  Said said;
  std::vector<std::size_t> rows;
  const auto append = [](std::vector<float>& to, const torch::Tensor& values) {
    const torch::Tensor flat = values.to(torch::kCPU).contiguous();
    to.insert(to.end(), flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel());
  };
  for (std::size_t first = 0; first < set.size(); first += batch) {
    rows.clear();
    for (std::size_t row = first; row < std::min(first + batch, set.size()); ++row) {
      rows.push_back(row);
    }
    const NetworkOutput out =
        network->forward(tensor_of(inputs(set, rows, norm), set.shape).to(device));
    append(said.logits, out.logits);
    if (out.exit.defined()) append(said.exit, out.exit);
    if (out.theta.defined()) append(said.theta, out.theta);
    if (out.appeal.defined()) append(said.q, torch::sigmoid(out.appeal));
  }
  return said;
}

}  // namespace updraft
