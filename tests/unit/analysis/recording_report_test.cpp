// Is the report of a recording right, by hand and against an exhaustive search?
#include "analysis/recording/report.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "analysis/recording/look.hpp"
#include "analysis/recording/table.hpp"
#include "analysis/recording/values.hpp"
#include "sim/metrics/terminal_text.hpp"
#include "tests/unit/analysis/random_rows.hpp"
#include "tests/unit/analysis/ten_rows.hpp"

using namespace updraft;
using namespace updraft::testing;

namespace {

constexpr auto improvement = Target::accuracy_improvement;
constexpr auto degradation = Target::accuracy_degradation;
constexpr auto white = Setting::white_box;
constexpr auto black = Setting::black_box;

double value(const std::vector<NamedValue>& all, const std::string& name) {
  for (const auto& each : all) {
    if (each.name == name) return each.value;
  }
  FAIL("no figure ", name);
  return 0;
}

std::size_t contender(const Contest& contest, const std::string& stage, const std::string& score) {
  for (std::size_t c = 0; c < contest.contenders.size(); ++c) {
    if (contest.stage_of(contest.contenders[c]).name == stage &&
        contest.contenders[c].score == score)
      return c;
  }
  FAIL("no score ", score, " of ", stage);
  return 0;
}

// Two stages with logits of two classes, the second warm-started from the first, and a cloud; q is
// sure of itself where the edge is right, with `noise`.
InferenceTrace two_networks(std::uint64_t seed, double noise, std::size_t rows) {
  Stream random(seed, "two networks");
  InferenceTrace trace;
  trace.file = "two.h5";
  trace.dataset = "two networks";
  trace.classes = 2;
  for (const char* name : {"calibration", "test"}) {
    Split split = split_of(name, {}, {}, {});
    split.labels.assign(rows, 0);
    Stage plain = split.stages[0];
    plain.name = "plain";
    plain.scores.clear();
    Stage white_box = plain;
    white_box.name = "appealing";
    white_box.from = "plain";
    white_box.loss = "white_box";
    white_box.scores = {{"q", {}}};
    for (std::size_t i = 0; i < rows; ++i) {
      const bool right = random.uniform() < 0.7;
      const bool cloud = random.uniform() < 0.9;
      for (Stage* stage : {&plain, &white_box}) {
        const auto sure = static_cast<float>(0.1 + random.uniform());
        stage->answers.logits.insert(stage->answers.logits.end(), {right ? sure : -sure, 0});
        stage->answers.correct.push_back(right);
      }
      white_box.scores[0].values.push_back(
          static_cast<float>((right ? 1 : 0) + noise * random.uniform()));
      const float sure = 2;
      split.variants[0].answers.logits.insert(split.variants[0].answers.logits.end(),
                                              {cloud ? sure : -sure, 0});
      split.variants[0].answers.correct.push_back(cloud);
    }
    split.stages = {plain, white_box};
    trace.splits.push_back(split);
  }
  return trace;
}

}  // namespace

TEST_CASE("ten rows by hand: what each target costs, swept on the reported rows") {
  const InferenceTrace trace = ten_rows();
  const RecordingReport report = report_on(contest_of(trace, "test", ""), {0, 1, {}});
  const ContenderReport& q = report.contenders[contender(report.contest, "net", "q")];
  const auto at = [&](Setting setting, Target target, std::size_t which) {
    return target_values(q, target_index(setting, DeltaFrom::swept, target, which));
  };
  // AccI 50 %: 7 + .5 (9 - 7) = 8 rows, after 1; 75 %: 8.5, so 9, after 4
  CHECK(value(at(white, improvement, 0), "appealing_rate") == doctest::Approx(0.1));
  CHECK(value(at(white, improvement, 0), "delta") == doctest::Approx(0.1));
  CHECK(value(at(white, improvement, 0), "asked_accuracy") == doctest::Approx(0.8));
  CHECK(value(at(white, improvement, 0), "accuracy_degradation") == doctest::Approx(0.1));
  CHECK(value(at(white, improvement, 1), "appealing_rate") == doctest::Approx(0.4));
  CHECK(value(at(white, improvement, 1), "accuracy_improvement") == doctest::Approx(1));
  // cost: .9 * 1 + .1 * 10 MMAC; with the edge's pass and encoding 1 + .1 * (10 + .5)
  CHECK(value(at(white, improvement, 0), "cost_macs") == doctest::Approx(1.9e6));
  CHECK(value(at(white, improvement, 0), "cost_with_edge_macs") == doctest::Approx(2.05e6));
  // hull (0, .7) (.1, .8) (.4, .9) (1, .9): .85 lies half way, at .25; .88 at .34
  CHECK(value(at(white, improvement, 1), "hull_appealing_rate") == doctest::Approx(0.25));
  CHECK(value(at(white, improvement, 2), "hull_appealing_rate") == doctest::Approx(0.34));
  for (std::size_t which = 0; which < 4; ++which)  // AD up to 1 %: 8.9 rows or more, so 9
    CHECK(value(at(white, degradation, which), "appealing_rate") == doctest::Approx(0.4));
  // black box: 7 + .5 * 3 = 8.5, so 9, after 3; AD 5 %: 9.5, so 10, after 4; no cost
  CHECK(value(at(black, improvement, 0), "appealing_rate") == doctest::Approx(0.3));
  CHECK(value(at(black, degradation, 3), "appealing_rate") == doctest::Approx(0.4));
  CHECK(std::isnan(value(at(black, improvement, 0), "cost_macs")));
  CHECK(std::isnan(value(at(white, improvement, 0), "appealing_rate_low")));  // no draws
}

TEST_CASE("ten rows by hand: what comes of delta tuned on calibration") {
  const InferenceTrace trace = ten_rows();
  const RecordingReport report = report_on(contest_of(trace, "test", ""), {0, 1, {}});
  const ContenderReport& q = report.contenders[contender(report.contest, "net", "q")];
  const auto tuned = target_values(q, target_index(white, DeltaFrom::tuned, improvement, 0));
  CHECK(value(tuned, "delta") == doctest::Approx(0.4));  // on calibration AccI 1 at AR .25
  CHECK(value(tuned, "appealing_rate") == doctest::Approx(0.4));
  CHECK(value(tuned, "accuracy_improvement") == doctest::Approx(1));
  CHECK(value(tuned, "accuracy_degradation") == doctest::Approx(0));
}

TEST_CASE("ten rows by hand: areas, oracle and random") {
  const InferenceTrace trace = ten_rows();
  const RecordingReport report = report_on(contest_of(trace, "test", ""), {0, 1, {}});
  const auto areas = area_values(report.contenders[contender(report.contest, "net", "q")]);
  // (7 + 9) / 2 + 8 + 7 + 8 + 6 * 9 = 85 of 100; oracle .7 + .3 - .045 - .005, random .8
  CHECK(value(areas, "audc_white_box") == doctest::Approx(0.85));
  CHECK(value(areas, "audc_normalised_own_white_box") == doctest::Approx(0.05 / 0.15));
  CHECK(value(areas, "audc_normalised_base_white_box") == doctest::Approx(0.05 / 0.15));
  // risks below the six most confident: 1/7, 2/8, 2/9, 3/10; at best 1/8, 2/9, 3/10
  CHECK(value(areas, "aurc") == doctest::Approx((1. / 7 + 2. / 8 + 2. / 9 + 3. / 10) / 10));
  CHECK(value(areas, "e_aurc") == doctest::Approx((1. / 7 + 2. / 8 - 1. / 8) / 10));
  CHECK(value(areas, "auroc") == doctest::Approx(19. / 21));  // 7 + 6 + 6 of 7 * 3 pairs
  const auto& oracle = report.contenders[contender(report.contest, "net", "oracle")];
  const auto& random = report.contenders[contender(report.contest, "net", "random")];
  const auto swept = [](std::size_t which) {
    return target_index(white, DeltaFrom::swept, improvement, which);
  };
  CHECK(oracle.seen.at(swept(0), Reached::appealing_rate) == doctest::Approx(0.1));
  CHECK(oracle.seen.at(swept(1), Reached::appealing_rate) == doctest::Approx(0.2));  // 9 rows
  CHECK(random.seen.at(swept(1), Reached::appealing_rate) == doctest::Approx(0.75));
  CHECK(oracle.seen.at(audc_own(white)) == doctest::Approx(1));
  CHECK(random.seen.at(audc_own(white)) == doctest::Approx(0).epsilon(1e-12));
}

TEST_CASE("targets against an exhaustive search over all thresholds, for any draw") {
  RandomRows random(51);
  for (int trial = 0; trial < 100; ++trial) {
    const Rows rows = random.rows();
    CAPTURE(random.told(trial));
    InferenceTrace trace = ten_rows();
    trace.splits = {
        split_of("test", {rows.score.begin(), rows.score.end()}, rows.edge, rows.cloud)};
    const Contest contest = contest_of(trace, "test", "");
    const Figures q = look(contest, rows.weights, {})[contender(contest, "net", "q")];
    const Count none = counted(rows, -1e9);
    const Count all = counted(rows, 1e9);
    const auto n = static_cast<double>(none.all);
    const auto& specs = target_specs();
    for (std::size_t t = 0; t < specs.size(); ++t) {
      if (specs[t].from != DeltaFrom::swept) continue;
      const auto right = [&](const Count& count) {
        return specs[t].setting == white ? count.right : count.right_black_box;
      };
      double least = std::nan("");
      std::vector<double> deltas = rows.score;
      deltas.push_back(1e9);
      for (const double delta : deltas) {
        const Count count = counted(rows, delta);
        const double gained = right(count) - right(none);
        const double gain = right(all) - right(none);
        const bool reaches = specs[t].target == improvement
                                 ? gain > 0 && gained / gain >= specs[t].wanted - 1e-9
                                 : (right(all) - right(count)) / n <= specs[t].wanted + 1e-9;
        if (reaches && !(count.offloaded / n >= least)) least = count.offloaded / n;
      }
      const double found = q.at(t, Reached::appealing_rate);
      REQUIRE(std::isnan(found) == std::isnan(least));
      if (!std::isnan(least)) REQUIRE(found == doctest::Approx(least));
    }
  }
}

TEST_CASE("where the cloud is no better than the base, AccI is nothing and AD still something") {
  InferenceTrace trace = ten_rows();
  for (auto& split : trace.splits)
    std::swap(split.stages[0].answers.correct, split.variants[0].answers.correct);
  const RecordingReport report = report_on(contest_of(trace, "test", ""), {20, 1, {}});
  const Figures& q = report.contenders[contender(report.contest, "net", "q")].seen;
  CHECK(std::isnan(
      q.at(target_index(white, DeltaFrom::swept, improvement, 0), Reached::appealing_rate)));
  CHECK(q.at(target_index(white, DeltaFrom::swept, degradation, 0), Reached::appealing_rate) == 0);
  CHECK(recording_table(report, false).find("The cloud is no better than net") !=
        std::string::npos);
}

TEST_CASE("a recording without a cloud is a black box") {
  InferenceTrace trace = ten_rows();
  for (auto& split : trace.splits) split.variants.clear();
  const RecordingReport report = report_on(contest_of(trace, "test", ""), {20, 1, {}});
  const Figures& q = report.contenders[contender(report.contest, "net", "q")].seen;
  CHECK(std::isnan(
      q.at(target_index(white, DeltaFrom::swept, improvement, 0), Reached::appealing_rate)));
  CHECK(q.at(target_index(black, DeltaFrom::swept, improvement, 0), Reached::appealing_rate) ==
        doctest::Approx(0.3));
  CHECK(std::isnan(q.at(Area::audc_white_box)));
}

TEST_CASE("the ideal scores are the losses of the logits, and no bound is tuned") {
  const InferenceTrace trace = two_networks(52, 0.5, 50);
  const Split& test = *trace.split("test");
  const auto scores = scores_of(trace, test, test.stages[0], &test.variants[0]);
  const auto found = std::find_if(scores.begin(), scores.end(),
                                  [](const NamedScore& s) { return s.name == "ideal_white_box"; });
  REQUIRE(found != scores.end());
  for (std::size_t i = 0; i < 50; ++i) {
    // two classes, the label's logit x and 0: l = ln(1 + e^-x)
    const auto loss = [&](const Answers& of) { return std::log1p(std::exp(-of.logits[2 * i])); };
    CHECK(found->values[i] ==
          doctest::Approx(loss(test.variants[0].answers) - loss(test.stages[0].answers)));
  }
  const Contest contest = contest_of(trace, "test", "");
  for (const Contender& one : contest.contenders)
    CHECK(one.tuning.has_value() ==
          (one.kind == ScoreKind::recorded || one.kind == ScoreKind::derived));
}

TEST_CASE("differences: the rival is chosen on calibration, verdicts follow the interval") {
  for (const double noise : {0.5, 40.0}) {
    const InferenceTrace trace = two_networks(53, noise, 400);
    const RecordingReport report = report_on(contest_of(trace, "test", ""), {200, 1, {}});
    const Contest there = contest_of(trace, "calibration", "");
    const auto on_calibration =
        look(there, std::vector<std::uint16_t>(there.reported->size(), 1), {});
    // of base and of own network; AR and cost at 4 + 4 targets and the area, AR alone in black box
    CHECK(report.differences.size() == 2 * (8 + 8 + 1 + 8 + 1));
    for (const Difference& one : report.differences) {
      if (one.figure != Compared::appealing_rate || one.target != improvement) continue;
      const auto which = static_cast<std::size_t>(
          std::find(improvements.begin(), improvements.end(), one.wanted) - improvements.begin());
      const std::size_t t = target_index(one.setting, DeltaFrom::swept, improvement, which);
      const std::string rival_stage = one.of_base ? "plain" : "appealing";
      for (const char* other : {"msp", "margin", "entropy"}) {
        const auto& chosen = report.contest.contenders[one.rival];
        CHECK(report.contest.stage_of(chosen).name == rival_stage);
        CHECK(on_calibration[contender(there, rival_stage, chosen.score)].at(
                  t, Reached::appealing_rate) <=
              on_calibration[contender(there, rival_stage, other)].at(t, Reached::appealing_rate));
      }
      CHECK(one.value ==
            doctest::Approx(report.contenders[one.contender].seen.at(t, Reached::appealing_rate) -
                            report.contenders[one.rival].seen.at(t, Reached::appealing_rate)));
      CHECK(one.interval.low <= one.interval.high);
      // 0.5: q knows who is wrong; 40: it knows next to nothing, like the logits
      if (noise < 1) CHECK(one.verdict == "fewer");
    }
  }
}

TEST_CASE("no line of the table is wider than 100, and names of any length fit") {
  InferenceTrace trace = two_networks(54, 1, 100);
  const std::string name(80, 'n');
  for (auto& split : trace.splits) {
    split.stages[0].name = split.stages[1].from = name + "_plain";
    split.stages[1].name = name + "_white";
    split.stages[1].loss = "black_box";
  }
  const RecordingReport report = report_on(contest_of(trace, "test", ""), {50, 1, {}});
  const std::string text = recording_table(report, false);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    CHECK(display_width(text.substr(at, end - at)) <= 100);
    at = end + 1;
  }
  CHECK(text.find("black box") != std::string::npos);
}

TEST_CASE("what is not there is said with what there is") {
  const InferenceTrace trace = ten_rows();
  const auto said = [&](const char* split, const char* variant) {
    try {
      contest_of(trace, split, variant);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(said("tset", "") ==
        "ten.h5: split = tset; expected calibration or test; did you mean test?");
  CHECK(said("test", "imaeg") == "ten.h5: variant = imaeg; expected image; did you mean image?");
  InferenceTrace silent = trace;
  for (auto& split : silent.splits) split.stages[0].scores.clear();
  CHECK_THROWS_WITH_AS(contest_of(silent, "test", ""),
                       "ten.h5: /test/edge = no stage with logits or scores; expected something to "
                       "threshold on",
                       InputError);
  for (auto& split : silent.splits) split.stages.clear();
  CHECK_THROWS_WITH_AS(contest_of(silent, "test", ""),
                       "ten.h5: /test/edge = nothing; expected a stage to analyse", InputError);
}
