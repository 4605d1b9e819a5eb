// Do the profiles in traces/layers cost what their networks are published to cost?
#include <algorithm>
#include <filesystem>

#include "tests/unit/traces/scratch.hpp"
#include "traces/layer_profile.hpp"

namespace updraft {
namespace {

const std::filesystem::path folder = std::filesystem::path(UPDRAFT_SOURCE_DIR) / "traces/layers";

LayerGraph committed(const std::string& name) {
  return read_layer_profile((folder / (name + ".yaml")).string());
}

double macs(const LayerGraph& graph) { return graph.work().si() / 2; }

// What seeds/004 counts: convolutions alone.
double convolution_macs(const LayerGraph& graph) {
  double sum = 0;
  for (const auto& layer : graph.layers) {
    if (layer.type == LayerType::convolution) sum += layer.work.si() / 2;
  }
  return sum;
}

}  // namespace

TEST_CASE("networks for ImageNet have the published multiply-adds within 2 %, every parameter") {
  // MACs: G multiply-adds at 224 x 224 as usually quoted. Parameters: torchvision's, fp32; of
  // googlenet_5x5 those of the Caffe model zoo's bvlc_googlenet.
  struct Row {
    const char* name;
    double published;
    double params;
  };
  const Row rows[] = {{"alexnet", 0.71e9, 61'100'840},  {"vgg16", 15.5e9, 138'357'544},
                      {"resnet18", 1.82e9, 11'689'512}, {"resnet50", 4.1e9, 25'557'032},
                      {"resnet101", 7.8e9, 44'549'160}, {"mobilenet_v2", 0.30e9, 3'504'872},
                      {"googlenet", 1.5e9, 6'624'904}};
  for (const auto& row : rows) {
    INFO(row.name);
    const LayerGraph graph = committed(row.name);
    CHECK(graph.name == row.name);
    CHECK(macs(graph) / row.published == doctest::Approx(1).epsilon(0.02));
    CHECK(graph.params() == Bytes(4 * row.params));
    CHECK(graph.layers[0].output == Bytes(3 * 224 * 224));
  }
}

TEST_CASE("GoogLeNet with 5x5 has the rows of the paper's table but for two") {
  // Table 1, "ops" in M: 34 the first convolution, 360 the second, modules 128, 304, 73, 88, 100,
  // 119, 170, 54, 71, linear 1: 1502 in all. Two rows are not those of the layers beside them: the
  // first, 7 * 7 * 3 * 64 at 112 * 112, takes 118.0 M; 5a, (832 * (256 + 160 + 32 + 128) + 9 * 160
  // * 320 + 25 * 32 * 128) at 7 * 7, takes 51.1 M. So 1502 - 34 + 118 - 54 + 51 = 1583.
  const LayerGraph graph = committed("googlenet_5x5");
  CHECK(graph.params() == Bytes(4 * 6'998'552.));
  const auto of = [&](const std::string& prefix) {
    double sum = 0;
    for (const auto& layer : graph.layers) {
      if (layer.name.starts_with(prefix)) sum += layer.work.si() / 2e6;
    }
    return sum;
  };
  CHECK(of("conv1") == 7 * 7 * 3 * 64 * 112 * 112 / 1e6);
  CHECK(of("conv2") == doctest::Approx(360).epsilon(0.01));
  const std::pair<const char*, double> modules[] = {{"3a", 128}, {"3b", 304},   {"4a", 73},
                                                    {"4b", 88},  {"4c", 100},   {"4d", 119},
                                                    {"4e", 170}, {"5a", 51.08}, {"5b", 71}};
  for (const auto& [name, millions] : modules) {
    INFO(name);
    CHECK(of(std::string("inception") + name) == doctest::Approx(millions).epsilon(0.01));
  }
  CHECK(macs(graph) == doctest::Approx(1583e6).epsilon(0.003));
}

TEST_CASE("CiNet's networks have the multiplications of its tables, convolutions alone") {
  // A 5x5 convolution from a to b channels at side s takes 25 a b s^2; sides 100, 50, 25, 13, 7.
  // Digits, M: CNN1 32 + 2048 + 1024 = 3104 (printed 3060), then as printed in Table 3. Fashion:
  // 1002.73 (printed 3060), 482.73 (1000), 122.68 (122), 21.65 (21), 6.83 (6).
  const std::vector<double> digits = {3104, 1040, 264, 162, 26, 7, 5};
  const std::vector<double> fashion = {1002.7264, 482.7264, 122.6816, 21.6528, 6.8264};
  for (std::size_t i = 0; i < digits.size(); ++i) {
    CHECK(convolution_macs(committed("cinet_digits_cnn" + std::to_string(i + 1))) ==
          digits[i] * 1e6);
  }
  for (std::size_t i = 0; i < fashion.size(); ++i) {
    CHECK(convolution_macs(committed("cinet_fashion_cnn" + std::to_string(i + 1))) ==
          doctest::Approx(fashion[i] * 1e6).epsilon(1e-12));
  }
  // 25 * 2 * 100^2 + 25 * 2 * 4 * 50^2 + 25 * 25 * 4 * 50 + 50 * 4
  CHECK(macs(committed("cinet_extractor")) == 500'000 + 500'000 + 125'000 + 200);
}

TEST_CASE("CiNet's cuts are those of its Table 6, rounded halves up") {
  // values behind each pool: 50^2 * 128 = 320,000; 25^2 * 256 = 160,000; 13^2 * 256 = 43,264
  // (printed 43,200); then 100 and 50
  const LayerGraph graph = committed("cinet_digits_cnn1");
  const std::pair<const char*, double> rows[] = {
      {"pool1", 320'000}, {"pool2", 160'000}, {"pool3", 43'264}, {"fc1", 100}, {"fc2", 50}};
  for (const auto& [name, values] : rows) {
    const auto found = std::find_if(graph.layers.begin(), graph.layers.end(),
                                    [&](const LayerNode& layer) { return layer.name == name; });
    REQUIRE(found != graph.layers.end());
    CHECK(found->output == Bytes(4 * values));
  }
}

TEST_CASE("the example of the format's page adds up to what the page says") {
  const std::string page = bytes_of((folder / "README.md").string());
  const auto from = page.find("```yaml\n") + 8;
  const LayerGraph graph =
      read_layer_profile(parse_document(page.substr(from, page.find("```", from) - from), "page"));
  REQUIRE(graph.layers.size() == 5);
  CHECK(graph.layers[0].output == Bytes(192));
  CHECK(graph.layers[1].output == Bytes(1024));
  CHECK(graph.layers[1].work == Flops(2. * 3 * 3 * 3 * 4 * 64));
  CHECK(graph.layers[1].params == Bytes(4 * (108 + 2 * 4)));
  CHECK(graph.layers[2].work == Flops(2. * 4 * 4 * 64));
  CHECK(graph.layers[2].params == Bytes(4 * (16 + 2 * 4)));
  CHECK(graph.layers[4].work == Flops(2. * 256 * 10));
  CHECK(graph.layers[4].params == Bytes(4 * (2560 + 10)));
  CHECK(graph.consumers()[1] == std::vector<LayerId>{2, 3});
}

TEST_CASE("every committed profile is one") {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".yaml") continue;
    INFO(entry.path().string());
    const LayerGraph graph = read_layer_profile(entry.path().string());
    CHECK(graph.name == entry.path().stem().string());
    CHECK(!graph.source.empty());
    ++files;
  }
  CHECK(files >= 23);
}

}  // namespace updraft
