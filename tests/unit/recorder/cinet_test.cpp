// Does CiNET cost what its paper says, begin as it says, look where theta points, and come through
// a whole recording, from IDX files to a trace that reads back?
#include "tests/unit/recorder/torch_doctest.hpp"

#include <cmath>

#include "tests/unit/recorder/written_dataset.hpp"
#include "traces/recorder/named_dataset.hpp"
#include "traces/recorder/network.hpp"
#include "traces/recorder/recording.hpp"
#include "traces/recorder/sampler.hpp"

using namespace updraft;
using namespace updraft::written;

namespace {

NetworkChoice cinet_of(int crop, double width = 1) {
  NetworkChoice choice;
  choice.form = "cinet";
  choice.crop = crop;
  choice.width = width;
  return choice;
}

const char* const text = R"(
seed: 3
dataset:
  {name: tiny, kind: idx, classes: 2, calibration: 60, source: drawn, licence: none,
   transform: {side: 24, scale_least: 1, scale_most: 1.5, waves: 3, amplitude: 60}}
cloud:
  network: {form: resnet, depth: 8, width: 0.25, stem_stride: 2}
  training: {epochs: 1, batch: 32, rate: 0.05}
stages:
  crop6:
    network: {form: cinet, crop: 6, width: 0.0625, theta_deviation: 0.02, first_scale: 0.7}
    loss: crop
    penalty: 0.02
    training: {epochs: 8, batch: 20, rate: 0.003}
  crop3:
    network: {form: cinet, crop: 3, width: 0.03125}
    loss: crop
    penalty: 0
    training: {epochs: 1, batch: 32, rate: 0.05}
codecs:
  high: {kind: jpeg, quality: 50, tables: known}
  low: {kind: deepn_jpeg, quality: 0.5, from: cloud, training: {epochs: 1, batch: 32, rate: 0.02}}
  png: {kind: png}
logits: float16
)";

// Class 0 is bright on the left, class 1 at the top, as two_classes, with less noise.
ImageSet clear_classes(std::size_t count, std::uint64_t seed) {
  ImageSet set = two_classes(count, seed);
  for (std::size_t i = 0; i < set.pixels.size(); ++i) {
    const bool left = i % 8 < 4;
    const bool top = i % 64 < 32;
    const bool bright = set.labels[i / 64] == 0 ? left : top;
    set.pixels[i] = static_cast<std::uint8_t>((bright ? 180 : 0) + set.pixels[i] % 70);
  }
  return set;
}

double accuracy(const Answers& answers) {
  double right = 0;
  for (const auto one : answers.correct) right += one;
  return right / static_cast<double>(answers.correct.size());
}

}  // namespace

TEST_CASE(
    "the extractor costs the paper's 1.125 MMAC, whatever it crops, the rest is the cloud's") {
  for (const int crop : {5, 10, 40}) {
    const Layers layers = layers_of(cinet_of(crop), {1, 100, 100}, 10, false);
    const Cost extractor = cost_of(layers, layers.theta);
    // 25*2 * 100*100 + 25*2*4 * 50*50 = 1 000 000, and 25*25*4 * 50 + 50 * 4
    CHECK(extractor.macs == 1'000'000 + 125'000 + 200);
    // weights and two a filter of batch norm; neurons have biases
    CHECK(extractor.params == (50 + 4) + (200 + 8) + (2500 * 50 + 50) + (50 * 4 + 4));
  }
  const Layers layers = layers_of(cinet_of(10), {1, 100, 100}, 10, false);
  // a patch of 10 x 10, pooled to 5 x 5 and 3 x 3
  CHECK(cost(layers).macs - cost_of(layers, layers.theta).macs ==
        25 * 128 * 100 + 25 * 128 * 256 * 25 + 3 * 3 * 256 * 100 + 100 * 50 + 50 * 10);
}

TEST_CASE("first weights are Gaussian, 0.02 and theta's 0.2; the first look is at the middle") {
  Network network(layers_of(cinet_of(10), {1, 100, 100}, 10, false), Stream(1, "weights"));
  for (const auto& item : network->named_parameters()) {
    const bool norm = item.key().find(".norm") != std::string::npos;
    const bool neurons = item.key().starts_with("classifier_h") || item.key().starts_with("app");
    if (norm || neurons || !item.key().ends_with("weight")) continue;
    INFO(item.key());
    const double expected = item.key() == "theta.weight" ? 0.2 : 0.02;
    const auto count = static_cast<double>(item.value().numel());
    // the deviation of a deviation is sigma / sqrt(2 n), of a mean sigma / sqrt(n): within 4.5
    CHECK(item.value().std().item<double>() ==
          doctest::Approx(expected).epsilon(4.5 / std::sqrt(2 * count)));
    CHECK(std::abs(item.value().mean().item<double>()) < 4.5 * expected / std::sqrt(count));
  }
  const torch::Tensor biases = network->named_parameters()["theta.bias"];
  CHECK(torch::equal(biases, torch::tensor({0.0f, 0.0f, 0.5f, 0.5f})));
}

TEST_CASE("the classifier sees the patch that theta points at, in bytes once training is over") {
  Layers layers = layers_of(cinet_of(5, 0.03125), {1, 20, 20}, 3, false);
  std::size_t patch = 0;
  for (std::size_t i = 0; i < layers.all.size(); ++i) {
    if (layers.all[i].operation == Operation::crop) patch = i;
  }
  layers.logits = patch;  // what comes out is the patch itself
  Network network(layers, Stream(4, "weights"));
  torch::Tensor images = torch::zeros({2, 1, 20, 20});
  Stream pixels(5, "pixels");
  for (std::int64_t i = 0; i < images.numel(); ++i) {
    images.data_ptr<float>()[i] = static_cast<float>(pixels.below(256)) / 255;
  }
  network->forward(images);  // running means
  network->eval();
  const NetworkOutput out = network->forward(images);
  REQUIRE(out.theta.sizes() == std::vector<std::int64_t>{2, 4});
  const torch::Tensor exact = sampled(images, out.theta, 5, 5).flatten(1);
  CHECK(torch::allclose(out.logits, exact, 0, 0.5 / 255 + 1e-6));
  CHECK_FALSE(torch::allclose(out.logits, exact, 0, 1e-4));  // rounded
  const torch::Tensor levels = out.logits * 255;
  CHECK(torch::allclose(levels, levels.round(), 0, 1e-3));
}

TEST_CASE("a small CiNET goes from IDX files to a trace that reads back, and learns") {
  const Folder folder("cinet");
  write_idx(folder.path(), "train", clear_classes(500, 1));
  write_idx(folder.path(), "t10k", clear_classes(100, 2));
  const Recipe recipe = read_recipe(parse_document(text, "tiny.yaml"));
  const Dataset data = read_dataset(recipe, folder.path());
  REQUIRE(data.train.shape == ImageShape{1, 24, 24});
  write_inference_trace(record(recipe, data, {}), folder / "t.h5");
  const InferenceTrace trace = read_inference_trace(folder / "t.h5");
  const Split& test = *trace.split("test");
  REQUIRE(test.size() == 100);
  CHECK(trace.split("calibration")->size() == 60);

  const Stage& extractor = *test.stage("crop6");
  CHECK(extractor.loss == "crop");
  CHECK(extractor.theta.size() == 400);
  CHECK(extractor.theta_convention == theta_convention);
  CHECK(accuracy(extractor.answers) == 0);  // no answer of its own
  CHECK(extractor.answers.logits.empty());
  // 25*2 * 24*24 + 25*8 * 12*12 + 6*6*4 * 50 + 200 = 65 000
  CHECK(extractor.work.si() == 2 * (28800 + 28800 + 7200 + 200));
  const Variant& crop = *test.variant("crop6");
  CHECK(crop.payload.si() == 36);
  CHECK(crop.payload_bytes.empty());
  CHECK(crop.encode_work.si() == 2 * 8 * 36);
  // 8 and 16 filters on 6 x 6 and 3 x 3, then 2 x 2: 25*8 * 36 + 25*8*16 * 9 + 64*100 + 5000 + 100
  CHECK(crop.cloud_work.si() == 2 * (7200 + 28800 + 6400 + 5000 + 100));
  CHECK(crop.answers.logits.size() == 200);
  MESSAGE("crop6 is right on " << 100 * accuracy(crop.answers) << " %");
  CHECK(accuracy(crop.answers) > 0.7);  // a coin: 0.5 +- 0.05
  CHECK(test.variant("crop3")->payload.si() == 9);

  const Variant& image = *test.variant("image");
  const Variant& high = *test.variant("high");
  const Variant& low = *test.variant("low");
  const Variant& png = *test.variant("png");
  for (const Variant* codec : {&high, &low, &png}) {
    CHECK(codec->payload_bytes.size() == 100);
    CHECK(codec->answers.logits.size() == 200);
    CHECK(codec->cloud_work == image.cloud_work);
  }
  CHECK(high.nonzero.size() == 100);
  CHECK(png.nonzero.empty());
  CHECK(png.answers.logits == image.answers.logits);
  CHECK(high.answers.logits != image.answers.logits);
  CHECK(high.encode_work.si() == 2 * 9 * 256);  // 3 x 3 blocks
  for (std::size_t i = 0; i < 100; ++i) CHECK(low.nonzero[i] <= high.nonzero[i]);
}

TEST_CASE("extractors and codecs resume from their checkpoints, and train apart") {
  const Folder folder("cinet_apart");
  write_idx(folder.path(), "train", two_classes(300, 1));
  write_idx(folder.path(), "t10k", two_classes(40, 2));
  Recipe recipe = read_recipe(parse_document(text, "tiny.yaml"));
  recipe.stages[0].training.epochs = 1;
  const Dataset data = read_dataset(recipe, folder.path());
  RecordOptions options;
  options.checkpoints = folder.path();
  const auto trained = [&](std::vector<std::string> only) {
    std::vector<std::string> names;
    options.only = std::move(only);
    options.watch = [&](const TrainingStep& step) {
      if (step.began) names.push_back(step.network);
    };
    train_only(recipe, data, options);
    return names;
  };
  CHECK(trained({"low"}) == std::vector<std::string>{"cloud", "low"});  // where it begins, too
  CHECK(trained({"crop3", "high"}) == std::vector<std::string>{"crop3", "high"});
  CHECK(trained({"crop6"}) == std::vector<std::string>{"crop6"});
  options.only.clear();
  options.watch = [](const TrainingStep& step) { CHECK(step.resumed); };
  const InferenceTrace together = record(recipe, data, {});
  const InferenceTrace apart = record(recipe, data, options);
  for (const char* name : {"crop6", "crop3", "high", "low"}) {
    INFO(name);
    CHECK(together.split("test")->variant(name)->answers.logits ==
          apart.split("test")->variant(name)->answers.logits);
  }
  CHECK(together.split("test")->stage("crop6")->theta ==
        apart.split("test")->stage("crop6")->theta);
}
