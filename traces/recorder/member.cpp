#include "traces/recorder/member.hpp"

namespace updraft {
namespace {

// What one image costs forwards, for the ETA alone; a training step takes about three times that.
// Small networks are bound by memory: an activation weighs as much as some 70 MACs (measured on a
// server's core; it need not be exact).
double forward_work(const Layers& layers) {
  const Cost network = cost(layers);
  return static_cast<double>(network.macs) + 70 * static_cast<double>(network.activations);
}

}  // namespace

std::vector<Member> members_of(const Recipe& recipe, const ImageShape& images,
                               std::uint64_t dataset, const Normalisation& norm,
                               torch::Device device) {
  std::vector<Member> members;
  const auto add = [&](const std::string& name, const NetworkChoice& choice, bool predictor,
                       const Training& training, std::string depends) {
    Layers layers = layers_of(choice, images, recipe.dataset.classes, predictor);
    const double work = 3 * forward_work(layers);
    const Normalisation own = layers.crops() ? no_normalisation(images) : norm;
    Network network(layers, Stream(recipe.seed, name + ".weights"));
    network->to(device);
    members.push_back(
        {name, std::move(layers), training, std::move(depends), work, own, std::move(network)});
  };
  add("cloud", recipe.cloud.network, false, recipe.cloud.training,
      fingerprint_of_cloud(recipe, dataset));
  for (const auto& stage : recipe.stages) {
    add(stage.name, stage.network, stage.has_predictor(), stage.training,
        fingerprint_of_stage(recipe, stage, dataset));
    // the joint loss asks the cloud network, too
    if (stage.loss == StageLoss::white_box) {
      members.back().epoch_work += forward_work(members[0].layers);
    }
  }
  for (const auto& codec : recipe.codecs) {
    if (!codec.lossy()) continue;
    add(codec.name, recipe.cloud.network, false, codec.training,
        fingerprint_of_codec(recipe, codec, dataset));
  }
  return members;
}

}  // namespace updraft
