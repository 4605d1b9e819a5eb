#include "traces/recorder/training.hpp"

#include <fmt/format.h>
#include <torch/cuda.h>
#include <torch/optim/sgd.h>

#include <algorithm>
#include <cmath>

#include "sim/core/input_error.hpp"
#include "traces/recorder/checkpoint.hpp"

namespace updraft {
namespace {

torch::Tensor labels_of(const ImageSet& set, std::span<const std::size_t> rows,
                        torch::Device device) {
  std::vector<std::int64_t> labels;
  labels.reserve(rows.size());
  for (const std::size_t row : rows) labels.push_back(set.labels[row]);
  return torch::tensor(labels).to(device);
}

// The images of one epoch, in an order and in views of its own.
class EpochImages {
 public:
  EpochImages(const ImageSet& set, const Normalisation& norm, const Course& course, int epoch)
      : set_(set),
        norm_(norm),
        course_(course),
        order_(shuffled(set.size(), Stream(course.seed, course.name + ".order",
                                           static_cast<std::uint64_t>(epoch)))),
        views_(course.seed, course.name + ".augmentation", static_cast<std::uint64_t>(epoch)) {}
  std::span<const std::size_t> rows(std::size_t i, std::size_t batch) const {
    return {order_.data() + i * batch, batch};
  }
  // Once for each batch, in their order.
  torch::Tensor images(std::span<const std::size_t> rows) {
    return tensor_of(augmented_inputs(set_, rows, norm_, course_.augmentation, views_), set_.shape)
        .to(course_.device);
  }

 private:
  const ImageSet& set_;
  const Normalisation& norm_;
  const Course& course_;
  std::vector<std::size_t> order_;
  Stream views_;
};

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
  WeightAverage average;
  const TrainingState state{network, optimizer, objective,
                            training.average.epochs > 0 ? &average : nullptr};
  const int epochs = training.all_epochs();
  const int spared = resume_checkpoint(course.checkpoint, course.fingerprint, course.device, state);
  if (spared > 0) watch({spared, true, 0, 0, true, false});
  if (spared < epochs) watch({spared + 1, false, 0, 0, false, true});

  const auto batch = std::min(static_cast<std::size_t>(training.batch), set.size());
  // An incomplete last batch is left out; its rows have their turn in other epochs' orders.
  const std::size_t batches = set.size() / batch;
  for (int epoch = spared; epoch < epochs; ++epoch) {
    EpochImages images_of(set, norm, course, epoch);
    double loss_sum = 0;
    std::int64_t right = 0;
    for (std::size_t i = 0; i < batches; ++i) {
      const double done = epoch + static_cast<double>(i) / static_cast<double>(batches);
      for (auto& group : optimizer.param_groups()) {
        static_cast<torch::optim::SGDOptions&>(group.options()).lr(learning_rate(training, done));
      }
      const auto rows = images_of.rows(i, batch);
      const torch::Tensor images = images_of.images(rows);
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
      if (ended && epoch >= training.epochs) average.add(*network);
      if (ended && epoch + 1 == epochs && average.count() > 0) {
        average.put_into(*network, [&] {
          EpochImages seen(set, norm, course, epochs);
          for (std::size_t k = 0; k < batches; ++k) {
            network->forward(seen.images(seen.rows(k, batch)));
          }
        });
      }
      if (ended && !course.checkpoint.empty())
        save_checkpoint(course.checkpoint, course.fingerprint, epoch + 1, state);
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
