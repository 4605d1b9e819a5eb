#include "sim/metrics/timeline.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "sim/core/input_error.hpp"
#include "tests/unit/core/temporary_folder.hpp"

namespace updraft {
namespace {

using Json = nlohmann::json;

// Two samples of one device: one answered by the early exit, one encoded and offloaded after the
// whole network and given up; and the events that tell of them.
Json events() {
  Menu menu;
  menu.rows = 2;
  menu.stages = {{"exit", Flops(1), "f", {}}, {"whole \"net\"", Flops(2), "f", {}}};
  menu.variants = {{"image", "g", Flops(3), Flops(0), {10, 10}, 1}};
  Samples samples(2);
  samples.row = {0, 1};
  samples.stage = {0, 1};
  samples.variant = {-1, 0};
  samples.outcome = {Outcome::answered_edge, Outcome::fell_back};
  Stamps& at = samples.stamps;
  at.arrived = {SimTime(0), SimTime(1)};
  at.started = {SimTime(0), SimTime(1)};
  at.decided = {SimTime(.25), SimTime(1.5)};
  at.encoded[1] = SimTime(1.625);
  at.upload_started[1] = SimTime(1.75);
  at.sent[1] = SimTime(2);
  at.answered = {SimTime(.25), SimTime(3)};
  const TemporaryFolder folder;
  const std::string file = folder.path("timeline.json");
  Timeline timeline(file);
  const std::vector<RateHistory> rates = {
      {{BytesPerSecond(125e3), SimTime(1)}, {BytesPerSecond(0), SimTime(9)}}};
  timeline.add("sizing", 0, samples, menu, rates);
  timeline.add("sizing", 1, samples, menu, {});
  timeline.close();
  std::ifstream in(file);
  return Json::parse(in);
}

std::vector<Json> of(const Json& all, const std::string& phase, int run) {
  std::vector<Json> out;
  for (const Json& event : all) {
    if (event["ph"] == phase && event["pid"] == run) out.push_back(event);
  }
  return out;
}

}  // namespace

TEST_CASE("a timeline has a bar for what lasted, in microseconds, under its name") {
  const Json all = events();
  const auto bars = of(all, "X", 0);
  REQUIRE(bars.size() == 4);
  CHECK(bars[0]["name"] == "exit");
  CHECK(bars[0]["ts"] == 0);
  CHECK(bars[0]["dur"] == 250000);
  CHECK(bars[1]["name"] == "whole \"net\"");
  CHECK(bars[1]["ts"] == 1000000);
  CHECK(bars[2]["name"] == "encode image");
  CHECK(bars[2]["tid"] == bars[1]["tid"]);
  CHECK(bars[2]["ts"] == 1500000);
  CHECK(bars[2]["dur"] == 125000);
  CHECK(bars[3]["name"] == "image");
  CHECK(bars[3]["tid"] != bars[1]["tid"]);  // the uplink is another track than the processor
  CHECK(bars[3]["dur"] == 250000);          // 2 - 1.75 s
  CHECK(bars[3]["args"]["sample"] == 1);
}

TEST_CASE("changes of the stage and of the rate are counters, a fall-back an instant") {
  const Json all = events();
  const auto counters = of(all, "C", 0);
  REQUIRE(counters.size() == 4);  // two stages, two rates
  CHECK(counters[0]["args"]["stage"] == 1);
  CHECK(counters[1]["args"]["stage"] == 2);
  CHECK(counters[1]["ts"] == 1000000);
  CHECK(counters[2]["args"]["Mbps"] == 1);  // 125e3 B/s, from date 0
  CHECK(counters[2]["ts"] == 0);
  CHECK(counters[3]["args"]["Mbps"] == 0);
  CHECK(counters[3]["ts"] == 1000000);
  const auto instants = of(all, "i", 0);
  REQUIRE(instants.size() == 1);
  CHECK(instants[0]["name"] == "fell_back");
  CHECK(instants[0]["ts"] == 3000000);
}

TEST_CASE("every run is a process of its own") {
  const Json all = events();
  CHECK(of(all, "X", 1).size() == 4);
  CHECK(of(all, "C", 1).size() == 2);  // no rates were given
  CHECK(of(all, "M", 0)[0]["args"]["name"] == "sizing");
  CHECK(of(all, "M", 1)[0]["args"]["name"] == "sizing, replication 1");
}

}  // namespace updraft
