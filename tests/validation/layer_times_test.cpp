// Do the layer rates of the catalog, summed over the layers of a network, agree with the times that
// were published for the whole of it, those that they were fitted to?
#include "platforms/layer_times.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "platforms/platform.hpp"
#include "traces/layer_profile.hpp"

using namespace updraft;

namespace {

struct Sum {
  Seconds launch;
  Seconds work;
  double ms(double batch = 1) const { return (launch + work * batch).si() * 1e3; }
};

Sum sum_of(const LayerRates& machine, const LayerGraph& graph) {
  Sum sum;
  for (const auto& time : layer_times(machine, graph)) {
    sum.launch += time.launch;
    sum.work += time.work;
  }
  return sum;
}

LayerGraph shipped(const std::string& network) {
  return read_layer_profile(UPDRAFT_SOURCE_DIR "/traces/layers/" + network + ".yaml");
}

const LayerRates& rates_of(const Catalog& catalog, const std::string& device) {
  const DeviceModel* model = catalog.device(device);
  REQUIRE(model != nullptr);
  REQUIRE(model->layers);
  return *model->layers;
}

struct Network {
  std::string name;
  double published_ms;
  double error;  // of the sum, as the catalog's `source` states it
};

// Each sum differs from the published time as stated, to a point, and by no more than fit_error.
void check_fit(const std::string& device, const std::vector<Network>& networks) {
  const Catalog catalog = built_in_catalog();
  const LayerRates& rates = rates_of(catalog, device);
  for (const auto& network : networks) {
    CAPTURE(device);
    CAPTURE(network.name);
    const double error = sum_of(rates, shipped(network.name)).ms() / network.published_ms - 1;
    CHECK(std::abs(error - network.error) <= 0.01);
    CHECK(std::abs(error) <= rates.fit_error.value() + 0.005);  // which is rounded
  }
}

}  // namespace

TEST_CASE("sums over the layers lie as far from ncnn's published times as the catalog says") {
  // ms of one inference: ncnn, benchmark/README.md, averages
  check_fit("raspberry-pi-4b", {{"alexnet", 76.40, -0.06},
                                {"vgg16", 547.09, 0.09},
                                {"resnet18", 123.12, 0.08},
                                {"resnet50", 262.83, 0.15},
                                {"mobilenet_v2", 61.88, -0.18},
                                {"googlenet_5x5", 114.35, -0.16}});
  check_fit("raspberry-pi-3b-plus", {{"alexnet", 159.09, 0.03},
                                     {"resnet18", 271.93, 0.07},
                                     {"resnet50", 587.42, 0.08},
                                     {"mobilenet_v2", 111.68, -0.18},
                                     {"googlenet_5x5", 224.22, -0.09}});
  check_fit("jetson-nano", {{"alexnet", 74.45, -0.04},
                            {"vgg16", 310.52, 0.09},
                            {"resnet18", 43.98, 0.11},
                            {"resnet50", 93.12, 0.09},
                            {"mobilenet_v2", 12.99, 0.05},
                            {"googlenet_5x5", 43.43, -0.16}});
  check_fit("jetson-tx2", {{"alexnet", 20.32, -0.04},
                           {"vgg16", 63.06, 0.05},
                           {"resnet18", 12.78, 0.12},
                           {"resnet50", 30.39, 0.13},
                           {"mobilenet_v2", 6.76, -0.06},
                           {"googlenet_5x5", 15.53, -0.20}});
  check_fit("snapdragon-855plus", {{"alexnet", 11.91, -0.09},
                                   {"vgg16", 60.19, 0.13},
                                   {"resnet18", 10.35, 0.14},
                                   {"resnet50", 26.24, 0.15},
                                   {"mobilenet_v2", 4.68, -0.07},
                                   {"googlenet_5x5", 13.12, -0.24}});
}

TEST_CASE("Jetson TX2 with TensorRT: sums over the layers are NVIDIA's times of two ResNets") {
  check_fit("jetson-tx2-trt-fp16", {{"resnet50", 15.7, 0}, {"resnet101", 29.9, 0}});
  check_fit("jetson-tx2-trt-fp32", {{"resnet50", 27.1, 0}, {"resnet101", 51.8, 0}});
}

TEST_CASE("clouds: ResNet-50 by layers takes the entry's time at batch 1 and grows by `each`") {
  const Catalog catalog = built_in_catalog();
  const LayerGraph resnet50 = shipped("resnet50");
  for (const auto& cloud : catalog.clouds) {
    CAPTURE(cloud.name);
    REQUIRE(cloud.layers);
    const Sum sum = sum_of(*cloud.layers, resnet50);
    const auto entry_ms = [&](std::uint32_t batch) {
      return batch_time(cloud, cloud.reference_work, batch).si() * 1e3;
    };
    if (cloud.layers->ideal) {
      CHECK(sum.ms(3) ==
            doctest::Approx(batch_time(cloud, resnet50.work(), 3).si() * 1e3).epsilon(1e-9));
      continue;
    }
    CHECK(sum.ms(1) == doctest::Approx(entry_ms(1)).epsilon(0.01));
    CHECK(sum.work.si() == doctest::Approx(cloud.each.si()).epsilon(0.01));
    // A larger batch, as a partition is served: max(launches + work, seen launches + b work).
    for (const std::uint32_t batch : {2, 4, 8, 16, 32, 64, 128}) {
      CAPTURE(batch);
      const Seconds seen = sum.launch * launches_seen(cloud);
      const Seconds took = std::max(sum.launch + sum.work, seen + sum.work * batch);
      CHECK(took.si() * 1e3 == doctest::Approx(entry_ms(batch)).epsilon(0.01));
    }
  }
}
