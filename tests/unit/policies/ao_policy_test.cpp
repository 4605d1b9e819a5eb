// Do ao, cdl and branchynet decide as their equations say, and explain each mistake?
#include <doctest/doctest.h>

#include <cmath>

#include <fmt/format.h>

#include "recorded.hpp"

using namespace updraft;
using namespace updraft::testing;

namespace {

// Rows of logits of three classes, as inputs.cpp offers them.
Recorded with_logits(const std::vector<float>& logits, const std::vector<std::uint8_t>& correct) {
  Recorded out = recorded(std::vector<double>(correct.size(), 0), correct,
                          std::vector<std::uint8_t>(correct.size(), 1));
  MenuStage& stage = out.menu.stages[0];
  for (auto& column : derived_scores(logits, 3)) stage.scores.push_back(column);
  const TopClasses top = top_classes(logits, 3);
  stage.top1 = top.top1;
  stage.top2 = top.top2;
  out.truth.classes = 3;
  return out;
}

// A row whose softmax puts p on class a, the rest but 1e-9 on b.
void add(std::vector<float>& logits, int a, int b, double p) {
  for (int c = 0; c < 3; ++c) {
    const double weight = c == a ? p : c == b ? 1 - p : 1e-9;
    logits.push_back(static_cast<float>(std::log(weight)));
  }
}

// Calibration: 0 before 1 is right from a margin of about 0.5 on (crossing half way between 0.2 and
// 0.8), 1 before 0 always. Test: each at margins 0.4 and 0.6.
struct World {
  Recorded calibration;
  Recorded test;
  std::vector<std::uint32_t> rows{0, 1, 2, 3};
  World() {
    std::vector<float> logits;
    std::vector<std::uint8_t> correct;
    for (int i = 0; i < 20; ++i) {
      add(logits, 0, 1, 0.9);  // margin 0.8
      add(logits, 0, 1, 0.6);  // margin 0.2
      add(logits, 1, 0, 0.6);
      correct.insert(correct.end(), {1, 0, 1});
    }
    calibration = with_logits(logits, correct);
    logits.clear();
    for (const int a : {0, 1}) {
      add(logits, a, 1 - a, 0.7);  // margin 0.4
      add(logits, a, 1 - a, 0.8);  // margin 0.6
    }
    test = with_logits(logits, {1, 1, 1, 1});
  }
  PolicyContext context() const {
    return {test.menu, test.truth, &calibration.menu, &calibration.truth, rows};
  }
};

std::vector<bool> offloaded(const Made& made, const World& world) {
  REQUIRE(made.mistakes == "");
  std::vector<bool> out;
  for (const auto& each : decisions(*made.plan, world.test.menu, world.rows))
    out.push_back(each.offloads());
  return out;
}

using Way = std::vector<bool>;  // of 0>1 at 0.4, 0>1 at 0.6, 1>0 at 0.4, 1>0 at 0.6

}  // namespace

TEST_CASE("ao keeps by the threshold of the two classes, of the first, or of all") {
  const World world;
  const auto pairs = make("{name: a, policy: ao}", world.context());
  CHECK(offloaded(pairs, world) == Way{true, false, false, false});
  CHECK(pairs.plan->note() ==
        "thresholds found on calibration, lambda 1: 6 pairs: 2 own threshold, 2 from the class, 2 "
        "global; 0 never");
  // the record: margin less threshold, 0.4 - 0.5 and 0.6 - 0.5; 1 before 0 has threshold 0
  const auto all = decisions(*pairs.plan, world.test.menu, world.rows);
  CHECK(all[0].score == doctest::Approx(-0.1).epsilon(1e-6));
  CHECK(all[1].score == doctest::Approx(0.1).epsilon(1e-6));
  CHECK(all[2].score == doctest::Approx(0.4).epsilon(1e-6));
  CHECK_FALSE(pairs.plan->delta());
  CHECK_FALSE(pairs.plan->knows_truth());

  const auto classes = make("{name: a, policy: ao, thresholds: class}", world.context());
  CHECK(offloaded(classes, world) == Way{true, false, false, false});
  CHECK(classes.plan->note() ==
        "thresholds found on calibration, lambda 1: 3 classes: 2 own threshold, 1 global; 0 never");
  // all rows: 20 right and 20 wrong at 0.2, 20 right at 0.8: right wins, if barely, everywhere
  const auto one = make("{name: a, policy: ao, thresholds: global}", world.context());
  CHECK(offloaded(one, world) == Way{false, false, false, false});
  CHECK(one.plan->note() == "thresholds found on calibration, lambda 1: one threshold, 0");
}

TEST_CASE("ao: lambda 0 keeps all, a large one none but the pairs without an error") {
  const World world;
  CHECK(offloaded(make("{name: a, policy: ao, lambda: 0}", world.context()), world) ==
        Way{false, false, false, false});
  CHECK(offloaded(make("{name: a, policy: ao, lambda: 1e300}", world.context()), world) ==
        Way{true, true, false, false});
}

TEST_CASE("ao: the bounds of a group's own threshold are the entry's") {
  const World world;  // pair (0, 1) has 40 rows, 20 of them wrong; all rows together keep all
  const auto at = [&](const std::string& keys) {
    return offloaded(make("{name: a, policy: ao, " + keys + "}", world.context()), world);
  };
  CHECK(at("least_samples: 40")[0]);
  CHECK_FALSE(at("least_samples: 41")[0]);
  CHECK(at("least_errors: 20")[0]);
  CHECK_FALSE(at("least_errors: 21")[0]);
}

TEST_CASE("ao: each mistake is explained") {
  World world;
  const auto mistakes = [&](const std::string& keys) {
    return make("{name: a, policy: ao" + keys + "}", world.context()).mistakes;
  };
  CHECK(
      mistakes(", thresholds: pairwize") ==
      "p.yaml:1:35: policies[0].thresholds = pairwize; expected pairwise, class or global; did you "
      "mean pairwise?");
  CHECK(mistakes(", lambda: -1") ==
        "p.yaml:1:31: policies[0].lambda = -1; expected a number at least 0");
  CHECK(mistakes(", bandwidth: 0") ==
        "p.yaml:1:34: policies[0].bandwidth = 0; expected a number in [0.001, 0.5]");
  CHECK(make("{name: a, policy: ao}",
             {world.test.menu, world.test.truth, nullptr, nullptr, world.rows})
            .mistakes ==
        "p.yaml:1:19: policies[0].policy = ao; expected a workload trace with a calibration split, "
        "on which AO finds its thresholds");
  world.calibration.menu.stages[0].top1.clear();
  CHECK(mistakes("") ==
        "p.yaml:1:19: policies[0].policy = ao; expected stage edge with logits in the trace's "
        "calibration split, too");
  world.test.menu.stages[0].top1.clear();
  const std::string none =
      "; expected a stage of which the workload trace records logits of two classes or more";
  CHECK(mistakes("") == "p.yaml:1:1: policies[0].stage = nothing" + none);
  CHECK(mistakes(", stage: edge") == "p.yaml:1:30: policies[0].stage = edge" + none);
}

TEST_CASE("ao takes the first stage with logits") {
  World world;
  for (Recorded* of : {&world.test, &world.calibration}) {
    of->menu.stages.insert(of->menu.stages.begin(), {"silent", Flops(1), "", {}});
    of->truth.edge_correct.insert(of->truth.edge_correct.begin(),
                                  std::vector<std::uint8_t>(of->menu.rows, 0));
  }
  const auto made = make("{name: a, policy: ao}", world.context());
  CHECK(offloaded(made, world) == Way{true, false, false, false});
  CHECK(made.plan->reference_stage() == 1);
}

TEST_CASE("ao reads no truth but calibration's: other labels and answers, the same decisions") {
  World world;
  const auto before = offloaded(make("{name: a, policy: ao}", world.context()), world);
  world.test.truth.label.assign(4, 2);
  world.test.truth.edge_correct[0].assign(4, 0);
  world.test.truth.cloud_correct[0].assign(4, 0);
  world.calibration.truth.cloud_correct[0].assign(world.calibration.menu.rows, 0);
  CHECK(offloaded(make("{name: a, policy: ao}", world.context()), world) == before);
}

TEST_CASE("cdl answers above its delta, not at it") {
  const World world;  // largest softmax outputs 0.7, 0.8, 0.7, 0.8, but for float32
  const double p = world.test.menu.stages[0].scores[1].values[0];
  const auto at = [&](double delta) {
    return make(fmt::format("{{name: c, policy: cdl, delta: {:.17g}}}", delta), world.context());
  };
  CHECK(offloaded(at(p), world)[0]);  // max p > T is false at T
  CHECK_FALSE(offloaded(at(std::nextafter(p, 0)), world)[0]);
  CHECK(offloaded(at(0.75), world) == Way{true, false, true, false});
  CHECK(offloaded(at(0), world) == Way{false, false, false, false});
  CHECK(offloaded(at(1), world) == Way{true, true, true, true});
  CHECK(at(0.75).plan->delta() == 0.75);
}

// Lo et al.'s eq. 4 is printed without its minus. Then certain inputs, of sum p ln p near 0, would
// be the ones above every negative threshold, and the uncertain ones kept.
TEST_CASE("branchynet lets certain inputs exit: it keeps low entropies, sign corrected") {
  World world;
  std::vector<float> logits;
  add(logits, 0, 1, 0.999);  // H = -.999 ln .999 - .001 ln .001 = 0.0079 nats: certain
  add(logits, 0, 1, 0.5);    // H = ln 2 = 0.693 nats
  world.test = with_logits(logits, {1, 1});
  world.rows = {0, 1};
  const auto at = [&](const std::string& delta) {
    return offloaded(make("{name: b, policy: branchynet, delta: " + delta + "}", world.context()),
                     world);
  };
  CHECK(at("0.5") == Way{false, true});
  CHECK(at("0.0078") == Way{true, true});
  CHECK(at("0.008") == Way{false, true});
  CHECK(at("0.7") == Way{false, false});
  CHECK(at("0") == Way{true, true});
  const auto made = make("{name: b, policy: branchynet, delta: 0.5}", world.context());
  CHECK(made.plan->delta() == 0.5);
  const auto all = decisions(*made.plan, world.test.menu, world.rows);
  CHECK(all[0].score == doctest::Approx(-0.0079).epsilon(0.01));  // recorded as -H
}

TEST_CASE("cdl and branchynet are thresholds on msp and entropy, tuned alike, in their own words") {
  const World world;
  for (const char* tune : {"{appealing_rate: 50 %}", "{skipping_rate: 70 %}"}) {
    CAPTURE(tune);
    const auto made = [&](const std::string& start) {
      return make("{name: t, policy: " + start + ", tune: " + tune + "}", world.context());
    };
    const auto msp = made("threshold, score: msp");
    const auto cdl = made("cdl");
    CHECK(offloaded(cdl, world) == offloaded(msp, world));
    CHECK(*cdl.plan->delta() == doctest::Approx(*msp.plan->delta()).epsilon(1e-12));
    const auto entropy = made("threshold, score: entropy");
    const auto branchynet = made("branchynet");
    CHECK(offloaded(branchynet, world) == offloaded(entropy, world));
    CHECK(*branchynet.plan->delta() == doctest::Approx(-*entropy.plan->delta()).epsilon(1e-12));
    CHECK(branchynet.plan->note().starts_with(
        fmt::format("delta {:.6g} tuned on calibration", *branchynet.plan->delta())));
  }
}

TEST_CASE("branchynet counts the other way: above every entropy no sample is offloaded") {
  const World world;
  const auto note = [&](const std::string& delta) {
    return make("{name: b, policy: branchynet, delta: " + delta + "}", world.context())
        .plan->note();
  };
  CHECK(note("99").starts_with("delta 99 lies above every recorded value ("));
  CHECK(note("99").ends_with("): no sample is offloaded"));
}

TEST_CASE("cdl and branchynet: each mistake is explained") {
  World world;
  const auto mistakes = [&](const std::string& keys) {
    return make("{name: a, policy: " + keys + "}", world.context()).mistakes;
  };
  CHECK(mistakes("cdl, delta: 1.5") ==
        "p.yaml:1:31: policies[0].delta = 1.5; expected a number in [0, 1]");
  CHECK(mistakes("branchynet, delta: -0.5") ==
        "p.yaml:1:38: policies[0].delta = -0.5; expected a number at least 0");
  CHECK(mistakes("cdl") ==
        "p.yaml:1:1: policies[0].delta = nothing; expected a number, or tune: "
        "{accuracy_improvement: 90 %} and its like");
  CHECK(mistakes("branchynet") ==
        "p.yaml:1:1: policies[0].delta = nothing; expected an entropy in nats, below which the "
        "edge's answer stands, or tune: {accuracy_improvement: 90 %} and its like");
  CHECK(mistakes("cdl, score: q, delta: 0.5") ==
        "p.yaml:1:24: policies[0].score = q; expected a known key (delta, name, policy, reference, "
        "stage, timeout, tune or variant)");
  world.test.menu.stages[0].scores.resize(1);  // q alone
  CHECK(mistakes("cdl, delta: 0.5") ==
        "p.yaml:1:1: policies[0].stage = nothing; expected a stage with logits or its score msp in "
        "the workload trace");
  CHECK(mistakes("branchynet, stage: edge, delta: 0.5") ==
        "p.yaml:1:38: policies[0].stage = edge; expected a stage with logits or its score entropy "
        "in the workload trace");
}
