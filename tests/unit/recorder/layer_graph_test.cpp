// Is a network's graph the network: its layers, their types and its whole cost? Are the committed
// profiles what the command writes?
#include "traces/recorder/layer_graph.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "sim/core/input_error.hpp"
#include "traces/layer_profile.hpp"
#include "traces/recorder/layer_builder.hpp"
#include "traces/recorder/layer_request.hpp"
#include "traces/recorder/networks/profile_form.hpp"

using namespace updraft;

namespace {

namespace fs = std::filesystem;

NetworkChoice choice(const std::string& form, int depth = 0, double width = 1) {
  NetworkChoice out;
  out.form = form;
  out.depth = depth;
  out.width = width;
  return out;
}

LayerRequest request(const NetworkChoice& network) {
  LayerRequest out;
  out.network = network;
  return out;
}

// The least depth that a form has; 0 where it has one only.
int some_depth(const NetworkForm& form) {
  int depth = 0;
  if (form.is_depth != nullptr) {
    while (!form.is_depth(depth)) ++depth;
  }
  return depth;
}

void check_costs(const Layers& layers) {
  const LayerGraph graph = layer_graph(layers, "net", "");
  const Cost sum = cost(layers);
  CHECK(graph.work() == Flops(2 * static_cast<double>(sum.macs)));
  CHECK(graph.params() == Bytes(4 * static_cast<double>(sum.params)));
  CHECK(graph.layers.size() == layers.all.size());
  // The reader takes it: names differ, each layer follows its inputs and is needed.
  const LayerGraph read = read_layer_profile(parse_document(to_yaml(graph), "net"));
  CHECK(read.work() == graph.work());
  CHECK(read.outputs == graph.outputs);
}

std::string told(const LayerRequest& asked) {
  try {
    layer_profile(asked);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a graph's work and parameters are those of its network, for every form") {
  for (const auto& known : profile_forms()) {
    INFO(known.form.name);
    NetworkChoice network = choice(known.form.name, some_depth(known.form));
    check_costs(known.form.layers(network, known.input, known.classes, false));
    if (network_form(known.form.name) == nullptr) continue;
    network.features = 16;
    network.predictor_reads_softmax = true;
    check_costs(known.form.layers(network, known.input, known.classes, true));
    if (known.form.exits == nullptr) continue;
    network.exit = known.form.exits(network.depth).front();
    check_costs(known.form.layers(network, known.input, known.classes, true));
  }
}

TEST_CASE("a layer's type says what decides its rate") {
  LayerBuilder builder({4, 8, 8});
  const auto grouped = builder.convolution("grouped", 0, {.out = 8, .groups = 2});
  const auto point = builder.convolution("point", grouped, {.out = 8, .kernel = 1, .groups = 2});
  const auto depth = builder.depthwise("depth", point, 3, 2, Activation::swish);
  const auto norm = builder.normalisation("norm", depth, Activation::relu);
  const auto sum = builder.add("sum", norm, depth, Activation::relu);
  const auto mean = builder.global_average("mean", sum);
  const auto gate = builder.gate("gate", sum, mean);
  const auto half = builder.slice("half", gate, 0, 4);
  const auto both = builder.concatenation("both", {half, gate, sum});
  const auto mixed = builder.shuffle("mixed", both);
  const auto pool = builder.pool("pool", mixed, {.kernel = 2, .ceils = true});
  NetworkChoice seen;
  seen.predictor_reads_softmax = true;
  const LayerGraph graph = layer_graph(builder.with_heads(pool, seen, 3, true), "net", "here");

  const std::vector<std::pair<std::string, LayerType>> expected = {
      {"image", LayerType::input},
      {"grouped", LayerType::convolution},
      {"point", LayerType::pointwise},
      {"depth", LayerType::depthwise},
      {"norm", LayerType::normalisation},
      {"sum", LayerType::elementwise},
      {"mean", LayerType::pool},
      {"gate", LayerType::elementwise},
      {"half", LayerType::reshape},
      {"both", LayerType::reshape},
      {"mixed", LayerType::reshape},
      {"pool", LayerType::pool},
      {"features", LayerType::pool},
      {"approximator", LayerType::linear},
      {"confidence", LayerType::activation},
      {"seen", LayerType::reshape},
      {"predictor", LayerType::linear}};
  REQUIRE(graph.layers.size() == expected.size());
  for (std::size_t v = 0; v < expected.size(); ++v) {
    INFO(expected[v].first);
    CHECK(graph.layers[v].name == expected[v].first);
    CHECK(graph.layers[v].type == expected[v].second);
  }
  CHECK(graph.outputs == std::vector<LayerId>{13, 16});  // the classes, then the predictor
  CHECK(graph.layers[0].output == Bytes(4 * 8 * 8));     // 8 bits a value
  // 3x3 of 2 channels each to 8 at 8 x 8: 9 * 2 * 8 * 64 MACs; 144 weights and a norm of 2 * 8
  CHECK(graph.layers[1].work == Flops(2. * 9 * 2 * 8 * 64));
  CHECK(graph.layers[1].params == Bytes(4 * (144 + 16)));
  CHECK(graph.layers[1].output == Bytes(4 * 8 * 8 * 8));
  CHECK(graph.layers[9].inputs == std::vector<LayerId>{8, 7, 5});
  CHECK(graph.layers[9].shape == std::vector<int>{4 + 8 + 8, 4, 4});
  CHECK(graph.layers[11].shape == std::vector<int>{20, 2, 2});
  CHECK(graph.layers[11].kernel == 2);
  CHECK(graph.layers[12].shape == std::vector<int>{20});
  CHECK(graph.layers[12].kernel == 0);
}

TEST_CASE("windows: padding is explicit, and a last one that is not full counts where it shall") {
  LayerBuilder builder({1, 13, 7});
  const auto side = [&](int kernel, int stride, int padding, bool ceils) {
    const ImageShape& out = builder.shape(builder.pool(
        "pool", 0, {.kernel = kernel, .stride = stride, .padding = padding, .ceils = ceils}));
    return std::pair(out.height, out.width);
  };
  CHECK(side(2, 2, 0, false) == std::pair(6, 3));  // (13 - 2) / 2 + 1, (7 - 2) / 2 + 1
  CHECK(side(2, 2, 0, true) == std::pair(7, 4));   // the 13th and 7th alone
  CHECK(side(3, 2, 0, true) == std::pair(6, 3));   // nothing is left over
  CHECK(side(3, 2, 1, false) == std::pair(7, 4));
  CHECK(side(2, 3, 0, true) == std::pair(5, 3));   // the last begins at 12 and 6
  CHECK(side(2, 3, 1, true) == std::pair(5, 3));   // -1, 2, 5, 8, 11; one from 14 on sees nothing
  CHECK(side(9, 2, 0, false) == std::pair(3, 0));  // no room in 7
}

TEST_CASE("each committed profile is what the command in its first line writes") {
  const std::vector<std::pair<std::string, NetworkChoice>> committed = {
      {"alexnet", choice("alexnet")},
      {"vgg16", choice("vgg16")},
      {"resnet18", choice("imagenet_resnet18")},
      {"resnet50", choice("resnet50")},
      {"resnet101", choice("imagenet_resnet101")},
      {"mobilenet_v2", choice("imagenet_mobilenet_v2")},
      {"googlenet", choice("googlenet")},
      {"googlenet_5x5", choice("googlenet_5x5")},
      {"cinet_digits_cnn1", choice("cinet_digits_cnn", 1)},
      {"cinet_digits_cnn2", choice("cinet_digits_cnn", 2)},
      {"cinet_digits_cnn3", choice("cinet_digits_cnn", 3)},
      {"cinet_digits_cnn4", choice("cinet_digits_cnn", 4)},
      {"cinet_digits_cnn5", choice("cinet_digits_cnn", 5)},
      {"cinet_digits_cnn6", choice("cinet_digits_cnn", 6)},
      {"cinet_digits_cnn7", choice("cinet_digits_cnn", 7)},
      {"cinet_fashion_cnn1", choice("cinet_fashion_cnn", 1)},
      {"cinet_fashion_cnn2", choice("cinet_fashion_cnn", 2)},
      {"cinet_fashion_cnn3", choice("cinet_fashion_cnn", 3)},
      {"cinet_fashion_cnn4", choice("cinet_fashion_cnn", 4)},
      {"cinet_fashion_cnn5", choice("cinet_fashion_cnn", 5)},
      {"cinet_extractor", choice("cinet_extractor")},
      {"resnet20", choice("resnet", 20)},
      {"resnet8", choice("resnet", 8)},
      {"shufflenet_v2_x0.5", choice("shufflenet_v2", 0, 0.5)}};
  const fs::path folder = fs::path(UPDRAFT_SOURCE_DIR) / "traces/layers";
  std::set<std::string> names;
  const auto content = [&](const std::string& name) {
    INFO(name);
    names.insert(name + ".yaml");
    std::ifstream in(folder / (name + ".yaml"), std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(in), {}};
  };
  for (const auto& [name, network] : committed) {
    const std::string bytes = content(name);
    CHECK(bytes == layer_profile(request(network)));
    CHECK(bytes.starts_with("# updraft-record layers --network " + network.form + " --"));
  }
  // a recipe's network; its command names the recipe from the project's folder
  const std::string recipe = "traces/recorder/recipes/cinet_digits.yaml";
  LayerRequest cloud = layer_request(read_recipe(read_document(UPDRAFT_SOURCE_DIR "/" + recipe)),
                                     "cloud", {1, 100, 100});
  cloud.command = "updraft-record layers --stage cloud " + recipe + " --input 1x100x100";
  CHECK(content("transformed-mnist_cloud") == layer_profile(cloud));
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".yaml") continue;
    INFO(entry.path().string());
    CHECK(names.contains(entry.path().filename().string()));  // none that nothing makes
  }
}

TEST_CASE("a stage of a recipe is the network that was trained, with its predictor") {
  const std::string file = UPDRAFT_SOURCE_DIR "/traces/recorder/recipes/mnist.yaml";
  const Recipe recipe = read_recipe(read_document(file));
  const ImageShape digits{1, 28, 28};
  const LayerGraph cloud = layer_graph(layer_request(recipe, "cloud", digits));
  CHECK(cloud.name == recipe.dataset.name + "_cloud");
  CHECK(cloud.outputs.size() == 1);
  const auto judged = std::find_if(recipe.stages.begin(), recipe.stages.end(),
                                   [](const StageRecipe& one) { return one.has_predictor(); });
  REQUIRE(judged != recipe.stages.end());
  const LayerRequest asked = layer_request(recipe, judged->name, digits);
  CHECK(layer_graph(asked).outputs.size() == 2);
  const Layers layers = layers_of(judged->network, digits, recipe.dataset.classes, true);
  CHECK(layer_graph(asked).work() == Flops(2 * static_cast<double>(cost(layers).macs)));
  CHECK(layer_profile(asked).starts_with(
      fmt::format("# updraft-record layers --stage {} {} --input 1x28x28\n", judged->name, file)));
  std::string line;
  try {
    layer_request(recipe, "clout", digits);
  } catch (const InputError& error) {
    line = error.what();
  }
  CHECK(line.starts_with("--stage = clout; expected cloud, "));
  CHECK(line.ends_with("; did you mean cloud?"));
}

TEST_CASE("a request that is no network is told so in the command's words") {
  CHECK(told(request(choice("resnet18"))).empty());
  const std::string unknown = told(request(choice("alexnett")));
  CHECK(unknown.starts_with("--network = alexnett; expected resnet, resnet18, "));
  CHECK(unknown.ends_with("; did you mean alexnet?"));
  CHECK(told(request(choice("resnet"))) == "--depth = nothing; expected 6 n + 2");
  CHECK(told(request(choice("resnet", 9))) == "--depth = 9; expected 6 n + 2");
  CHECK(told(request(choice("cinet_digits_cnn", 8))) == "--depth = 8; expected 1 to 7");
  NetworkChoice all = choice("vgg16", 16, 2);
  all.features = 8;
  CHECK(told(request(all)) ==
        "--depth = 16; expected none: vgg16 has one only\n"
        "--width = 2; expected 1\n"
        "--features = 8; expected none: vgg16 is as it was published");
  CHECK(told(request(choice("shufflenet_v2", 0, 0.7))) == "--width = 0.7; expected 0.5, 1, 1.5, 2");
  LayerRequest small = request(choice("alexnet"));
  small.input = ImageShape{3, 32, 32};  // 32 -> 7 -> 3 -> 1, where no 3x3 pool fits
  CHECK(told(small) == "--input = 3x32x32; expected larger images: pool5 would put out nothing");
  small.input = ImageShape{3, 63, 63};  // 63 -> 15 -> 7 -> 3 -> 1
  CHECK(told(small).empty());
}

TEST_CASE("sides are three whole numbers") {
  CHECK(parse_sides("3x224x200") == ImageShape{3, 224, 200});
  CHECK(sides_text({3, 224, 200}) == "3x224x200");
  for (const char* text : {"", "3", "3x224", "3x224x224x1", "3x0x1", "3x-1x1", "ax1x1", "1x1x",
                           "1x1x10001", "x1x1", "1.5x1x1"}) {
    INFO(text);
    CHECK_FALSE(parse_sides(text).has_value());
  }
}
