#include "traces/recorder/weight_average.hpp"

#include <fmt/format.h>

#include "sim/core/check.hpp"

namespace updraft {
namespace {

std::vector<torch::nn::BatchNorm2dImpl*> norms_of(NetworkImpl& network) {
  std::vector<torch::nn::BatchNorm2dImpl*> norms;
  for (const auto& module : network.modules(false)) {
    if (auto* norm = module->as<torch::nn::BatchNorm2d>()) norms.push_back(norm);
  }
  return norms;
}

}  // namespace

void WeightAverage::add(const NetworkImpl& network) {
  const auto weights = network.parameters();
  if (mean_.empty()) {
    for (const auto& weight : weights) {
      mean_.push_back(torch::zeros_like(weight.detach(), torch::kFloat64));
    }
  }
  for (std::size_t i = 0; i < weights.size(); ++i) {
    mean_[i].mul_(count_).add_(weights[i].detach().to(torch::kFloat64)).div_(count_ + 1);  // (1)
  }
  ++count_;
}

void WeightAverage::put_into(NetworkImpl& network, const std::function<void()>& show) const {
  UPDRAFT_CHECK(count_ > 0, "a mean of no weights");
  torch::NoGradGuard no_gradients;
  const auto weights = network.parameters();
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i].copy_(mean_[i]);
  const auto norms = norms_of(network);
  std::vector<c10::optional<double>> momenta;
  for (auto* norm : norms) {
    norm->reset_running_stats();
    momenta.push_back(norm->options.momentum());
    norm->options.momentum() = c10::nullopt;  // the plain mean over all batches (2)
  }
  network.train();
  show();
  for (std::size_t i = 0; i < norms.size(); ++i) norms[i]->options.momentum() = momenta[i];
}

void WeightAverage::save(torch::serialize::OutputArchive& archive) const {
  archive.write("count", c10::IValue(std::int64_t{count_}));
  for (std::size_t i = 0; i < mean_.size(); ++i) archive.write(fmt::format("mean{}", i), mean_[i]);
}

void WeightAverage::load(torch::serialize::InputArchive& archive, const NetworkImpl& network) {
  c10::IValue count;
  archive.read("count", count);
  count_ = static_cast<int>(count.toInt());
  mean_.clear();
  if (count_ == 0) return;
  const auto weights = network.parameters();
  for (std::size_t i = 0; i < weights.size(); ++i) {
    mean_.push_back(torch::zeros_like(weights[i].detach(), torch::kFloat64));
    archive.read(fmt::format("mean{}", i), mean_.back());
  }
}

}  // namespace updraft
