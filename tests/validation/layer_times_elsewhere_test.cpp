// What are the layer rates worth for networks that they were not fitted to? HW-NAS-Bench (Li et
// al., ICLR 2021) timed all networks of NAS-Bench-201 (Dong, Yang, ICLR 2020), 32 x 32, on a
// Raspberry Pi 4 with other software than ours was fitted to.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <string>
#include <vector>

#include "platforms/layer_times.hpp"
#include "platforms/platform.hpp"

using namespace updraft;

namespace {

std::vector<std::string> split(const std::string& text, const std::string& by) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (auto at = text.find(by); at != std::string::npos; at = text.find(by, from)) {
    parts.push_back(text.substr(from, at - from));
    from = at + by.size();
  }
  parts.push_back(text.substr(from));
  return parts;
}

// A stem, three times five cells of 16, 32 and 64 channels with a residual block of stride 2
// between, a classifier. A cell has four nodes, each the sum of operations on earlier ones:
// "|skip_connect~0|+|none~0|nor_conv_3x3~1|+|none~0|avg_pool_3x3~1|nor_conv_1x1~2|".
class CellNetwork {
 public:
  explicit CellNetwork(const std::string& cell) {
    LayerId x = add(LayerType::input, {}, 3, 32, 0);
    x = convolve(x, 3, 16, 3, 32);
    int side = 32;
    for (int channels = 16; channels <= 64; channels *= 2) {
      if (channels > 16) {
        side /= 2;
        const LayerId wide = convolve(x, channels / 2, channels, 3, side);
        const LayerId deep = convolve(wide, channels, channels, 3, side);
        const LayerId pool = add(LayerType::pool, {x}, channels / 2, side, 0);
        x = sum({deep, convolve(pool, channels / 2, channels, 1, side)}, channels, side);
      }
      for (int i = 0; i < 5; ++i) x = add_cell(cell, x, channels, side);
    }
    x = add(LayerType::pool, {x}, 64, 1, 0);
    add(LayerType::linear, {x}, 10, 1, 64 * 10);
  }

  LayerGraph graph;

 private:
  LayerId add(LayerType type, std::vector<LayerId> inputs, int channels, int side, int weights) {
    LayerNode layer;
    layer.name = fmt::format("layer{}", graph.layers.size());
    layer.type = type;
    layer.inputs = std::move(inputs);
    layer.output = Bytes((type == LayerType::input ? 1.0 : 4.0) * channels * side * side);
    layer.work = Flops(2.0 * weights * side * side);
    layer.params = Bytes(4.0 * weights);
    graph.layers.push_back(std::move(layer));
    return static_cast<LayerId>(graph.layers.size() - 1);
  }
  LayerId convolve(LayerId x, int from, int to, int kernel, int side) {
    const LayerType type = kernel == 1 ? LayerType::pointwise : LayerType::convolution;
    return add(type, {x}, to, side, from * to * kernel * kernel);
  }
  LayerId sum(const std::vector<LayerId>& parts, int channels, int side) {
    LayerId x = parts.at(0);
    for (std::size_t i = 1; i < parts.size(); ++i) {
      std::vector<LayerId> inputs{x};
      if (parts[i] != x) inputs.push_back(parts[i]);
      x = add(LayerType::elementwise, inputs, channels, side, 0);
    }
    return x;
  }
  LayerId add_cell(const std::string& cell, LayerId x, int channels, int side) {
    std::vector<LayerId> nodes{x};
    for (const auto& node : split(cell.substr(1, cell.size() - 2), "|+|")) {
      std::vector<LayerId> parts;
      for (const auto& edge : split(node, "|")) {
        const auto op = split(edge, "~");
        const LayerId from = nodes.at(std::stoul(op.at(1)));
        if (op[0] == "nor_conv_3x3") parts.push_back(convolve(from, channels, channels, 3, side));
        if (op[0] == "nor_conv_1x1") parts.push_back(convolve(from, channels, channels, 1, side));
        if (op[0] == "avg_pool_3x3") {
          parts.push_back(add(LayerType::pool, {from}, channels, side, 0));
        }
        if (op[0] == "skip_connect") parts.push_back(from);
      }
      if (parts.empty()) parts.push_back(add(LayerType::reshape, {x}, channels, side, 0));  // zeros
      nodes.push_back(sum(parts, channels, side));
    }
    return nodes.back();
  }
};

double mean(const std::vector<double>& x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
  double xy = 0, xx = 0, yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double dx = x[i] - mean(x), dy = y[i] - mean(y);
    xy += dx * dy, xx += dx * dx, yy += dy * dy;
  }
  return xy / std::sqrt(xx * yy);
}

}  // namespace

TEST_CASE("Pi 4B: small networks of others come out a third fast, but in their order") {
  const char* set = std::getenv("UPDRAFT_DATA");
  const std::filesystem::path data = set != nullptr ? set : UPDRAFT_SOURCE_DIR "/../shared/data";
  const auto file = data / "profiles/nasbench201_latency_ms.csv";
  if (!std::filesystem::exists(file)) {
    MESSAGE("skipped: no ", file.string(), " (set UPDRAFT_DATA)");
    return;
  }
  std::ifstream table(file);
  std::string line;
  std::getline(table, line);
  const auto head = split(line, ",");
  const auto column = [&](const std::string& name) {
    return static_cast<std::size_t>(std::ranges::find(head, name) - head.begin());
  };
  const Catalog catalog = built_in_catalog();
  const LayerRates& rates = catalog.device("raspberry-pi-4b")->layers.value();
  std::vector<double> ours, measured, ratios;
  for (int row = 0; std::getline(table, line); ++row) {
    if (row % 25 != 0) continue;
    const auto fields = split(line, ",");
    const double ms = std::stod(fields.at(column("raspi4")));
    if (ms < 2) continue;  // outliers near 0
    const CellNetwork network(fields.at(column("arch")));
    const double macs = std::stod(fields.at(column("macs_cifar10_computed")));
    REQUIRE(network.graph.work().si() / 2 == doctest::Approx(macs));
    Seconds sum;
    for (const auto& time : layer_times(rates, network.graph)) sum += time.alone();
    ours.push_back(sum.si() * 1e3);
    measured.push_back(ms);
    ratios.push_back(ours.back() / ms);
  }
  REQUIRE(ratios.size() > 500);
  std::ranges::sort(ratios);
  const double median = ratios[ratios.size() / 2];
  CAPTURE(median);
  CHECK(std::abs(median - 0.70) < 0.05);
  CHECK(correlation(ours, measured) > 0.85);
}
