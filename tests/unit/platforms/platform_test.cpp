// Do the models compute what their equations say, and is each mistake in a user's catalog
// explained?
#include "platforms/platform.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace updraft;
using namespace updraft::literals;

namespace {

const std::string good_device = R"(
devices:
  mine:
    what: a board
    rates: {resnet8: 2 GMAC/s, mobilenet_v2: 500 MMAC/s}
    default: 500 MMAC/s
    idle: 1 W
    busy: 3 W
    source: measured by me
)";
const std::string good_cloud = R"(
clouds:
  mine: {work: 4 GMAC, floor: 10 ms, setup: 2 ms, each: 1 ms, idle: 5 W, peak: 50 W, source: me}
)";

Catalog added(const std::string& text) {
  Catalog catalog = built_in_catalog();
  Mistakes mistakes;
  const Document file = parse_document(text, "my.yaml");
  add_to_catalog(file, catalog, mistakes);
  mistakes.throw_if_any();
  return catalog;
}

std::string mistakes_of(const std::string& text) {
  try {
    added(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

std::string changed(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a stage takes its work over the rate of its family, or over the default") {
  const Catalog catalog = added(good_device);
  const DeviceModel& mine = *catalog.device("mine");
  CHECK(stage_time(mine, 100_MMAC, "resnet8").si() == doctest::Approx(0.05));      // 0.1 G / 2 G
  CHECK(stage_time(mine, 100_MMAC, "mobilenet_v2").si() == doctest::Approx(0.2));  // 0.1 / 0.5
  CHECK(stage_time(mine, 100_MMAC, "transformer").si() == doctest::Approx(0.2));   // the default
  CHECK(stage_time(mine, 100_MMAC, "").si() == doctest::Approx(0.2));
  CHECK(stage_time(mine, Flops(0), "resnet8").si() == 0);
}

TEST_CASE("the rate that was used can be told") {
  const Catalog catalog = added(good_device);
  const DeviceModel& mine = *catalog.device("mine");
  CHECK(rate_of(mine, "resnet8").measured);
  CHECK_FALSE(rate_of(mine, "resnet").measured);
  CHECK(rate_note(mine, "resnet8") == "mine: 2 GMAC/s, measured on resnet8");
  CHECK(
      rate_note(mine, "resnet") ==
      "mine: 500 MMAC/s, its default: resnet was not measured on it (resnet8, mobilenet_v2 were)");
  CHECK(rate_note(mine, "") ==
        "mine: 500 MMAC/s, its default: a network of unknown family was not measured on it "
        "(resnet8, mobilenet_v2 were)");
  CHECK(rate_note(*catalog.device("ideal"), "any") == "ideal: 1 GMAC/s on every network");
}

TEST_CASE("a batch takes the floor until setup + each * b passes it") {
  const Catalog catalog = added(good_cloud);
  const CloudModel& mine = *catalog.cloud("mine");
  const auto ms = [&](Flops work, std::uint32_t batch) {
    return batch_time(mine, work, batch).si() * 1e3;
  };
  CHECK(ms(4000_MMAC, 1) == doctest::Approx(10));      // max(10, 2 + 1)
  CHECK(ms(4000_MMAC, 8) == doctest::Approx(10));      // max(10, 2 + 8): both
  CHECK(ms(4000_MMAC, 9) == doctest::Approx(2 + 9));   // past the floor
  CHECK(ms(2000_MMAC, 18) == doctest::Approx(2 + 9));  // half the work, twice the samples
  CHECK(ms(8000_MMAC, 9) == doctest::Approx(2 + 18));  // each grows with work, setup does not
  CHECK(ms(Flops(0), 1) == doctest::Approx(10));
}

TEST_CASE("a batch of different networks takes the time of its total work") {
  const Catalog catalog = added(good_cloud);
  const CloudModel& mine = *catalog.cloud("mine");
  // 5 x 4 GMAC + 10 x 2 GMAC = 40 GMAC: 2 + 40 / 4 = 12 ms
  CHECK(mixed_batch_time(mine, 40000_MMAC).si() == doctest::Approx(0.012));
  CHECK(mixed_batch_time(mine, 4000_MMAC * 9).si() == batch_time(mine, 4000_MMAC, 9).si());
}

TEST_CASE("the ideal machines take work over a constant and no power") {
  const Catalog catalog = built_in_catalog();
  const DeviceModel& device = *catalog.device("ideal");
  CHECK(stage_time(device, 5_MMAC, "any").si() == doctest::Approx(0.005));
  CHECK(device.busy == Watts(0));
  const CloudModel& cloud = *catalog.cloud("ideal");
  CHECK(batch_time(cloud, 1000_MMAC, 1).si() == doctest::Approx(0.001));
  CHECK(batch_time(cloud, 1000_MMAC, 7).si() == doctest::Approx(0.007));
  CHECK(cloud.peak == Watts(0));
}

TEST_CASE("a user's entry is added, or replaces the built-in one of its name and says so") {
  const Catalog more = added(good_device);
  CHECK(more.devices.size() == built_in_catalog().devices.size() + 1);
  CHECK(more.notes.empty());
  const Catalog replaced = added(changed(good_cloud, "mine", "t4"));
  CHECK(replaced.clouds.size() == built_in_catalog().clouds.size());
  CHECK(replaced.cloud("t4")->setup.si() == doctest::Approx(0.002));
  CHECK(replaced.notes ==
        std::vector<std::string>{"my.yaml: t4 replaces the built-in cloud of that name"});
}

TEST_CASE("a user's catalog is read from a file") {
  const auto file = std::filesystem::temp_directory_path() /
                    ("updraft-catalog-" + std::to_string(::getpid()) + ".yaml");
  std::ofstream(file) << good_device << good_cloud;
  const Catalog catalog = read_catalog(file);
  CHECK(catalog.device("mine") != nullptr);
  CHECK(catalog.cloud("mine") != nullptr);
  std::ofstream(file) << "{}";
  CHECK_THROWS_WITH_AS(
      read_catalog(file),
      (file.string() + ":1:1: no entry; expected devices:, clouds: or radios:").c_str(),
      InputError);
  std::ofstream(file) << "";
  CHECK_THROWS_AS(read_catalog(file), InputError);
  std::filesystem::remove(file);
  CHECK_THROWS_AS(read_catalog(file), InputError);
}

TEST_CASE("each mistake in a device is explained") {
  CHECK(mistakes_of(good_device) == "");
  CHECK(mistakes_of(changed(good_device, "    source: measured by me\n", "")) ==
        "my.yaml:4:5: devices.mine.source = nothing; expected a word");
  const std::string rate =
      "expected a compute rate with its unit, such as 4.9 GMAC/s (MMAC/s, GMAC/s, TMAC/s, MFLOP/s, "
      "GFLOP/s, TFLOP/s), above 0";
  CHECK(mistakes_of(changed(good_device, "resnet8: 2 GMAC/s", "resnet8: 2")) ==
        "my.yaml:5:22: devices.mine.rates.resnet8 = 2; " + rate);
  CHECK(mistakes_of(changed(good_device, "resnet8: 2 GMAC/s", "resnet8: -2 GMAC/s")) ==
        "my.yaml:5:22: devices.mine.rates.resnet8 = -2 GMAC/s; " + rate);
  CHECK(mistakes_of(changed(good_device, "    default: 500 MMAC/s\n", "")) ==
        "my.yaml:4:5: devices.mine.default = nothing; " + rate);
  CHECK(mistakes_of(changed(good_device, "default: 500 MMAC/s", "default: 0 MMAC/s")) ==
        "my.yaml:6:14: devices.mine.default = 0 MMAC/s; " + rate);
  CHECK(mistakes_of(changed(good_device, "rates: {resnet8: 2 GMAC/s, mobilenet_v2: 500 MMAC/s}",
                            "rates: 2 GMAC/s")) ==
        "my.yaml:5:12: devices.mine.rates = 2 GMAC/s; expected keys and values");
  CHECK(mistakes_of(changed(good_device, "idle: 1 W", "idle: 1")) ==
        "my.yaml:7:11: devices.mine.idle = 1; expected a power with its unit, such as 2.7 W (uW, "
        "mW, W, kW), at least 0");
  CHECK(mistakes_of(changed(good_device, "idle: 1 W", "idle: 4 W")) ==
        "my.yaml:7:11: devices.mine.idle = 4 W; expected at most busy, which is 3 W");
  CHECK(mistakes_of(changed(good_device, "idle: 1 W", "idle: 3 W")) == "");
  CHECK(mistakes_of(changed(good_device, "busy:", "bussy:")) ==
        "my.yaml:4:5: devices.mine.busy = nothing; expected a power with its unit, such as 2.7 W "
        "(uW, mW, W, kW), at least 0\n"
        "my.yaml:8:5: devices.mine.bussy = 3 W; expected a known key (busy, default, idle, "
        "layers, note, rates, source, unverified or what); did you mean busy?");
  CHECK(mistakes_of(good_device + "    unverified: [idle, bussy]\n") ==
        "my.yaml:10:24: devices.mine.unverified = bussy; expected rates, default, idle, busy or "
        "layers; did you mean busy?");
  CHECK(mistakes_of(good_device + "    unverified: idle\n") ==
        "my.yaml:10:17: devices.mine.unverified = idle; expected a list of rates, default, idle, "
        "busy or layers");
}

TEST_CASE("each mistake in a cloud is explained") {
  CHECK(mistakes_of(good_cloud) == "");
  CHECK(mistakes_of(changed(good_cloud, "work: 4 GMAC", "work: 0 GMAC"))
            .find("my.yaml:3:16: clouds.mine.work = 0 GMAC; expected a work with its unit") == 0);
  CHECK(mistakes_of(changed(good_cloud, "setup: 2 ms", "setup: -2 ms"))
            .find("my.yaml:3:45: clouds.mine.setup = -2 ms; expected a duration with its unit") ==
        0);
  CHECK(mistakes_of(changed(good_cloud, "each: 1 ms", "each: 0 ms"))
            .find("my.yaml:3:57: clouds.mine.each = 0 ms; expected a duration with its unit") == 0);
  CHECK(mistakes_of(changed(good_cloud, "peak: 50 W", "peak: 4 W")) ==
        "my.yaml:3:69: clouds.mine.idle = 5 W; expected at most peak, which is 4 W");
  CHECK(mistakes_of(changed(good_cloud, ", source: me", "")) ==
        "my.yaml:3:9: clouds.mine.source = nothing; expected a word");
  CHECK(mistakes_of(changed(good_cloud, "source: me", "source: me, fit_error: -1 %")) ==
        "my.yaml:3:109: clouds.mine.fit_error = -1 %; expected a fraction, such as 0.9 or 90 %, at "
        "least 0");
}

TEST_CASE("all mistakes of a file are reported together, and none crashes") {
  CHECK(mistakes_of("devices: 5\nclouds:\n  x:\ndevises: {}\n") ==
        "my.yaml:1:10: devices = 5; expected keys and values\n"
        "my.yaml:3:3: clouds.x = nothing; expected keys and values\n"
        "my.yaml:4:1: devises = {}; expected a known key (clouds, devices or radios); did you mean "
        "devices?");
  CHECK(mistakes_of("[1, 2]") == "my.yaml:1:1: the file = [1, 2]; expected keys and values");
  CHECK(mistakes_of("devices: {a: [], b: 3}") ==
        "my.yaml:1:11: devices.a = []; expected keys and values\n"
        "my.yaml:1:18: devices.b = 3; expected keys and values");
}

TEST_CASE("the lists have a head and a row per entry, and mark what is unverified") {
  const Catalog catalog = built_in_catalog();
  const auto devices = device_rows(catalog);
  CHECK(devices.size() == 1 + catalog.devices.size());
  for (const auto& row : devices) CHECK(row.size() == devices[0].size());
  CHECK(devices[1][0] == "raspberry-pi-4b");
  CHECK(devices[1][3] == "4.9");
  CHECK(devices[1][4] == "2.7");
  CHECK(devices[3][0] == "jetson-nano");
  CHECK(devices[3][5] == "10?");
  CHECK(devices[3][6] == "25");
  const auto clouds = cloud_rows(catalog);
  CHECK(clouds.size() == 1 + catalog.clouds.size());
  for (const auto& row : clouds) CHECK(row.size() == clouds[0].size());
  CHECK(clouds[1] == std::vector<std::string>{"t4", "NVIDIA T4, PyTorch, mixed precision", "4.09",
                                              "13", "1.76", "0.874", "1", "8.75?", "70?", "yes?",
                                              catalog.clouds[0].source});
}
