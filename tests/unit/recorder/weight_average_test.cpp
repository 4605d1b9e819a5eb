// Are averaged weights the mean of what was added, with statistics of batch norm to go with them?
#include "tests/unit/recorder/torch_doctest.hpp"

#include "traces/recorder/weight_average.hpp"

#include <sstream>

#include "traces/recorder/networks/network_form.hpp"

using namespace updraft;

namespace {

Network tiny() {
  NetworkChoice choice;
  choice.form = "resnet";
  choice.depth = 8;
  choice.width = 0.125;
  return Network(layers_of(choice, {1, 8, 8}, 2, false), Stream(1, "weights"));
}

void set_all(Network& network, double value) {
  torch::NoGradGuard no_gradients;
  for (auto& weight : network->parameters()) weight.fill_(value);
}

torch::Tensor first_running_mean(const Network& network) {
  for (const auto& buffer : network->named_buffers()) {
    if (buffer.key().find("running_mean") != std::string::npos) return buffer.value();
  }
  return {};
}

}  // namespace

TEST_CASE("the mean of weights 1, 2 and 6 is 3, and the stem's statistics are those of 3") {
  Network network = tiny();
  WeightAverage average;
  for (const double value : {1., 2., 6.}) {
    set_all(network, value);
    average.add(*network);
  }
  REQUIRE(average.count() == 3);
  average.put_into(*network, [&] {
    for (const double gray : {1., 3.}) network->forward(torch::full({4, 1, 8, 8}, gray));
  });
  for (const auto& weight : network->parameters()) {
    CHECK(weight.eq(3).all().item<bool>());  // (1 + 2 + 6) / 3
  }
  // A 3x3 kernel of 3s on an 8 x 8 image of ones: its taps fall inside (3 * 8 - 2)^2 = 484 times,
  // 3 * 484 / 64 = 22.6875 in the mean; images of ones and threes: 22.6875 * (1 + 3) / 2
  const torch::Tensor mean = first_running_mean(network);
  CHECK(mean[0].item<double>() == doctest::Approx(45.375));

  // trained on, batch norm moves by its tenth again: 0.9 * 45.375 + 0.1 * 22.6875 * 5
  network->forward(torch::full({4, 1, 8, 8}, 5.));
  CHECK(first_running_mean(network)[0].item<double>() == doctest::Approx(52.18125));
}

TEST_CASE("a mean that was saved and loaded goes on as if it had not been") {
  Network network = tiny();
  WeightAverage whole;
  WeightAverage before;
  for (const double value : {0.1, 0.7}) {
    set_all(network, value);
    whole.add(*network);
    before.add(*network);
  }
  std::stringstream file;
  torch::serialize::OutputArchive out;
  before.save(out);
  out.save_to(file);
  torch::serialize::InputArchive in;
  in.load_from(file);
  WeightAverage after;
  after.load(in, *network);
  CHECK(after.count() == 2);
  set_all(network, 0.3);
  whole.add(*network);
  after.add(*network);
  const auto weights = [&](const WeightAverage& average) {
    average.put_into(*network, [] {});
    return network->parameters()[0].clone();
  };
  CHECK(torch::equal(weights(whole), weights(after)));
}
