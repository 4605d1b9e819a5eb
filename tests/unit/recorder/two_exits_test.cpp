// Does a network with two exits answer at both as its two parts would, and learn by the stated
// rule?
#include "tests/unit/recorder/torch_doctest.hpp"

#include "traces/recorder/objective.hpp"

#include <map>

#include "traces/recorder/networks/network_form.hpp"

using namespace updraft;

namespace {

NetworkChoice choice(const std::string& form, int depth, int exit) {
  NetworkChoice out;
  out.form = form;
  out.width = form == "nin" ? 1.0 / 24 : 0.25;
  out.depth = depth;
  out.exit = exit;
  return out;
}

torch::Tensor images(int count) {
  Stream pixels(5, "pixels");
  torch::Tensor out = torch::zeros({count, 3, 12, 12});
  for (std::int64_t i = 0; i < out.numel(); ++i) {
    out.data_ptr<float>()[i] = static_cast<float>(2 * pixels.uniform() - 1);
  }
  return out;
}

// The network cut after its exit: those layers alone that it needs.
Layers cut(const Layers& layers) {
  const std::vector<bool> needed = layers.needed_for(layers.exit);
  std::map<std::size_t, std::size_t> place;
  Layers out;
  for (std::size_t i = 0; i < needed.size(); ++i) {
    if (!needed[i]) continue;
    place[i] = out.all.size();
    out.all.push_back(layers.all[i]);
    for (std::size_t& input : out.all.back().inputs) input = place.at(input);
  }
  out.logits = place.at(layers.exit);
  return out;
}

using Slopes = std::map<std::string, torch::Tensor>;

// Of every weight, zeros where `loss` does not depend on it.
Slopes slopes(Network& network, const torch::Tensor& loss) {
  network->zero_grad();
  loss.backward();
  Slopes out;
  for (const auto& item : network->named_parameters()) {
    const torch::Tensor& slope = item.value().grad();
    out[item.key()] = slope.defined() ? slope.clone() : torch::zeros_like(item.value());
  }
  return out;
}

// By the names of a ResNet-8's layers with the exit at 4.
bool shared(const std::string& weight) {
  return weight.starts_with("stem.") || weight.starts_with("block0_");
}
bool of_exit(const std::string& weight) { return weight.starts_with("exit."); }

struct Taught {
  Network network{layers_of(choice("resnet", 8, 4), {3, 12, 12}, 5, false), Stream(1, "weights")};
  torch::Tensor seen = images(8).to(torch::kFloat64);
  torch::Tensor labels = torch::tensor({0, 1, 2, 3, 4, 0, 1, 2}, torch::kLong);
  Taught() { network->to(torch::kFloat64); }

  torch::Tensor normal_loss() {
    return CrossEntropy().loss(seen, {network->forward(seen).logits, {}, {}, {}}, labels);
  }
  torch::Tensor exit_loss() {
    return CrossEntropy().loss(seen, {network->forward(seen).exit, {}, {}, {}}, labels);
  }
  Slopes by(ExitUpdate update, double alpha) {
    TwoExits objective(alpha, update);
    slopes(network, objective.loss(seen, network->forward(seen), labels));
    objective.correct(*network);
    Slopes out;
    for (const auto& item : network->named_parameters()) out[item.key()] = item.value().grad();
    return out;
  }
};

double most_apart(const torch::Tensor& a, const torch::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

}  // namespace

TEST_CASE("both answers are those of the network cut at its exit and of the one without it") {
  for (const auto& [form, depth, exit] : {std::tuple{"resnet", 8, 4},
                                          {"resnet", 14, 8},
                                          {"resnet18", 0, 10},
                                          {"wide_resnet", 16, 8},
                                          {"nin", 0, 3},
                                          {"nin", 0, 6}}) {
    INFO(form << " " << depth << " at " << exit);
    const Layers layers = layers_of(choice(form, depth, exit), {3, 12, 12}, 5, false);
    Network both(layers, Stream(1, "weights"));
    both->forward(images(6));  // in training: moves the means that batch norms use later
    Network first(cut(layers), Stream(2, "others"));
    torch::NoGradGuard no_gradients;
    for (auto& item : first->named_parameters()) {
      item.value().copy_(both->named_parameters()[item.key()]);
    }
    for (auto& item : first->named_buffers()) {
      item.value().copy_(both->named_buffers()[item.key()]);
    }
    Network whole(layers_of(choice(form, depth, 0), {3, 12, 12}, 5, false), Stream(1, "weights"));
    whole->forward(images(6));  // drawn as without an exit, so that the same images move it as far
    for (Network* network : {&both, &first, &whole}) (*network)->eval();
    const NetworkOutput out = both->forward(images(4));
    CHECK(out.exit.sizes() == std::vector<std::int64_t>{4, 5});
    CHECK(torch::equal(out.exit, first->forward(images(4)).logits));
    CHECK(torch::equal(out.logits, whole->forward(images(4)).logits));
    CHECK_FALSE(whole->forward(images(4)).exit.defined());
    CHECK(most_apart(out.exit, out.logits) > 0.01);
  }
}

TEST_CASE("weights that the exit does without are those of the layers behind it") {
  Taught taught;
  std::size_t beyond = 0;
  for (const auto& item : taught.network->named_parameters()) {
    if (!shared(item.key()) && !of_exit(item.key())) ++beyond;
  }
  // blocks 1 and 2: three convolutions of a weight and two of a norm each; the head's two
  CHECK(beyond == 2 * 3 * 3 + 2);
  CHECK(taught.network->weights_beyond_exit().size() == beyond);
  Network plain(layers_of(choice("resnet", 8, 0), {3, 12, 12}, 5, false), Stream(1, "weights"));
  CHECK(plain->weights_beyond_exit().empty());
}

TEST_CASE("eq. 9 moves each weight by the weighted sum of the two slopes") {
  Taught taught;
  const double alpha = 0.3;
  const Slopes normal = slopes(taught.network, taught.normal_loss());
  const Slopes exit = slopes(taught.network, taught.exit_loss());
  const Slopes both = taught.by(ExitUpdate::weighted, alpha);
  for (const auto& [name, slope] : both) {
    INFO(name);
    CHECK(most_apart(slope, alpha * normal.at(name) + (1 - alpha) * exit.at(name)) < 1e-12);
  }
}

TEST_CASE("Algorithm 1 leaves the slopes behind the exit unscaled, and nothing else") {
  Taught taught;
  const double alpha = 0.3;
  const Slopes normal = slopes(taught.network, taught.normal_loss());
  const Slopes exit = slopes(taught.network, taught.exit_loss());
  const Slopes layer_wise = taught.by(ExitUpdate::layer_wise, alpha);
  for (const auto& [name, slope] : layer_wise) {
    INFO(name);
    if (shared(name)) {
      CHECK(most_apart(slope, alpha * normal.at(name) + (1 - alpha) * exit.at(name)) < 1e-12);
      CHECK(exit.at(name).abs().max().item<double>() > 0);
    } else if (of_exit(name)) {
      CHECK(most_apart(slope, (1 - alpha) * exit.at(name)) < 1e-12);
      CHECK(normal.at(name).abs().max().item<double>() == 0);
    } else {
      CHECK(most_apart(slope, normal.at(name)) < 1e-12);
      CHECK(exit.at(name).abs().max().item<double>() == 0);
    }
  }
}

TEST_CASE("the slopes of both losses agree with finite differences") {
  Taught taught;
  TwoExits objective(0.3, ExitUpdate::weighted);
  const Slopes both = taught.by(ExitUpdate::weighted, 0.3);
  torch::NoGradGuard no_gradients;
  const auto loss = [&] {
    return objective.loss(taught.seen, taught.network->forward(taught.seen), taught.labels)
        .item<double>();
  };
  for (const char* name : {"stem.weights.weight", "block0_second.weights.weight",
                           "block2_second.weights.weight", "approximator.weight", "exit.weight"}) {
    INFO(name);
    double* weight = taught.network->named_parameters()[name].data_ptr<double>() + 3;
    const double step = 1e-6;
    const double before = *weight;
    *weight = before + step;
    const double above = loss();
    *weight = before - step;
    const double below = loss();
    *weight = before;
    // the difference of two losses of about 1.6 in float64: 2e-16 / 1e-6 = 2e-10
    CHECK(std::abs(both.at(name).view(-1)[3].item<double>() - (above - below) / (2 * step)) < 1e-7);
  }
}
