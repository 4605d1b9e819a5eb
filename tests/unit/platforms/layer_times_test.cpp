// Does a layer take what the roofline says, and is each mistake in a machine's layer rates or in a
// measured table explained?
#include "platforms/layer_times.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "platforms/platform.hpp"

using namespace updraft;
using namespace updraft::literals;

namespace {

// launch 2 ms; 1 B/us, of a convolution's bytes 0.1 B/us
const std::string machine_text =
    "{launch: 2 ms, rates: {convolution: 10 MMAC/s, depthwise: 5 MMAC/s, pointwise: 20 MMAC/s, "
    "linear: 4 MMAC/s, other: 1 MMAC/s}, memory: {convolution: 100 kB/s, other: 1 MB/s}, "
    "source: me}";

// The mistakes of reading `text` as a `layers:` block, which may be none.
std::string mistakes_of(const std::string& text, LayerRates* out = nullptr) {
  Mistakes mistakes;
  const Document document = parse_document(text, "my.yaml");
  Section block(document, "layers", mistakes);
  const LayerRates read = read_layer_rates(block);
  if (out != nullptr) *out = read;
  try {
    mistakes.throw_if_any();
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

LayerRates machine(const std::string& text = machine_text) {
  LayerRates out;
  REQUIRE(mistakes_of(text, &out) == "");
  return out;
}

LayerNode layer(const std::string& name, LayerType type, std::vector<LayerId> inputs, Bytes output,
                double kilo_macs = 0, Bytes params = Bytes(0)) {
  LayerNode out;
  out.name = name;
  out.type = type;
  out.inputs = std::move(inputs);
  out.output = output;
  out.work = Flops(kilo_macs * 2e3);
  out.params = params;
  return out;
}

// Every type once.
LayerGraph small_network() {
  LayerGraph graph;
  graph.name = "small";
  graph.layers = {layer("image", LayerType::input, {}, 1000_B),
                  layer("conv", LayerType::convolution, {0}, 2000_B, 1000, 500_B),
                  layer("deep", LayerType::depthwise, {1}, 2000_B, 100, 100_B),
                  layer("point", LayerType::pointwise, {2}, 4000_B, 10, 1000_B),
                  layer("pool", LayerType::pool, {3}, 1000_B),
                  layer("relu", LayerType::activation, {4}, 1000_B),
                  layer("add", LayerType::elementwise, {4, 5}, 1000_B),
                  layer("flat", LayerType::reshape, {6}, 1000_B),
                  layer("fc", LayerType::linear, {7}, 40_B, 4, 16_kB),
                  layer("score", LayerType::matmul, {8}, 40_B, 50),
                  layer("norm", LayerType::normalisation, {9}, 40_B, 0, 20_B),
                  layer("odd", LayerType::other, {10}, 40_B, 3)};
  graph.outputs = {11};
  return graph;
}

double ms(Seconds time) { return time.si() * 1e3; }

std::string changed(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string table_mistakes(const std::string& text, const LayerGraph& graph = small_network()) {
  try {
    read_layer_times(parse_document(text, "t.yaml"), graph);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

const std::string good_table =
    "layers: {conv: 5 ms, deep: 4 ms, point: 3 ms, pool: 2 ms, relu: 0 ms, add: 1 ms, fc: 9 ms, "
    "score: 1 ms, norm: 1 ms, odd: 1 ms}";

}  // namespace

TEST_CASE("each type of layer takes its launch and the larger of computing and moving") {
  const auto times = layer_times(machine(), small_network());
  REQUIRE(times.size() == 12);
  const std::vector<double> alone_ms = {
      0,          // an input
      2 + 100,    // 1000 kMAC / 10 MMAC/s = 100 ms > (1000 + 2000 + 500) B / 100 kB/s = 35 ms
      2 + 20,     // 100 / 5 = 20 > (2000 + 2000 + 100) / 1 MB/s = 4.1
      2 + 7,      // 10 / 20 = 0.5 < (2000 + 4000 + 1000) / 1 MB/s = 7
      2 + 5,      // no work; (4000 + 1000) / 1 MB/s
      2 + 2,      // no work; (1000 + 1000) / 1 MB/s
      2 + 3,      // both inputs are read: (1000 + 1000 + 1000) / 1 MB/s
      0,          // a reshape
      2 + 17.04,  // 4 / 4 = 1 < (1000 + 40 + 16000) / 1 MB/s
      2 + 50,     // no rate of its own: 50 kMAC at other's 1 MMAC/s > 0.08
      2 + 0.1,    // (40 + 40 + 20) / 1 MB/s
      2 + 3,      // 3 kMAC at 1 MMAC/s
  };
  for (std::size_t i = 0; i < times.size(); ++i) {
    CAPTURE(i);
    CHECK(ms(times[i].alone()) == doctest::Approx(alone_ms[i]));
    CHECK(ms(times[i].launch) == doctest::Approx(i == 0 || i == 7 ? 0 : 2));
  }
}

TEST_CASE("below the ridge a layer waits for memory, above it for arithmetic") {
  // 1 GMAC/s and 1 GB/s: the ridge is at 1 MAC a byte. 1000 B in, 1000 B out.
  const LayerRates even =
      machine("{launch: 0 ms, rates: {other: 1 GMAC/s}, memory: 1 GB/s, source: me}");
  const auto us = [&](double kilo_macs) {
    LayerGraph graph;
    graph.layers = {layer("x", LayerType::input, {}, 1000_B),
                    layer("y", LayerType::convolution, {0}, 1000_B, kilo_macs)};
    return layer_times(even, graph)[1].alone().si() * 1e6;
  };
  CHECK(us(0) == doctest::Approx(2));
  CHECK(us(1.9) == doctest::Approx(2));  // 2000 B / 1 GB/s
  CHECK(us(2) == doctest::Approx(2));    // the ridge: both
  CHECK(us(2.1) == doctest::Approx(2.1));
}

TEST_CASE("without memory it is no limit, and with one value that holds for all types") {
  const std::string rates = "{launch: 1 ms, rates: {other: 1 MMAC/s}, source: me";
  const auto free = layer_times(machine(rates + "}"), small_network());
  CHECK(ms(free[4].alone()) == doctest::Approx(1));         // a pool: its launch alone
  CHECK(ms(free[1].alone()) == doctest::Approx(1 + 1000));  // 1000 kMAC at 1 MMAC/s
  const auto one = layer_times(machine(rates + ", memory: 1 kB/s}"), small_network());
  CHECK(ms(one[1].alone()) == doctest::Approx(1 + 3500));  // 3500 B
  CHECK(ms(one[4].alone()) == doctest::Approx(1 + 5000));
  const auto some = layer_times(machine(rates + ", memory: {linear: 1 kB/s}}"), small_network());
  CHECK(ms(some[8].alone()) == doctest::Approx(1 + 17040));
  CHECK(ms(some[4].alone()) == doctest::Approx(1));
}

TEST_CASE("ideal is work over one constant, without launch or memory") {
  const auto times = layer_times(machine("{ideal: 10 MMAC/s, source: me}"), small_network());
  const auto same = ideal_layer_times(FlopsPerSecond(20e6), small_network());
  const std::vector<double> alone_ms = {0, 100, 10, 1, 0, 0, 0, 0, 0.4, 5, 0, 0.3};  // kMAC / 10
  for (std::size_t i = 0; i < times.size(); ++i) {
    CAPTURE(i);
    CHECK(ms(times[i].work) == doctest::Approx(alone_ms[i]));
    CHECK(times[i].launch == Seconds(0));
    CHECK(same[i].work == times[i].work);
  }
}

TEST_CASE("the built-in ideal machines are ideal by layer, too") {
  const Catalog catalog = built_in_catalog();
  const LayerGraph graph = small_network();
  const auto edge = layer_times(catalog.device("ideal")->layers.value(), graph);
  const auto cloud = layer_times(catalog.cloud("ideal")->layers.value(), graph);
  Seconds on_edge, on_cloud;
  for (std::size_t i = 0; i < graph.layers.size(); ++i) {
    on_edge += edge[i].alone();
    on_cloud += cloud[i].alone();
  }
  const Flops work = graph.layers[1].work + graph.layers[2].work + graph.layers[3].work +
                     graph.layers[8].work + graph.layers[9].work + graph.layers[11].work;
  CHECK(on_edge.si() == doctest::Approx(stage_time(*catalog.device("ideal"), work, "any").si()));
  CHECK(on_cloud.si() == doctest::Approx(batch_time(*catalog.cloud("ideal"), work, 1).si()));
}

TEST_CASE("each mistake in a machine's layer rates is explained") {
  const std::string rate =
      "; expected a compute rate with its unit, such as 4.9 GMAC/s (MMAC/s, GMAC/s, TMAC/s, "
      "MFLOP/s, GFLOP/s, TFLOP/s), above 0";
  const std::string bandwidth =
      "; expected a rate with its unit, such as 20 Mbps (bps, kbps, Mbps, Gbps, B/s, kB/s, MB/s, "
      "GB/s), above 0";
  const std::string duration =
      "; expected a duration with its unit, such as 20 ms (s, ms, us, ns, min, h), at least 0";
  const std::string good = "launch: 2 ms\nrates: {other: 1 GMAC/s}\nmemory: 1 GB/s\nsource: me\n";
  const auto wrong = [&](const std::string& from, const std::string& to) {
    return mistakes_of(changed(good, from, to));
  };
  CHECK(mistakes_of(good) == "");
  CHECK(wrong("2 ms", "0 ms") == "");
  CHECK(wrong("2 ms", "2") == "my.yaml:1:9: layers.launch = 2" + duration);
  CHECK(wrong("2 ms", "-2 ms") == "my.yaml:1:9: layers.launch = -2 ms" + duration);
  CHECK(wrong("launch: 2 ms\n", "") == "my.yaml:1:1: layers.launch = nothing" + duration);
  CHECK(wrong("1 GMAC/s", "1") == "my.yaml:2:16: layers.rates.other = 1" + rate);
  CHECK(wrong("1 GMAC/s", "0 GMAC/s") == "my.yaml:2:16: layers.rates.other = 0 GMAC/s" + rate);
  CHECK(wrong("other", "linear") == "my.yaml:2:8: layers.rates.other = nothing" + rate);
  CHECK(wrong("rates: {other: 1 GMAC/s}", "rates: 1 GMAC/s") ==
        "my.yaml:2:8: layers.rates = 1 GMAC/s; expected keys and values");
  CHECK(wrong("1 GB/s", "1 GB") == "my.yaml:3:9: layers.memory = 1 GB" + bandwidth);
  CHECK(wrong("1 GB/s", "0 GB/s") == "my.yaml:3:9: layers.memory = 0 GB/s" + bandwidth);
  CHECK(wrong("1 GB/s", "{linear: -1 GB/s}") ==
        "my.yaml:3:18: layers.memory.linear = -1 GB/s" + bandwidth);
  CHECK(wrong("1 GB/s", "[1 GB/s]") ==
        "my.yaml:3:9: layers.memory = [1 GB/s]; expected keys and values");
  CHECK(wrong("source: me\n", "") == "my.yaml:1:1: layers.source = nothing; expected a word");
  CHECK(mistakes_of(good + "fit_error: -3 %\n") ==
        "my.yaml:5:12: layers.fit_error = -3 %; expected a fraction, such as 0.9 or 90 %, at "
        "least 0");
  const std::string types =
      "activation, convolution, depthwise, elementwise, linear, matmul, normalisation, other, "
      "pointwise or pool";
  CHECK(wrong("{other", "{poinwise: 1 GMAC/s, reshape: 1 GMAC/s, other") ==
        "my.yaml:2:9: layers.rates.poinwise = 1 GMAC/s; expected a known key (" + types +
            "); did you mean pointwise?\n"
            "my.yaml:2:29: layers.rates.reshape = 1 GMAC/s; expected a known key (" +
            types + ")");
  CHECK(wrong("memory:", "memroy:") ==
        "my.yaml:3:1: layers.memroy = 1 GB/s; expected a known key (fit_error, ideal, launch, "
        "memory, rates or source); did you mean memory?");
  CHECK(mistakes_of("ideal: 1 GMAC/s\nlaunch: 1 ms\nsource: me\n") ==
        "my.yaml:2:1: layers.launch = 1 ms; expected a known key (ideal or source)");
  CHECK(mistakes_of("ideal: 1\nsource: me\n") == "my.yaml:1:8: layers.ideal = 1" + rate);
  CHECK(mistakes_of("5 ms") == "my.yaml:1:1: layers = 5 ms; expected keys and values");
  // All of them at once, in the order of the file.
  CHECK(mistakes_of("launch: 2\nrates: {other: 1}\nmemory: 1\nfit_error: x\n") ==
        "my.yaml:1:1: layers.source = nothing; expected a word\n"
        "my.yaml:1:9: layers.launch = 2" +
            duration + "\nmy.yaml:2:16: layers.rates.other = 1" + rate +
            "\nmy.yaml:3:9: layers.memory = 1" + bandwidth +
            "\nmy.yaml:4:12: layers.fit_error = x; expected a fraction, such as 0.9 or 90 %, at "
            "least 0");
}

TEST_CASE("an entry of a catalog may have layer rates, and is listed with their error") {
  const std::string device =
      "devices:\n  mine:\n    what: a board\n    rates: {}\n    default: 1 GMAC/s\n    idle: 1 W\n"
      "    busy: 2 W\n    source: me\n";
  const auto listed = [](const std::string& text) {
    Catalog catalog;
    Mistakes mistakes;
    add_to_catalog(parse_document(text, "my.yaml"), catalog, mistakes);
    mistakes.throw_if_any();
    return device_rows(catalog).at(1).at(6);
  };
  const std::string layers = "    layers: " + machine_text + "\n";
  CHECK(listed(device) == "");
  CHECK(listed(device + layers) == "yes");
  CHECK(listed(device + layers + "    unverified: [layers]\n") == "yes?");
  CHECK(listed(device + changed(layers, "source", "fit_error: 12 %, source")) == "12");
  CHECK(listed(device + "    layers: {ideal: 1 GMAC/s, source: me}\n") == "ideal");
  CHECK_THROWS_WITH_AS(
      listed(device + "    layers: {}\n"),
      doctest::Contains("my.yaml:9:13: devices.mine.layers.source = nothing; expected a word"),
      InputError);
}

TEST_CASE("a measured table is taken as it stands") {
  const auto times = read_layer_times(parse_document(good_table, "t.yaml"), small_network());
  const std::vector<double> alone_ms = {0, 5, 4, 3, 2, 0, 1, 0, 9, 1, 1, 1};
  for (std::size_t i = 0; i < times.size(); ++i) {
    CAPTURE(i);
    CHECK(ms(times[i].work) == doctest::Approx(alone_ms[i]));
    CHECK(times[i].launch == Seconds(0));
  }
  // A reshape that somebody measured counts.
  const auto more = read_layer_times(
      parse_document(changed(good_table, "fc:", "flat: 500 us, fc:"), "t.yaml"), small_network());
  CHECK(ms(more[7].alone()) == doctest::Approx(0.5));
}

TEST_CASE("a measured table is read from a file") {
  const auto file = std::filesystem::temp_directory_path() /
                    ("updraft-layer-times-" + std::to_string(::getpid()) + ".yaml");
  std::ofstream(file) << good_table << "\nsource: measured by me, 2026-05-01\n";
  CHECK(ms(read_layer_times(file.string(), small_network())[1].work) == doctest::Approx(5));
  std::filesystem::remove(file);
  CHECK_THROWS_AS(read_layer_times(file.string(), small_network()), InputError);
}

TEST_CASE("each mistake in a measured table is explained, all at once") {
  const std::string duration =
      "; expected a duration with its unit, such as 20 ms (s, ms, us, ns, min, h), at least 0";
  CHECK(table_mistakes(good_table) == "");
  CHECK(table_mistakes(changed(good_table, "conv: 5 ms", "conv: 5")) ==
        "t.yaml:1:16: layers.conv = 5" + duration);
  CHECK(table_mistakes(changed(good_table, "conv: 5 ms", "conv: -5 ms")) ==
        "t.yaml:1:16: layers.conv = -5 ms" + duration);
  CHECK(table_mistakes(changed(good_table, "conv: 5 ms, ", "")) ==
        "t.yaml:1:9: layers.conv = nothing" + duration);
  CHECK(table_mistakes(changed(good_table, "conv:", "conf:")) ==
        "t.yaml:1:9: layers.conv = nothing" + duration +
            "\nt.yaml:1:10: layers.conf = 5 ms; expected a layer of small; did you mean conv?");
  CHECK(table_mistakes(changed(good_table, "conv:", "image: 1 ms, conv:")) ==
        "t.yaml:1:10: layers.image = 1 ms; expected no time: it is an input of small");
  CHECK(table_mistakes(changed(good_table, "conv:", "attention_head: 1 ms, conv:")) ==
        "t.yaml:1:10: layers.attention_head = 1 ms; expected a layer of small");
  CHECK(table_mistakes("layer: {conv: 5 ms}") ==
        "t.yaml:1:1: layers = nothing; expected the time of each layer, such as {conv1: 3.1 ms}\n"
        "t.yaml:1:1: layer = {conv: 5 ms}; expected a known key (layers or source); did you mean "
        "layers?");
  CHECK(table_mistakes("layers: 5 ms") == "t.yaml:1:9: layers = 5 ms; expected keys and values");
  CHECK(table_mistakes("5 ms") == "t.yaml:1:1: the file = 5 ms; expected keys and values");
  CHECK(table_mistakes(
            changed(changed(good_table, "conv: 5 ms", "conv: 5"), "odd: 1 ms", "ood: 1 ms")) ==
        "t.yaml:1:9: layers.odd = nothing" + duration + "\nt.yaml:1:16: layers.conv = 5" +
            duration +
            "\nt.yaml:1:114: layers.ood = 1 ms; expected a layer of small; did you mean odd?");
}
