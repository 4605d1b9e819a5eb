// Does a torch network run the layers that its cost counts?
#include "tests/unit/recorder/torch_doctest.hpp"

#include "traces/recorder/network.hpp"

#include <algorithm>

#include "traces/recorder/networks/network_form.hpp"
#include "traces/recorder/networks/profile_form.hpp"

using namespace updraft;

namespace {

NetworkChoice choice(const std::string& form, double width, int depth) {
  NetworkChoice out;
  out.form = form;
  out.width = width;
  out.depth = depth;
  return out;
}

// Two multiply-adds a line: y = sum over taps of w x, by hand, for one output of a convolution.
double by_hand(const torch::Tensor& x, const torch::Tensor& w, std::int64_t out, std::int64_t y,
               std::int64_t column) {
  double sum = 0;
  for (std::int64_t c = 0; c < w.size(1); ++c) {
    for (std::int64_t i = 0; i < 3; ++i) {
      for (std::int64_t j = 0; j < 3; ++j) {
        const auto row = y + i - 1;
        const auto col = column + j - 1;
        if (row < 0 || col < 0 || row >= x.size(2) || col >= x.size(3)) continue;
        sum += x[0][c][row][col].item<double>() * w[out][c][i][j].item<double>();
      }
    }
  }
  return sum;
}

}  // namespace

TEST_CASE("every form has as many weights as its cost says, and learns through all of them") {
  for (const auto& form : network_forms()) {
    INFO(form.name);
    const double width = form.widths.empty() ? 0.25 : 0.5;
    const int depth = form.is_depth == nullptr         ? 0
                      : form.name == "resnet"          ? 8
                      : form.name.starts_with("cinet") ? 5
                                                       : 10;
    NetworkChoice network_choice = choice(form.name, width, depth);
    network_choice.predictor_reads_softmax = depth != 10;  // all but the wide one
    const Layers layers = layers_of(network_choice, {3, 16, 16}, 5, true);
    Network network(layers, Stream(1, "weights"));
    std::uint64_t weights = 0;
    for (const auto& values : network->parameters()) {
      weights += static_cast<std::uint64_t>(values.numel());
    }
    CHECK(weights == cost(layers).params);
    Stream pixels(2, "pixels");
    torch::Tensor images = torch::zeros({4, 3, 16, 16});
    for (std::int64_t i = 0; i < images.numel(); ++i) {
      images.data_ptr<float>()[i] = static_cast<float>(pixels.uniform());
    }
    const NetworkOutput out = network->forward(images);
    CHECK(out.logits.sizes() == std::vector<std::int64_t>{4, 5});
    CHECK(out.appeal.sizes() == std::vector<std::int64_t>{4});
    (out.logits.pow(2).sum() + out.appeal.sum()).backward();
    for (const auto& item : network->named_parameters()) {
      INFO(item.key());
      REQUIRE(item.value().grad().defined());
      CHECK(item.value().grad().isfinite().all().item<bool>());
    }
  }
}

TEST_CASE("a network without a predictor has no appeal") {
  Network plain(layers_of(choice("resnet", 0.25, 8), {3, 9, 7}, 5, false), Stream(2, "weights"));
  CHECK_FALSE(plain->forward(torch::zeros({4, 3, 9, 7})).appeal.defined());
}

TEST_CASE("the same sums come out however the weights lie in memory") {
  // width 0.5: 8 channels, laid out with channels last; the stem by hand at three places
  const Layers layers = layers_of(choice("resnet", 0.5, 8), {3, 6, 5}, 2, false);
  Network network(layers, Stream(3, "weights"));
  network->eval();
  CHECK(network->parameters()[0].is_contiguous(torch::MemoryFormat::ChannelsLast));
  const torch::Tensor x = torch::arange(90, torch::kFloat32).view({1, 3, 6, 5}) / 90;
  const auto stem = std::dynamic_pointer_cast<ConvolutionImpl>(network->named_children()["stem"]);
  REQUIRE(stem);
  const torch::Tensor y = stem->weights->forward(x);
  for (const auto& [out, row, column] : {std::array{0, 0, 0}, std::array{3, 2, 4}, {7, 5, 2}}) {
    CHECK(y[0][out][row][column].item<double>() ==
          doctest::Approx(by_hand(x, stem->weights->weight, out, row, column)).epsilon(1e-5));
  }
}

TEST_CASE("a predictor that reads the softmax, too, reads it right and does not learn through it") {
  NetworkChoice both = choice("resnet", 0.25, 8);
  both.predictor_reads_softmax = true;
  const Layers layers = layers_of(both, {1, 8, 8}, 4, true);
  // 16 features, and msp, margin and entropy: 3 MACs and 3 weights more
  const Layers features = layers_of(choice("resnet", 0.25, 8), {1, 8, 8}, 4, true);
  CHECK(cost(layers).macs - cost(features).macs == 3);
  CHECK(cost(layers).params - cost(features).params == 3);

  Layers alone;  // logits in, the three numbers out
  alone.all.resize(2);
  alone.all[0].out = {2, 1, 1};
  alone.all[1].operation = Operation::confidence;
  alone.all[1].inputs = {0};
  alone.logits = 1;
  Network network(alone, Stream(1, "none"));
  // p = (3/4, 1/4): msp 0.75, margin 0.5, -H = 3/4 ln 3/4 + 1/4 ln 1/4 = -0.562335
  const auto logits = torch::tensor({std::log(3.0f), 0.0f}).view({1, 2, 1, 1}).requires_grad_(true);
  const torch::Tensor seen = network->forward(logits).logits;
  CHECK(seen[0][0].item<double>() == doctest::Approx(0.75).epsilon(1e-6));
  CHECK(seen[0][1].item<double>() == doctest::Approx(0.5).epsilon(1e-6));
  CHECK(seen[0][2].item<double>() == doctest::Approx(-0.562335).epsilon(1e-6));
  CHECK_FALSE(seen.requires_grad());
}

TEST_CASE("forms that are only written down run, too, with the shapes and weights they say") {
  // torch finds the sides by itself: a linear layer of another number of values throws. 67 is no
  // multiple of the strides; 100 makes CiNet's 13 and 7, rounded up.
  struct Row {
    const char* form;
    int depth;
    ImageShape input;
  };
  const Row rows[] = {{"alexnet", 0, {3, 67, 67}},
                      {"vgg16", 0, {3, 35, 35}},
                      {"imagenet_resnet18", 0, {3, 33, 33}},
                      {"resnet50", 0, {3, 33, 33}},
                      {"imagenet_mobilenet_v2", 0, {3, 33, 33}},
                      {"googlenet", 0, {3, 67, 67}},
                      {"googlenet_5x5", 0, {3, 67, 67}},
                      {"cinet_digits_cnn", 7, {1, 100, 100}},
                      {"cinet_fashion_cnn", 5, {1, 100, 100}},
                      {"cinet_extractor", 0, {1, 100, 100}}};
  for (const auto& row : rows) {
    INFO(row.form);
    const auto& forms = profile_forms();
    const auto known = std::find_if(forms.begin(), forms.end(), [&](const ProfileForm& one) {
      return one.form.name == row.form;
    });
    REQUIRE(known != forms.end());
    const Layers layers = known->form.layers(choice(row.form, 1, row.depth), row.input, 7, false);
    Network network(layers, Stream(1, "weights"));
    network->eval();
    std::uint64_t weights = 0;
    for (const auto& values : network->parameters()) {
      weights += static_cast<std::uint64_t>(values.numel());
    }
    CHECK(weights == cost(layers).params);
    torch::NoGradGuard no_gradients;
    const torch::Tensor images =
        torch::ones({1, row.input.channels, row.input.height, row.input.width});
    CHECK(network->forward(images).logits.sizes() == std::vector<std::int64_t>{1, 7});
  }
}

TEST_CASE("a shuffle interleaves the two halves of the channels, a slice takes its own") {
  // channels 0 1 2 | 3 4 5 become 0 3 1 4 2 5 (ShuffleNetV2, Fig. 3); the slice from 2 of 2: 1 4
  Layers layers;
  const auto append = [&](Operation operation, std::vector<std::size_t> inputs, int channels,
                          int first) {
    Layer layer;
    layer.operation = operation;
    layer.inputs = std::move(inputs);
    layer.in = layers.all.empty() ? ImageShape{} : layers.all.back().out;
    layer.out = {channels, 1, 1};
    layer.first = first;
    layers.all.push_back(layer);
  };
  append(Operation::input, {}, 6, 0);
  append(Operation::shuffle, {0}, 6, 0);
  append(Operation::slice, {1}, 2, 2);
  layers.logits = 2;
  Network network(layers, Stream(1, "none"));
  const torch::Tensor out =
      network->forward(torch::arange(6, torch::kFloat32).view({1, 6, 1, 1})).logits;
  CHECK(out[0][0].item<float>() == 1);
  CHECK(out[0][1].item<float>() == 4);
}

TEST_CASE("a warm start takes everything but the predictor") {
  const NetworkChoice resnet = choice("resnet", 0.25, 8);
  Network plain(layers_of(resnet, {1, 8, 8}, 4, false), Stream(1, "plain"));
  Network joint(layers_of(resnet, {1, 8, 8}, 4, true), Stream(1, "joint"));
  const torch::Tensor images = torch::rand({6, 1, 8, 8});
  plain->forward(images);  // in training: moves the running means, which are taken, too
  joint->warm_start(*plain);
  plain->eval();
  joint->eval();
  CHECK(torch::equal(plain->forward(images).logits, joint->forward(images).logits));
}
