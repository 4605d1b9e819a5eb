// Does a layer profile say what it says: one graph, in order, or every mistake with its place?
#include "traces/layer_profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "sim/core/random.hpp"
#include "tests/unit/traces/scratch.hpp"

namespace updraft {
namespace {

const std::string head = "format: updraft-layers\nname: net\nlayers:\n";
const std::string good =
    head +
    "  image: {type: input, shape: [3, 8, 8]}\n"                                     // line 4
    "  conv: {type: convolution, from: [image], shape: [4, 8, 8], work: 1 MMAC}\n"   // line 5
    "  fc: {type: linear, from: [conv], shape: [10], params: 448 B, bytes: 20 B}\n"  // line 6
    "outputs: [fc]\n";                                                               // line 7

LayerGraph reading(const std::string& text) {
  return read_layer_profile(parse_document(text, "net.yaml"));
}

std::string told(const std::string& text) {
  const Scratch scratch;
  return complaint(scratch.write("net.yaml", text),
                   [](const std::string& file) { read_layer_profile(file); });
}

// `good` with its only `old` replaced.
std::string good_but(const std::string& old, const std::string& text) {
  std::string out = good;
  const auto at = out.find(old);
  REQUIRE(at != std::string::npos);
  REQUIRE(out.find(old, at + 1) == std::string::npos);
  return out.replace(at, old.size(), text);
}

// A chain of `layers` layers, the input counted.
std::string chain(int layers) {
  std::string text = head + "  l0: {type: input, shape: [1]}\n";
  for (int i = 1; i < layers; ++i) {
    text += fmt::format("  l{}: {{type: pool, from: [l{}], shape: [1]}}\n", i, i - 1);
  }
  return text + fmt::format("outputs: [l{}]\n", layers - 1);
}

void check_equal(const LayerGraph& a, const LayerGraph& b) {
  CHECK(a.name == b.name);
  CHECK(a.source == b.source);
  CHECK(a.outputs == b.outputs);
  REQUIRE(a.layers.size() == b.layers.size());
  for (std::size_t v = 0; v < a.layers.size(); ++v) {
    const LayerNode& x = a.layers[v];
    const LayerNode& y = b.layers[v];
    INFO(x.name);
    CHECK(x.name == y.name);
    CHECK(x.type == y.type);
    CHECK(x.inputs == y.inputs);
    CHECK(x.shape == y.shape);
    CHECK(x.output == y.output);
    CHECK(x.work == y.work);
    CHECK(x.params == y.params);
    CHECK(x.kernel == y.kernel);
    CHECK(x.stride == y.stride);
  }
}

int drawn(Stream& stream, int below) { return static_cast<int>(stream.uniform() * below); }

// Every layer is read, or an output; names that YAML would take for something else among them.
LayerGraph random_graph(std::uint64_t seed) {
  Stream stream(seed, "layers");
  LayerGraph graph;
  graph.name = seed % 2 == 0 ? "net" : "a \"name\": with # and \\";
  graph.source = seed % 3 == 0 ? "" : "someone, 2026; here";
  const std::vector<std::string> odd = {"null", "true", "12",  "/conv/Conv_output_0",
                                        "a b",  "x: y", "[0]", "\xc3\xa4",
                                        "-",    "#1",   "a,b", "'q'"};
  const int layers = 2 + drawn(stream, 11);
  for (int v = 0; v < layers; ++v) {
    LayerNode node;
    node.name = drawn(stream, 3) == 0 ? odd[static_cast<std::size_t>(v)] : fmt::format("l{}", v);
    node.shape = {1 + drawn(stream, 9), 1 + drawn(stream, 9)};
    node.output =
        Bytes(drawn(stream, 2) == 0 ? 4 * node.shape[0] * node.shape[1] : drawn(stream, 999) / 8.);
    const bool sample = v == 0 || (v == 1 && drawn(stream, 2) == 0 && layers > 2);
    node.type = sample ? LayerType::input : static_cast<LayerType>(1 + drawn(stream, 11));
    if (!sample) {
      for (int input = 0; input < v; ++input) {
        if (drawn(stream, 3) == 0 || input == v - 1) {
          node.inputs.push_back(static_cast<LayerId>(input));
        }
      }
      node.work = Flops(drawn(stream, 2) == 0 ? 0 : drawn(stream, 1 << 30));
      node.params = Bytes(drawn(stream, 2) == 0 ? 0 : drawn(stream, 1 << 30));
      node.kernel = drawn(stream, 4);
      node.stride = drawn(stream, 3);
    }
    graph.layers.push_back(node);
  }
  const auto readers = graph.consumers();
  for (LayerId v = 0; v < graph.layers.size(); ++v) {
    if (!readers[v].empty()) continue;
    if (graph.layers[v].type == LayerType::input) {  // a second one that nobody reads
      graph.layers.back().inputs.push_back(v);
    } else {
      graph.outputs.push_back(v);
    }
  }
  return graph;
}

}  // namespace

TEST_CASE("a profile is a graph; what is left out is 4 bytes a value, 1 of an input") {
  const LayerGraph graph = reading(good);
  REQUIRE(graph.layers.size() == 3);
  CHECK(graph.name == "net");
  CHECK(graph.source.empty());
  CHECK(graph.layers[0].type == LayerType::input);
  CHECK(graph.layers[0].output == Bytes(3 * 8 * 8));
  CHECK(graph.layers[1].output == Bytes(4 * 4 * 8 * 8));
  CHECK(graph.layers[1].work == Flops(2e6));
  CHECK(graph.layers[1].inputs == std::vector<LayerId>{0});
  CHECK(graph.layers[2].output == Bytes(20));  // what the file says
  CHECK(graph.layers[2].params == Bytes(448));
  CHECK(graph.outputs == std::vector<LayerId>{2});
}

TEST_CASE("layers may stand in any order; those that are in order stay as they are") {
  // d reads b and c, which read a. In the file: d, c, a, b. Placed: a (the first whose inputs are
  // there), then c, since b stands behind it, then b, then d.
  const LayerGraph graph = reading(head +
                                   "  d: {type: elementwise, from: [b, c], shape: [1]}\n"
                                   "  c: {type: pool, from: [a], shape: [1]}\n"
                                   "  a: {type: input, shape: [1]}\n"
                                   "  b: {type: pool, from: [a], shape: [1]}\n"
                                   "outputs: [d]\n");
  std::string order;
  for (const auto& layer : graph.layers) order += layer.name;
  CHECK(order == "acbd");
  CHECK(graph.layers[3].inputs == std::vector<LayerId>{2, 1});  // b, c: as its `from` says
  CHECK(graph.outputs == std::vector<LayerId>{3});
}

TEST_CASE("what is written reads back as the same, and is written the same again") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    INFO("seed ", seed);
    const LayerGraph graph = random_graph(seed);
    const std::string text = to_yaml(graph);
    INFO(text);
    const LayerGraph again = reading(text);
    check_equal(again, graph);
    CHECK(to_yaml(again) == text);
  }
}

TEST_CASE("the lines of the layers in any order make the same layers, each after its inputs") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    INFO("seed ", seed);
    const LayerGraph graph = random_graph(seed);
    std::string text = to_yaml(graph);
    const std::size_t from = text.find("layers:\n") + 8;
    const std::size_t to = text.find("outputs:");
    std::vector<std::string> lines;
    for (std::size_t at = from; at < to; at = text.find('\n', at) + 1) {
      lines.push_back(text.substr(at, text.find('\n', at) + 1 - at));
    }
    Stream stream(seed, "order");
    for (std::size_t i = lines.size(); i > 1; --i) {
      std::swap(lines[i - 1],
                lines[static_cast<std::size_t>(stream.uniform() * static_cast<double>(i))]);
    }
    const LayerGraph again =
        reading(text.replace(from, to - from, fmt::format("{}", fmt::join(lines, ""))));
    REQUIRE(again.layers.size() == graph.layers.size());
    CHECK(again.work() == graph.work());
    for (LayerId v = 0; v < again.layers.size(); ++v) {
      const LayerNode& layer = again.layers[v];
      const auto same = std::find_if(graph.layers.begin(), graph.layers.end(),
                                     [&](const LayerNode& one) { return one.name == layer.name; });
      REQUIRE(same != graph.layers.end());
      REQUIRE(layer.inputs.size() == same->inputs.size());
      for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
        CHECK(layer.inputs[i] < v);
        CHECK(again.layers[layer.inputs[i]].name == graph.layers[same->inputs[i]].name);
      }
    }
  }
}

TEST_CASE("a layer's own mistakes are named with their place") {
  CHECK(told(good).empty());
  CHECK(told(good_but("type: linear", "type: lienar")) ==
        "FILE:6:14: layers.fc.type = lienar; expected input, convolution, depthwise, pointwise, "
        "linear, matmul, pool, normalisation, activation, elementwise, reshape or other; did you "
        "mean linear?");
  const std::string shape = "1 to 8 sides of its output, without the batch, such as [64, 112, 112]";
  CHECK(told(good_but("shape: [10], ", "")) ==
        "FILE:6:7: layers.fc.shape = nothing; expected " + shape);
  CHECK(told(good_but("[10]", "[]")) == "FILE:6:43: layers.fc.shape = []; expected " + shape);
  CHECK(told(good_but("[10]", "[1, 1, 1, 1, 1, 1, 1, 1, 1]")) ==
        "FILE:6:43: layers.fc.shape = [1, 1, 1, 1, 1, 1, 1, 1, 1]; expected " + shape);
  CHECK(told(good_but("[4, 8, 8]", "[4, 0, 8]")) ==
        "FILE:5:55: layers.conv.shape[1] = 0; expected a whole number in [1, 1000000000]");
  CHECK(told(good_but("[4, 8, 8]", "[4, 8, -8]")) ==
        "FILE:5:58: layers.conv.shape[2] = -8; expected a whole number in [1, 1000000000]");
  CHECK(told(good_but("[4, 8, 8]", "[[4], 8, 8]")) ==
        "FILE:5:52: layers.conv.shape[0] = [4]; expected a whole number in [1, 1000000000]");
  // 250,000,000,000 values are 1 TB
  CHECK(told(good_but("[4, 8, 8]", "[1000000, 250001]")) ==
        "FILE:5:51: layers.conv.shape = [1000000, 250001]; expected at most 250000000000 values "
        "in all");
  CHECK(told(good_but("[4, 8, 8]", "[1000000, 250000]")).empty());
  const std::string bytes =
      "a size with its unit, such as 60 kB (B, kB, MB, GB, KiB, MiB, GiB, bit, kbit, Mbit), in "
      "[0, 1000 GB]";
  CHECK(told(good_but("448 B", "-448 B")) ==
        "FILE:6:57: layers.fc.params = -448 B; expected " + bytes);
  CHECK(told(good_but("20 B", "-1 B")) == "FILE:6:71: layers.fc.bytes = -1 B; expected " + bytes);
  CHECK(told(good_but("20 B", "1001 GB")) ==
        "FILE:6:71: layers.fc.bytes = 1001 GB; expected " + bytes);
  CHECK(told(good_but("20 B", "0 B")).empty());
  CHECK(told(good_but("1 MMAC", "-1 MMAC"))
            .starts_with("FILE:5:68: layers.conv.work = -1 MMAC; expected a work with its unit"));
  // each of 20,000 layers at the most sums to 2e19 FLOP, far from where doubles end
  CHECK(told(good_but("1 MMAC", "1e300 MMAC")).ends_with("in [0, 1000 TFLOP]"));
  CHECK(told(good_but("1 MMAC", "1 MMAC, kernel: 0")) ==
        "FILE:5:84: layers.conv.kernel = 0; expected a whole number in [1, 1000000]");
  CHECK(told(good_but("1 MMAC", "1 MMAC, padding: 1"))
            .starts_with("FILE:5:76: layers.conv.padding = 1; expected a known key"));
  CHECK(told(good_but("  fc: {", "  \"\": {"))
            .starts_with("FILE:6:3: layers = ; expected a name of 1 to 200 printable characters"));
  CHECK(told(good_but("  fc: {", "  fc: [], gc: {")).find("is not YAML") != std::string::npos);
  CHECK(told(good_but("{type: input, shape: [3, 8, 8]}", "8")) ==
        "FILE:4:10: layers.image = 8; expected keys and values");
}

TEST_CASE("an input is the sample itself; all others read something") {
  const std::string none = "; expected none: a layer of type input is the sample itself";
  CHECK(told(good_but("input, ", "input, work: 1 MAC, from: [fc], ")) ==
        "FILE:4:30: layers.image.work = 1 MAC" + none + "\n" +
            "FILE:4:43: layers.image.from = [fc]" + none);
  CHECK(told(good_but("input, ", "input, stride: 1, kernel: 1, params: 1 B, ")) ==
        "FILE:4:32: layers.image.stride = 1" + none + "\n" + "FILE:4:43: layers.image.kernel = 1" +
            none + "\n" + "FILE:4:54: layers.image.params = 1 B" + none);
  const std::string some = "expected the layers that it reads, such as [image]";
  CHECK(told(good_but("from: [conv], ", "")) ==
        "FILE:5:3: layers.conv is read by no layer and is no output; expected it among the "
        "outputs, or left out\n"
        "FILE:6:7: layers.fc.from = nothing; " +
            some);
  CHECK(told(good_but("from: [image]", "from: image"))
            .ends_with("FILE:5:35: layers.conv.from = image; " + some));
  CHECK(told(good_but("from: [image]", "from: []")).ends_with("layers.conv.from = []; " + some));
  CHECK(told(head + "  a: {type: pool, from: [b], shape: [1]}\n"
                    "  b: {type: pool, from: [b], shape: [1]}\noutputs: [a]\n") ==
        "FILE:4:3: layers = no input; expected at least one layer of type input\n"
        "FILE:5:3: layers: b -> b is a cycle; expected layers that read earlier ones");
}

TEST_CASE("names that are no layer's, twice in a list, or layers that nothing needs") {
  CHECK(told(good_but("[conv]", "[cnov]")) ==
        "FILE:6:29: layers.fc.from[0] = cnov; expected a layer of this file; did you mean conv?");
  CHECK(told(good_but("[conv]", "[conv, conv]")) ==
        "FILE:6:35: layers.fc.from[1] = conv; expected each layer once");
  CHECK(told(good_but("outputs: [fc]", "outputs: [fv, conv, conv]")) ==
        "FILE:7:11: outputs[0] = fv; expected a layer of this file; did you mean fc?\n"
        "FILE:7:21: outputs[2] = conv; expected each layer once");
  CHECK(told(good_but("outputs: [fc]", "outputs: [fc, image]")) ==
        "FILE:7:15: outputs[1] = image; expected a layer that computes something");
  const std::string some = "expected the layers whose values the network gives, such as [fc]";
  CHECK(told(good_but("outputs: [fc]\n", "")) == "FILE:1:1: outputs = nothing; " + some);
  CHECK(told(good_but("outputs: [fc]", "outputs: fc")) == "FILE:7:10: outputs = fc; " + some);
  CHECK(told(good_but("outputs: [fc]", "outputs: [conv]")) ==
        "FILE:6:3: layers.fc is read by no layer and is no output; expected it among the outputs, "
        "or left out");
  CHECK(told(good_but("  fc:", "  conv:")).starts_with("FILE:6:3: conv = given twice"));
}

TEST_CASE("a cycle is one line that names its layers in the direction of the data") {
  const auto with_loop = [](const std::string& reads) {
    return head + "  image: {type: input, shape: [1]}\n  a: {type: elementwise, from: [image, " +
           reads +
           "], shape: [1]}\n"
           "  b: {type: pool, from: [a], shape: [1]}\n"
           "  c: {type: pool, from: [b], shape: [1]}\noutputs: [c]\n";
  };
  CHECK(told(with_loop("c")) ==
        "FILE:5:3: layers: a -> b -> c -> a is a cycle; expected layers that read earlier ones");
  CHECK(told(with_loop("b")) ==  // c lies behind it, not on it
        "FILE:5:3: layers: a -> b -> a is a cycle; expected layers that read earlier ones");
  // two that share nothing are two lines, beside the other mistakes
  CHECK(told(head + "  i: {type: input, shape: [0]}\n"
                    "  a: {type: elementwise, from: [i, b], shape: [1]}\n"
                    "  b: {type: pool, from: [a], shape: [1]}\n"
                    "  c: {type: elementwise, from: [b, d], shape: [1]}\n"
                    "  d: {type: pool, from: [c], shape: [1]}\noutputs: [d]\n") ==
        "FILE:4:28: layers.i.shape[0] = 0; expected a whole number in [1, 1000000000]\n"
        "FILE:5:3: layers: a -> b -> a is a cycle; expected layers that read earlier ones\n"
        "FILE:7:3: layers: c -> d -> c is a cycle; expected layers that read earlier ones");
  // 30 of them: ten are named
  std::string text = chain(31);
  text.replace(text.find("from: [l0]"), 10, "from: [l0, l30]");
  CHECK(told(text) ==
        "FILE:5:3: layers: l1 -> l2 -> l3 -> l4 -> l5 -> l6 -> l7 -> l8 -> l9 -> l10 -> 20 more -> "
        "l1 is a cycle; expected layers that read earlier ones");
}

TEST_CASE("another format, or none, is one line") {
  CHECK(told("") == "FILE:1:1: the file = nothing; expected keys and values");
  CHECK(told("a: 1\n") == "FILE:1:1: is not a layer profile; expected format: updraft-layers");
  CHECK(told("workload: {}\n") ==
        "FILE:1:1: is a scenario, not a layer profile; updraft check is for scenarios");
  CHECK(told("format: updraft-layer\n") ==
        "FILE:1:9: format = updraft-layer; expected updraft-layers; did you mean updraft-layers?");
  CHECK(told("format: updraft-layers\nname: net\noutputs: [a]\n")
            .find("FILE:1:1: layers = nothing; expected at least an input and a layer that reads "
                  "it") != std::string::npos);
}

TEST_CASE("20,000 layers are read, more are one line, soon") {
  const auto seconds = [](auto work) {
    const std::clock_t began = std::clock();  // of this process: other programs may run beside it
    work();
    return static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  };
  CHECK(seconds([] { CHECK(reading(chain(2000)).layers.size() == 2000); }) < 1);
  CHECK(seconds([] { CHECK(reading(chain(20'000)).layers.size() == 20'000); }) < 10);
  CHECK(seconds([] {
          CHECK(told(chain(20'001)) == "FILE:4:3: layers = 20001 of them; expected at most 20000");
        }) < 10);
  // 100,000 lines of 51 bytes are more than any YAML file here may have
  CHECK(seconds([] {
          CHECK(told(chain(100'000)) == "FILE: 5077824 bytes; expected at most 4194304");
        }) < 1);
}

TEST_CASE("thousands of unknown inputs are told in seconds, too") {
  std::string text = head + "  image: {type: input, shape: [1]}\n";
  for (int i = 0; i < 5000; ++i) {
    text += fmt::format("  l{}: {{type: pool, from: [m{}], shape: [1]}}\n", i, i);
  }
  const std::clock_t began = std::clock();
  const std::string lines = told(text + "outputs: [l0]\n");
  CHECK(static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC < 10);
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 4999);
}

}  // namespace updraft
