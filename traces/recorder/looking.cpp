#include "traces/recorder/looking.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "traces/recorder/checkpoint.hpp"
#include "traces/recorder/judging.hpp"
#include "traces/recorder/sampler.hpp"
#include "traces/recorder/training.hpp"

namespace updraft {
namespace {

// How sure the cloud is of its answer: e^largest / sum e^logit.
double probability(std::span<const float> logits) {
  const float most = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit - most));
  return 1 / sum;
}

std::vector<std::uint8_t> bytes_of(const torch::Tensor& patch) {
  const torch::Tensor levels = (patch * 255).round().to(torch::kUInt8).contiguous();
  const auto* first = levels.data_ptr<std::uint8_t>();
  return {first, first + levels.numel()};
}

}  // namespace

Looks look_at(const ImageSet& images, const Recipe& recipe, const StageRecipe& stage,
              const std::string& checkpoint) {
  const int classes = recipe.dataset.classes;
  Network network(layers_of(stage.network, images.shape, classes, false),
                  Stream(recipe.seed, stage.name + ".weights"));
  Looks looks;
  const int side = stage.network.crop;
  looks.patch = {images.shape.channels, side, side};
  looks.epochs_done = load_weights(
      checkpoint,
      [&](std::uint64_t dataset) { return fingerprint_of_stage(recipe, stage, dataset); }, network);

  const Normalisation as_they_are = no_normalisation(images.shape);
  const Said said = ask(network, images, as_they_are, torch::kCPU);
  const Answers answers = judged(said.logits, images.labels, recipe.half_logits);
  std::vector<std::size_t> rows(images.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  const auto count = static_cast<std::size_t>(classes);
  const torch::Tensor pixels = tensor_of(inputs(images, rows, as_they_are), images.shape);
  for (std::size_t i = 0; i < images.size(); ++i) {
    Look look;
    std::copy_n(said.theta.data() + 4 * i, 4, look.theta.begin());
    const torch::Tensor theta =
        torch::tensor({look.theta[0], look.theta[1], look.theta[2], look.theta[3]}).view({1, 4});
    const auto row = static_cast<std::int64_t>(i);
    look.patch = bytes_of(
        sampled(pixels.slice(0, row, row + 1), theta, side, side, stage.network.supersample));
    look.answer = answers.predicted[i];
    look.probability = probability({answers.logits.data() + i * count, count});
    look.right = answers.correct[i] != 0;
    looks.all.push_back(std::move(look));
  }
  return looks;
}

}  // namespace updraft
