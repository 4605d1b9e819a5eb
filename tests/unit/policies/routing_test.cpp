// Does each routing policy decide as its equations say, and explain each mistake?
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "recorded.hpp"

using namespace updraft;
using namespace updraft::testing;

namespace {

// Five samples; the edge is right on the two easiest, the cloud on all but the easiest.
Recorded five() { return recorded({0.9, 0.6, 0.6, 0.3, 0.0}, {1, 1, 0, 0, 0}, {0, 1, 1, 1, 1}); }

struct World {
  Recorded test = five();
  Recorded calibration = five();
  std::vector<std::uint32_t> rows = once_each(test);
  PolicyContext context() const {
    return {test.menu, test.truth, &calibration.menu, &calibration.truth, rows};
  }
  PolicyContext without_calibration() const {
    return {test.menu, test.truth, nullptr, nullptr, rows};
  }
};

std::vector<bool> offloaded(const std::vector<Decision>& all) {
  std::vector<bool> out;
  for (const auto& each : all) out.push_back(each.offloads());
  return out;
}

}  // namespace

TEST_CASE("always_edge runs the stage and answers") {
  const World world;
  const auto made = make("{name: e, policy: always_edge}", world.context());
  REQUIRE(made.mistakes == "");
  CHECK(offloads(decisions(*made.plan, world.test.menu, world.rows)) == 0);
  CHECK(made.plan->for_device(Stream(1, "policy"))->choose_stage({}) == 0);
  CHECK(made.plan->reference_stage() == 0);
  CHECK(made.plan->reference_variant() == 0);
  CHECK_FALSE(made.plan->delta());
  CHECK(made.plan->note() == "");
}

TEST_CASE("always_edge gets by without a variant") {
  World world;
  world.test.menu.variants.clear();
  world.test.truth.cloud_correct.clear();
  const auto made = make("{name: e, policy: always_edge}", world.context());
  REQUIRE(made.mistakes == "");
  CHECK(made.plan->reference_variant() == -1);
}

TEST_CASE("always_cloud runs nothing, unless told to, and keeps the stage as a reference") {
  const World world;
  const auto made = make("{name: c, policy: always_cloud}", world.context());
  REQUIRE(made.mistakes == "");
  CHECK(offloads(decisions(*made.plan, world.test.menu, world.rows)) == 5);
  CHECK(made.plan->for_device(Stream(1, "policy"))->choose_stage({}) == no_stage);
  CHECK(made.plan->reference_stage() == 0);
  const auto runs = make("{name: c, policy: always_cloud, run_stage: true}", world.context());
  REQUIRE(runs.mistakes == "");
  CHECK(runs.plan->for_device(Stream(1, "policy"))->choose_stage({}) == 0);
  CHECK(offloads(decisions(*runs.plan, world.test.menu, world.rows)) == 5);
}

TEST_CASE("always_cloud gets by without a stage, unless it shall run one") {
  World world;
  world.test.menu.stages.clear();
  world.test.truth.edge_correct.clear();
  const auto made = make("{name: c, policy: always_cloud}", world.context());
  REQUIRE(made.mistakes == "");
  CHECK(made.plan->reference_stage() == -1);
  CHECK(make("{name: c, policy: always_cloud, run_stage: true}", world.context()).mistakes ==
        "p.yaml:1:1: policies[0].stage = nothing; expected a workload trace that records at least "
        "one stage");
}

TEST_CASE("threshold answers at its delta and offloads just below it") {
  const World world;  // scores 0.9 0.6 0.6 0.3 0.0
  const auto made = make("{name: t, policy: threshold, score: q, delta: 0.6}", world.context());
  REQUIRE(made.mistakes == "");
  const auto all = decisions(*made.plan, world.test.menu, world.rows);
  CHECK(offloaded(all) == std::vector<bool>{false, false, false, true, true});
  CHECK(all[0].score == 0.9);  // what it looked at, for the record
  CHECK(all[4].score == 0.0);
  CHECK(made.plan->delta() == 0.6);
  CHECK(made.plan->note() == "");
  const auto above =
      make("{name: t, policy: threshold, score: q, delta: 0.6000001}", world.context());
  CHECK(offloaded(decisions(*above.plan, world.test.menu, world.rows)) ==
        std::vector<bool>{false, true, true, true, true});
}

TEST_CASE("threshold 0 is always_edge, above every score it is always_cloud") {
  const World world;
  const auto zero = make("{name: t, policy: threshold, score: q, delta: 0}", world.context());
  CHECK(offloads(decisions(*zero.plan, world.test.menu, world.rows)) == 0);
  const auto above = make("{name: t, policy: threshold, score: q, delta: 1.01}", world.context());
  CHECK(offloads(decisions(*above.plan, world.test.menu, world.rows)) == 5);
}

TEST_CASE("threshold takes the first stage that has its score") {
  World world;
  world.test.menu.stages.insert(world.test.menu.stages.begin(),
                                {"plain", Flops(1), "", {{"msp", {0.1, 0.1, 0.1, 0.1, 0.1}}}});
  const auto q = make("{name: t, policy: threshold, score: q, delta: 0.5}", world.context());
  REQUIRE(q.mistakes == "");
  CHECK(q.plan->reference_stage() == 1);
  const auto msp = make("{name: t, policy: threshold, score: msp, delta: 0.5}", world.context());
  CHECK(msp.plan->reference_stage() == 0);
  CHECK(make("{name: t, policy: threshold, stage: plain, score: q, delta: 0.5}", world.context())
            .mistakes == "p.yaml:1:51: policies[0].score = q; expected msp");
  CHECK(make("{name: t, policy: threshold, score: map, delta: 0.5}", world.context()).mistakes ==
        "p.yaml:1:37: policies[0].score = map; expected msp or q; did you mean msp?");
}

TEST_CASE("a tuned threshold is found on the calibration split, not on the test split") {
  World world;
  world.calibration = recorded({0.8, 0.4}, {1, 0}, {1, 1});
  const auto made =
      make("{name: t, policy: threshold, score: q, tune: {accuracy_improvement: 90 %}}",
           world.context());
  REQUIRE(made.mistakes == "");
  // K1 = 1, K0 = 2; answering 0.8 alone: K = 1 + 1 = 2, AccI = 1: delta halfway, 0.6
  CHECK(*made.plan->delta() == doctest::Approx(0.6));
  CHECK(made.plan->note() ==
        "delta 0.6 tuned on calibration: accuracy_improvement 100 % (target 90 %), appealing rate "
        "50 %");
  const auto rate =
      make("{name: t, policy: threshold, score: q, tune: {appealing_rate: 70 %}}", world.context());
  CHECK(rate.plan->note() == "delta 0.6 tuned on calibration: appealing_rate 50 % (target 70 %)");
}

TEST_CASE("reference: another edge network as the base of AccI, for tuning as for the figures") {
  World world;
  world.calibration = recorded({0.8, 0.6, 0.4, 0.2}, {1, 1, 0, 0}, {1, 1, 1, 1});
  for (auto* of : {&world.test, &world.calibration}) {
    of->menu.stages.push_back({"weak", Flops(1), "", {}});
    of->truth.edge_correct.push_back(std::vector<std::uint8_t>(of->menu.rows, 0));
  }
  // K0 = 4, K1 = 2: AccI 50 % needs K = 3, reached by offloading 0.2 alone: delta 0.3
  const std::string threshold =
      "{name: t, policy: threshold, score: q, tune: {accuracy_improvement: 50 %}";
  const auto own = make(threshold + "}", world.context());
  CHECK(*own.plan->delta() == doctest::Approx(0.3));
  // from "weak", K1 = 0: 50 % needs K = 2, which the edge has without any offload: delta 0.2 - 1.6
  const auto other = make(threshold + ", reference: weak}", world.context());
  REQUIRE(other.mistakes == "");
  CHECK(*other.plan->delta() == doctest::Approx(-1.4));
  CHECK(other.plan->reference_stage() == 1);
  CHECK(make(threshold + ", reference: week}", world.context()).mistakes ==
        "p.yaml:1:87: policies[0].reference = week; expected edge or weak; did you mean weak?");
}

TEST_CASE("the calibration split is searched by name: its columns may stand in another order") {
  World world;
  world.calibration.menu.stages.insert(world.calibration.menu.stages.begin(),
                                       {"other", Flops(1), "", {}});
  world.calibration.truth.edge_correct.insert(world.calibration.truth.edge_correct.begin(),
                                              {1, 1, 1, 1, 1});
  const auto made =
      make("{name: t, policy: threshold, score: q, tune: {skipping_rate: 60 %}}", world.context());
  REQUIRE(made.mistakes == "");
  CHECK(*made.plan->delta() == doctest::Approx(0.45));  // answers 0.9 0.6 0.6: halfway to 0.3
}

TEST_CASE("each mistake about tune is explained") {
  World world;
  const std::string start = "{name: t, policy: threshold, score: q, ";
  const auto mistakes = [&](const std::string& rest) {
    return make(start + rest + "}", world.context()).mistakes;
  };
  CHECK(mistakes("delta: 0.5, tune: {skipping_rate: 60 %}") ==
        "p.yaml:1:47: policies[0].delta = 0.5; expected either delta or tune, not both");
  CHECK(make("{name: t, policy: threshold, score: q}", world.context()).mistakes ==
        "p.yaml:1:1: policies[0].delta = nothing; expected a number, or tune: "
        "{accuracy_improvement: 90 %} and its like");
  const std::string one_of_four =
      "; expected exactly one of {accuracy_improvement: 90 %}, {accuracy_degradation: 0.5 %}, "
      "{appealing_rate: 20 %} and {skipping_rate: 80 %}";
  CHECK(mistakes("tune: 90 %") == "p.yaml:1:46: policies[0].tune = 90 %" + one_of_four);
  CHECK(mistakes("tune: {}") == "p.yaml:1:46: policies[0].tune = {}" + one_of_four);
  CHECK(mistakes("tune: {skipping_rate: 1, appealing_rate: 0}") ==
        "p.yaml:1:46: policies[0].tune = {skipping_rate: 1, appealing_rate: 0}" + one_of_four);
  CHECK(mistakes("tune: {skipping_rate: 60 %, speling: 1}") ==
        "p.yaml:1:68: policies[0].tune.speling = 1; expected a known key (skipping_rate)");
  CHECK(mistakes("tune: {skipping_rate: 120 %}") ==
        "p.yaml:1:62: policies[0].tune.skipping_rate = 120 %; expected a fraction, such as 0.9 or "
        "90 %, in [0, 1]");
  // a mistake has no echo: nothing is tuned to a target, or on a score, that was not understood
  CHECK(mistakes("tune: {accuracy_degradation: -200 %}") ==
        "p.yaml:1:69: policies[0].tune.accuracy_degradation = -200 %; expected a fraction, such as "
        "0.9 or 90 %, in [-1, 1]");
  CHECK(mistakes("tune: {accuracy_degradation: lots}") ==
        "p.yaml:1:69: policies[0].tune.accuracy_degradation = lots; expected a fraction, such as "
        "0.9 or 90 %, in [-1, 1]");
  CHECK(make("{name: t, policy: threshold, score: mps, tune: {accuracy_improvement: 151 %}}",
             world.context())
            .mistakes == "p.yaml:1:37: policies[0].score = mps; expected q");
  CHECK(make("{name: t, policy: threshold, score: q, variant: x, tune: {accuracy_improvement: 9}}",
             world.context())
            .mistakes == "p.yaml:1:49: policies[0].variant = x; expected image");
  // K1 = 2, K0 = 4; the best threshold answers 0.9 alone: K = 1 + 4 = 5, AccI = 3/2
  CHECK(mistakes("tune: {accuracy_improvement: 150 %}") == "");
  CHECK(mistakes("tune: {accuracy_improvement: 151 %}") ==
        "p.yaml:1:69: policies[0].tune.accuracy_improvement = 151 %; expected at most 150 %: no "
        "threshold on this score does better on the calibration split");
  CHECK(mistakes("tune: {accuracy_degradation: -21 %}") ==
        "p.yaml:1:69: policies[0].tune.accuracy_degradation = -21 %; expected at least -20 %: no "
        "threshold on this score does better on the calibration split");
  CHECK(make(start + "tune: {skipping_rate: 1}}", world.without_calibration()).mistakes ==
        "p.yaml:1:46: policies[0].tune = {skipping_rate: 1}; expected a workload trace with a "
        "calibration split, or a delta");
  world.calibration.menu.stages[0].scores[0].name = "msp";
  CHECK(mistakes("tune: {skipping_rate: 1}") ==
        "p.yaml:1:46: policies[0].tune = {skipping_rate: 1}; expected stage edge, its score q and "
        "variant image in the trace's calibration split, too");
  world.calibration = recorded({0.8, 0.4}, {1, 1}, {1, 0});
  CHECK(mistakes("tune: {accuracy_improvement: 90 %}") ==
        "p.yaml:1:69: policies[0].tune.accuracy_improvement = 90 %; expected a cloud that beats "
        "the edge on the calibration split (it has 50 %, the edge 100 %), or another target");
}

TEST_CASE("a stage without scores, and a trace without stages, are mistakes and no crash") {
  World world;
  world.test.menu.stages[0].scores.clear();
  const std::string none =
      "policies[0].score = q; expected a stage with scores: the workload trace records neither "
      "logits nor scores";
  CHECK(make("{name: t, policy: threshold, score: q, delta: 1}", world.context()).mistakes ==
        "p.yaml:1:37: " + none);
  CHECK(make("{name: t, policy: threshold, stage: edge, score: q, tune: {skipping_rate: 1}}",
             world.context())
            .mistakes == "p.yaml:1:50: " + none);
  world.test.menu.stages.clear();
  CHECK(make("{name: t, policy: threshold, score: q, tune: {skipping_rate: 1}}", world.context())
            .mistakes ==
        "p.yaml:1:1: policies[0].stage = nothing; expected a workload trace that records at least "
        "one stage");
}

TEST_CASE("random offloads its share, and one share's offloads are among a larger one's") {
  constexpr std::uint32_t n = 20000;
  const World world;
  const std::vector<std::uint32_t> rows(n, 0);
  const auto at = [&](const std::string& share) {
    const auto made = make("{name: r, policy: random, offload: " + share + "}", world.context());
    REQUIRE(made.mistakes == "");
    return decisions(*made.plan, world.test.menu, rows);
  };
  const auto thirty = at("30 %");
  // binomial: 6000 +- 4.4 standard deviations of sqrt(n 0.3 0.7) = 65
  CHECK(offloads(thirty) > 6000 - 285);
  CHECK(offloads(thirty) < 6000 + 285);
  const auto fifty = at("0.5");
  for (std::size_t i = 0; i < n; ++i) REQUIRE((!thirty[i].offloads() || fifty[i].offloads()));
  CHECK(offloads(at("0")) == 0);
  CHECK(offloads(at("100 %")) == n);
  CHECK(make("{name: r, policy: random, offload: 30}", world.context()).mistakes ==
        "p.yaml:1:36: policies[0].offload = 30; expected a fraction, such as 0.9 or 90 %, in [0, "
        "1]");
  CHECK(make("{name: r, policy: random}", world.context()).mistakes ==
        "p.yaml:1:1: policies[0].offload = nothing; expected a fraction, such as 0.9 or 90 %, in "
        "[0, 1]");
}

TEST_CASE("random draws one coin a sample from its device's own stream") {
  const World world;
  const auto made = make("{name: r, policy: random, offload: 50 %}", world.context());
  const std::vector<std::uint32_t> rows(64, 0);
  Stream same(7, "policy");
  for (const auto& each : decisions(*made.plan, world.test.menu, rows, 7)) {
    CHECK(each.offloads() == (same.uniform() < 0.5));
  }
}

TEST_CASE("a variant must be named where there are several, a stage need not be") {
  World world;
  world.test.menu.stages.push_back(world.test.menu.stages[0]);
  world.test.menu.stages[1].name = "exit";
  world.test.menu.variants.push_back(world.test.menu.variants[0]);
  world.test.menu.variants[1].name = "crop";
  CHECK(make("{name: c, policy: always_cloud}", world.context()).mistakes ==
        "p.yaml:1:1: policies[0].variant = nothing; expected image or crop");
  CHECK(make("{name: c, policy: always_cloud, variant: corp}", world.context()).mistakes ==
        "p.yaml:1:42: policies[0].variant = corp; expected image or crop; did you mean crop?");
  const auto made =
      make("{name: e, policy: always_edge, stage: exit, variant: crop}", world.context());
  REQUIRE(made.mistakes == "");
  CHECK(made.plan->reference_stage() == 1);
  CHECK(made.plan->reference_variant() == 1);
  CHECK(make("{name: e, policy: always_edge, stage: exot, variant: crop}", world.context())
            .mistakes ==
        "p.yaml:1:39: policies[0].stage = exot; expected edge or exit; did you mean exit?");
}

TEST_CASE("a delta beyond every recorded score says what it comes to, one on the edge does not") {
  const World world;  // q from 0 to 0.9
  const auto note = [&](const std::string& delta) {
    const auto made =
        make("{name: t, policy: threshold, score: q, delta: " + delta + "}", world.context());
    REQUIRE(made.mistakes == "");
    return made.plan->note();
  };
  CHECK(note("5") ==
        "delta 5 lies above every recorded score (0 to 0.9): all samples are offloaded");
  CHECK(note("-1") ==
        "delta -1 lies below every recorded score (0 to 0.9): no sample is offloaded");
  for (const char* within : {"0", "0.5", "0.9"}) CHECK(note(within) == "");
}
