// When does dynamic sizing change its mode? Rates in Mbps, round trips in ms.
#include <doctest/doctest.h>

#include "tests/unit/policies/recorded.hpp"

namespace updraft {
namespace {

using namespace testing;

// Stage 0 is the early exit of the good mode, stage 1 the whole network of the poor one.
Recorded two_stages() {
  Recorded world = recorded({0.9, 0.1}, {1, 0}, {1, 1});
  world.menu.stages.push_back(world.menu.stages[0]);
  world.menu.stages[0].name = "exit";
  world.menu.stages[1].name = "whole";
  world.truth.edge_correct.push_back(world.truth.edge_correct[0]);
  return world;
}

const std::string modes =
    "policy: dynamic_sizing, good: {policy: threshold, stage: exit, score: q, delta: 0.5}, "
    "poor: {policy: threshold, stage: whole, score: q, delta: 0.05}";

struct World {
  Recorded recording = two_stages();
  std::vector<std::uint32_t> rows = once_each(recording);
  PolicyContext context{recording.menu, recording.truth, nullptr, nullptr, rows};
};

LinkView link(double mbps, double round_trip_ms = 50, std::uint32_t unanswered = 0) {
  return {BytesPerSecond(mbps * 125e3), Seconds(round_trip_ms / 1e3), unanswered};
}

// The stages that a device runs while its link looks like that.
std::vector<StageId> stages(const PolicyPlan& plan, const std::vector<LinkView>& links) {
  const auto policy = plan.for_device(Stream(1, "policy"));
  std::vector<StageId> out;
  for (const LinkView& seen : links)
    out.push_back(policy->choose_stage({SimTime(0), 0, 0, 0, seen}));
  return out;
}

}  // namespace

TEST_CASE("between the two rates the mode stays what it is; the limits themselves are good") {
  const World world;
  const auto made = make("{" + modes + ", good_rate: 8 Mbps, poor_rate: 4 Mbps}", world.context);
  REQUIRE(made.mistakes == "");
  CHECK(stages(*made.plan, {link(0), link(7.9), link(8), link(7.9), link(4), link(3.9), link(4),
                            link(8)}) == std::vector<StageId>{1, 1, 0, 0, 0, 1, 1, 0});
}

TEST_CASE("one rate alone is both limits") {
  const World world;
  const auto made = make("{" + modes + ", good_rate: 8 Mbps}", world.context);
  REQUIRE(made.mistakes == "");
  CHECK(stages(*made.plan, {link(8), link(7.9), link(8)}) == std::vector<StageId>{0, 1, 0});
}

TEST_CASE("round trips have limits the other way round") {
  const World world;
  const auto made =
      make("{" + modes + ", good_round_trip: 40 ms, poor_round_trip: 80 ms}", world.context);
  REQUIRE(made.mistakes == "");
  // nothing sent yet, nothing replied yet; 40 good; up to 80 stays; above is poor until 40 again
  CHECK(stages(*made.plan, {link(0, 0), link(1, 0), link(1, 41), link(1, 40), link(1, 80),
                            link(1, 81), link(1, 41), link(1, 40)}) ==
        std::vector<StageId>{1, 1, 1, 0, 0, 1, 1, 0});
}

TEST_CASE("what is not answered makes the channel poor until a reply comes") {
  const World world;
  const auto made = make("{" + modes + ", good_rate: 8 Mbps, unanswered: 2}", world.context);
  REQUIRE(made.mistakes == "");
  CHECK(stages(*made.plan, {link(9), link(9, 50, 1), link(9, 50, 2), link(9, 50, 1), link(9)}) ==
        std::vector<StageId>{0, 0, 1, 1, 0});
}

TEST_CASE("the mode that chose the stage decides, with its own threshold") {
  const World world;
  const auto made = make("{" + modes + ", good_rate: 8 Mbps}", world.context);
  REQUIRE(made.mistakes == "");
  const auto policy = made.plan->for_device(Stream(1, "policy"));
  const std::uint32_t row = 1;  // q = 0.1: below 0.5, not below 0.05
  for (const bool good : {false, true}) {
    const ArrivalView at{SimTime(0), row, 0, 0, link(good ? 9 : 1)};
    const StageId stage = policy->choose_stage(at);
    const MenuStage& scored = world.recording.menu.stages[static_cast<std::size_t>(stage)];
    CHECK(policy->decide({at, stage, &scored}).offloads() == good);
  }
}

TEST_CASE("what a plan of two plans says of itself") {
  const World world;
  const auto made = make("{" + modes + ", good_rate: 8 Mbps, timeout: 80 ms}", world.context);
  REQUIRE(made.mistakes == "");
  CHECK(made.plan->hears_of_replies());
  CHECK(made.plan->reference_stage() == 1);  // the whole network
  CHECK(!made.plan->knows_truth());
  const auto cheat = make(
      "{policy: dynamic_sizing, good: {policy: oracle, budget: 10 %}, poor: {policy: random, "
      "offload: 10 %}, good_rate: 8 Mbps}",
      world.context);
  REQUIRE(cheat.mistakes == "");
  CHECK(cheat.plan->knows_truth());
  CHECK(cheat.plan->depends_on_rows());
}

}  // namespace updraft
