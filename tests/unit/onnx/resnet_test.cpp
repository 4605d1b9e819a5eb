// Is an imported network the one that the project describes itself?
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "tests/unit/onnx/written_model.hpp"
#include "traces/layer_profile.hpp"

using namespace updraft;
using namespace updraft::written;

namespace {

// He, Zhang, Ren, Sun, CVPR 2016, Table 1, 18 layers, as torchvision exports it.
WrittenModel resnet18() {
  WrittenModel model(13);
  model.input("image", {"batch", 3, 224, 224});
  auto x = model.relu(model.convolution("stem", "image", 3, 64, 7, 2));
  model.node("MaxPool", {x}, {"pooled"})
      .with("kernel_shape", {3, 3})
      .with("strides", {2, 2})
      .with("pads", {1, 1, 1, 1})
      .named("pool");
  x = "pooled";
  std::int64_t channels = 64;
  for (int block = 0; block < 8; ++block) {
    const std::int64_t width = std::int64_t{64} << block / 2;
    const std::int64_t stride = width == channels ? 1 : 2;
    const std::string name = fmt::format("block{}", block);
    auto y = model.relu(model.convolution(name + "_first", x, channels, width, 3, stride));
    y = model.convolution(name + "_second", y, width, width, 3);
    if (stride == 2) x = model.convolution(name + "_shortcut", x, channels, width, 1, stride);
    model.node("Add", {y, x}, {name}).named(name + "_sum");
    x = model.relu(name);
    channels = width;
  }
  model.node("GlobalAveragePool", {x}, {"mean"}).named("features");
  model.node("Flatten", {"mean"}, {"flat"}).named("flatten");
  model.weights("fc.w", {1000, 512});
  model.weights("fc.b", {1000});
  model.node("Gemm", {"flat", "fc.w", "fc.b"}, {"logits"}).with("transB", 1).named("approximator");
  model.output("logits");
  return model;
}

}  // namespace

TEST_CASE("ResNet-18 has the published multiply-adds and torchvision's parameters") {
  const auto graph = resnet18().imported().graph;
  // 1.82 G of the convolutions and the linear layer; 11,689,512 parameters of 4 B
  CHECK(graph.work().si() / 2 == doctest::Approx(1.82e9).epsilon(0.005));
  CHECK(graph.params().si() == 4 * 11689512.0);
}

TEST_CASE("ResNet-18 as ONNX is the profile that the project ships, layer by layer") {
  const std::string file = UPDRAFT_SOURCE_DIR "/traces/layers/resnet18.yaml";
  if (!std::filesystem::exists(file)) {
    MESSAGE("skipped: " << file << " is not there");
    return;
  }
  const auto ours = read_layer_profile(file);
  const auto imported = resnet18().imported().graph;
  // All but the flatten, which ours has no layer for: same names, costs and bytes. Ours counts the
  // image as 8-bit pixels, the model as 4 B each.
  CHECK(imported.layers.size() == ours.layers.size() + 1);
  for (const auto& expected : ours.layers) {
    CAPTURE(expected.name);
    const auto& got = layer(imported, expected.name);
    CHECK(got.type == expected.type);
    CHECK(got.work.si() == expected.work.si());
    CHECK(got.params.si() == expected.params.si());
    CHECK(got.output.si() == expected.output.si() * (expected.type == LayerType::input ? 4 : 1));
    CHECK(got.kernel == expected.kernel);
    CHECK(got.stride == expected.stride);
    if (expected.name != "approximator")
      CHECK(names_of_inputs(imported, expected.name) == names_of_inputs(ours, expected.name));
  }
}

TEST_CASE("an imported profile is written and read back as it is") {
  const auto graph = resnet18().imported().graph;
  const auto again = read_layer_profile(parse_document(to_yaml(graph), "written"));
  REQUIRE(again.layers.size() == graph.layers.size());
  for (const auto& expected : graph.layers) {
    CAPTURE(expected.name);
    const auto& got = layer(again, expected.name);
    CHECK(got.work.si() == expected.work.si());
    CHECK(got.params.si() == expected.params.si());
    CHECK(got.output.si() == expected.output.si());
    CHECK(got.shape == expected.shape);
    CHECK(names_of_inputs(again, expected.name) == names_of_inputs(graph, expected.name));
  }
}
