// Do the catalog's numbers give back the published times that they were made from, and does every
// number have a source?
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "platforms/platform.hpp"

using namespace updraft;

namespace {

Flops macs(double mega) { return Flops(mega * 2e6); }

// Published ms of one inference of a network of `mega_macs`, within `tolerance`.
void check_time(const std::string& name, const std::string& family, double mega_macs,
                double published_ms, double tolerance) {
  CAPTURE(name);
  CAPTURE(family);
  const Catalog catalog = built_in_catalog();
  const DeviceModel* device = catalog.device(name);
  REQUIRE(device != nullptr);
  REQUIRE(rate_of(*device, family).measured);
  const double ms = stage_time(*device, macs(mega_macs), family).si() * 1e3;
  CHECK(ms == doctest::Approx(published_ms).epsilon(tolerance));
}

struct Published {
  std::uint32_t batch;
  double ms;
};

// Every published batch time of ResNet-50 (4.09 GMAC) lies within the fit's own stated error.
void check_fit(const std::string& name, const std::vector<Published>& table) {
  const Catalog catalog = built_in_catalog();
  const CloudModel* cloud = catalog.cloud(name);
  REQUIRE(cloud != nullptr);
  REQUIRE(cloud->fit_error);
  double worst = 0;
  for (const auto& row : table) {
    CAPTURE(name);
    CAPTURE(row.batch);
    const double ms = batch_time(*cloud, macs(4090), row.batch).si() * 1e3;
    const double error = std::abs(ms / row.ms - 1);
    CHECK(error <= *cloud->fit_error + 0.01);  // the entry's numbers are rounded
    worst = std::max(worst, error);
  }
  CHECK(worst >= *cloud->fit_error - 0.01);  // and the stated error is not padded
}

}  // namespace

TEST_CASE("the catalog has the machines that scenarios name, each with a source") {
  const Catalog catalog = built_in_catalog();
  for (const std::string name :
       {"raspberry-pi-4b", "raspberry-pi-3b-plus", "jetson-nano", "jetson-tx2",
        "snapdragon-855plus", "cortex-m7", "cortex-m4", "ideal"}) {
    CAPTURE(name);
    CHECK(catalog.device(name) != nullptr);
  }
  for (const std::string name : {"t4", "v100", "a100", "ideal"}) {
    CAPTURE(name);
    CHECK(catalog.cloud(name) != nullptr);
  }
  for (const auto& device : catalog.devices) {
    CAPTURE(device.name);
    CHECK_FALSE(device.source.empty());
    CHECK_FALSE(device.what.empty());
    CHECK(device.idle <= device.busy);
  }
  for (const auto& cloud : catalog.clouds) {
    CAPTURE(cloud.name);
    CHECK_FALSE(cloud.source.empty());
    CHECK_FALSE(cloud.what.empty());
    CHECK(cloud.idle <= cloud.peak);
  }
  CHECK(catalog.notes.empty());
}

TEST_CASE("Raspberry Pi 4B: ncnn's published times") {
  check_time("raspberry-pi-4b", "mobilenet_v1", 569, 61.17, 0.01);
  check_time("raspberry-pi-4b", "mobilenet_v2", 301, 61.88, 0.01);
  check_time("raspberry-pi-4b", "shufflenet_v2", 146, 24.56, 0.01);
  check_time("raspberry-pi-4b", "efficientnet_b0", 390, 74.19, 0.01);
  check_time("raspberry-pi-4b", "resnet18", 1814, 123.12, 0.01);
  check_time("raspberry-pi-4b", "resnet50", 4089, 262.83, 0.01);
  check_time("raspberry-pi-4b", "vgg16", 15470, 547.09, 0.01);
}

TEST_CASE("Jetson TX2: NVIDIA's TensorRT times") {
  check_time("jetson-tx2-trt-fp16", "resnet50", 4089, 15.7, 0.01);
  check_time("jetson-tx2-trt-fp16", "resnet101", 7801, 29.9, 0.01);
  check_time("jetson-tx2-trt-fp32", "resnet50", 4089, 27.1, 0.01);
  check_time("jetson-tx2-trt-fp32", "resnet101", 7801, 51.8, 0.01);
}

TEST_CASE("Cortex-M: MLPerf Tiny's throughputs, 1000 / (inferences a second) ms") {
  check_time("cortex-m7", "resnet8", 12.50, 1000 / 18.574, 0.01);  // 53.8 ms
  check_time("cortex-m7", "mobilenet_v1", 7.490, 1000 / 19.838, 0.01);
  check_time("cortex-m7", "ds_cnn", 2.657, 1000 / 59.788, 0.01);
  check_time("cortex-m7", "autoencoder", 0.2642, 1000 / 547.0, 0.01);
  check_time("cortex-m4", "resnet8", 12.50, 1000 / 4.407, 0.01);  // 226.9 ms
  check_time("cortex-m4", "mobilenet_v1", 7.490, 1000 / 4.446, 0.01);
  check_time("cortex-m4", "ds_cnn", 2.657, 1000 / 13.381, 0.01);
  check_time("cortex-m4", "autoencoder", 0.2642, 1000 / 131.949, 0.01);
}

TEST_CASE("Cortex-M: the same by layers, each type's kMACs at its own rate") {
  // Without launch or memory a network takes the sum over types, whatever its layers.
  struct Tiny {
    std::string name;
    double convolution, pointwise, depthwise, linear;  // kMAC
    double m7, m4;                                     // inferences a second
  };
  const std::vector<Tiny> table = {{"resnet8", 12238.8, 262.1, 0, 0.6, 18.574, 4.407},
                                   {"mobilenet_v1", 497.7, 6193.2, 798.3, 0.5, 19.838, 4.446},
                                   {"ds_cnn", 320, 2048, 288, 0.8, 59.788, 13.381},
                                   {"autoencoder", 0, 0, 0, 264.2, 547.0, 131.949}};
  const auto check = [&](const std::string& device, double Tiny::*published) {
    const Catalog catalog = built_in_catalog();
    const LayerRates& rates = catalog.device(device)->layers.value();
    double worst = 0;
    for (const auto& network : table) {
      LayerGraph graph;
      graph.layers.push_back({.name = "x", .type = LayerType::input});
      const auto add = [&](LayerType type, double kilo_macs) {
        graph.layers.push_back(
            {.name = "y", .type = type, .inputs = {0}, .work = macs(kilo_macs / 1000)});
      };
      add(LayerType::convolution, network.convolution);
      add(LayerType::pointwise, network.pointwise);
      add(LayerType::depthwise, network.depthwise);
      add(LayerType::linear, network.linear);
      Seconds sum;
      for (const auto& time : layer_times(rates, graph)) sum += time.alone();
      worst = std::max(worst, std::abs(sum.si() * network.*published - 1));
    }
    CAPTURE(device);
    CHECK(std::abs(worst - rates.fit_error.value()) < 0.001);
  };
  check("cortex-m7", &Tiny::m7);
  check("cortex-m4", &Tiny::m4);
}

TEST_CASE("every entry has layer rates with a source") {
  const Catalog catalog = built_in_catalog();
  for (const auto& device : catalog.devices) {
    CAPTURE(device.name);
    REQUIRE(device.layers);
    CHECK_FALSE(device.layers->source.empty());
  }
  for (const auto& cloud : catalog.clouds) {
    CAPTURE(cloud.name);
    REQUIRE(cloud.layers);
    CHECK_FALSE(cloud.layers->source.empty());
  }
}

TEST_CASE("Cortex-M: MLPerf Tiny's energy of one ResNet-8 inference is busy * time") {
  // 8.471 mJ and 17.755 mJ; the energy run's throughput differs a little from the timed one's
  const Catalog catalog = built_in_catalog();
  const auto energy = [&](const std::string& name) {
    const DeviceModel* device = catalog.device(name);
    return (device->busy * stage_time(*device, macs(12.5), "resnet8")).si() * 1e3;
  };
  CHECK(energy("cortex-m7") == doctest::Approx(8.471).epsilon(0.01));
  CHECK(energy("cortex-m4") == doctest::Approx(17.755).epsilon(0.01));
}

TEST_CASE("a default is never faster than anything measured on the device") {
  const Catalog catalog = built_in_catalog();
  for (const auto& device : catalog.devices) {
    CAPTURE(device.name);
    for (const auto& each : device.rates) {
      CAPTURE(each.family);
      CHECK(device.default_rate <= each.rate);
    }
  }
}

TEST_CASE("T4 and V100: NVIDIA's published batch latencies lie within the stated fit error") {
  check_fit("t4", {{1, 12.96},
                   {2, 13.18},
                   {4, 12.99},
                   {8, 12.82},
                   {16, 15.8},
                   {32, 29.54},
                   {64, 57.41},
                   {128, 114.24},
                   {256, 225.95}});
  check_fit("t4-fp32", {{1, 10.7},
                        {2, 11.26},
                        {4, 12.73},
                        {8, 22.41},
                        {16, 39.77},
                        {32, 77.62},
                        {64, 152.73},
                        {128, 309.26},
                        {256, 635.98}});
  check_fit("v100", {{1, 12.78},
                     {2, 13.01},
                     {4, 13.41},
                     {8, 13.65},
                     {16, 14.0},
                     {32, 15.84},
                     {64, 23.18},
                     {128, 43.55},
                     {256, 84.14}});
  check_fit("v100-fp32", {{1, 10.37},
                          {2, 10.24},
                          {4, 10.46},
                          {8, 11.5},
                          {16, 16.07},
                          {32, 29.37},
                          {64, 55.4},
                          {128, 109.26},
                          {256, 214.48}});
}

TEST_CASE("V100 TensorRT: the published elapsed times lie within the stated fit error") {
  check_fit("v100-trt-fp32", {{1, 2.67725},
                              {2, 4.08289},
                              {4, 6.08236},
                              {8, 8.27648},
                              {16, 13.0539},
                              {32, 23.1328},
                              {64, 42.5329},
                              {128, 80.5629},
                              {256, 160.733}});
  check_fit("v100-trt-fp16", {{1, 2.0779},
                              {2, 2.65073},
                              {4, 2.83658},
                              {8, 3.2938},
                              {16, 4.35118},
                              {32, 6.58944},
                              {64, 11.5623},
                              {128, 21.2693},
                              {256, 39.7254}});
}
