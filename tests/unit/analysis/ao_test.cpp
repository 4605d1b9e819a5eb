// Are AO's figures right, against a count of every row and a search over every threshold?
#include "analysis/recording/ao.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "analysis/recording/ao_table.hpp"
#include "analysis/recording/files.hpp"
#include "analysis/recording/report.hpp"
#include "analysis/recording/values.hpp"
#include "sim/core/random.hpp"
#include "tests/unit/analysis/ten_rows.hpp"

using namespace updraft;
using namespace updraft::testing;

namespace {

// Four classes, `rows` rows in each split: surer where it is right, and the more so the lower the
// class.
InferenceTrace four_classes(std::uint64_t seed, std::size_t rows) {
  Stream random(seed, "four classes");
  InferenceTrace trace;
  trace.file = "four.h5";
  trace.dataset = "four classes";
  trace.classes = 4;
  for (const char* name : {"calibration", "test"}) {
    Split split = split_of(name, {}, {}, {});
    Stage& stage = split.stages[0];
    stage.scores.clear();
    for (std::size_t i = 0; i < rows; ++i) {
      const auto label = static_cast<std::size_t>(random.below(4));
      const bool right = random.uniform() < 0.9 - 0.1 * static_cast<double>(label);
      const std::size_t first = right ? label : (label + 1 + random.below(3)) % 4;
      std::vector<float> logits(4);
      for (float& logit : logits) logit = static_cast<float>(random.uniform());
      const double sure = 1 + (right ? 4 : 1.5) * random.uniform();
      logits[first] = static_cast<float>(sure);
      stage.answers.logits.insert(stage.answers.logits.end(), logits.begin(), logits.end());
      stage.answers.correct.push_back(right);
      split.labels.push_back(static_cast<std::int32_t>(label));
      split.variants[0].answers.correct.push_back(random.uniform() < 0.95);
    }
    trace.splits.push_back(split);
  }
  return trace;
}

struct Split4 {
  std::vector<double> margin;
  TopClasses top;
  const std::vector<std::uint8_t>& edge;
  const std::vector<std::uint8_t>& cloud;
};

Split4 columns(const InferenceTrace& trace, const char* name) {
  const Split& split = *trace.split(name);
  const auto& logits = split.stages[0].answers.logits;
  return {derived_scores(logits, 4)[1].values, top_classes(logits, 4),
          split.stages[0].answers.correct, split.variants[0].answers.correct};
}

// Row by row.
struct Counted {
  double kept = 0;
  double kept_right = 0;
  double sent = 0;
  double sent_right = 0;
  double right() const { return kept_right + sent_right; }
};

template <class Keeps>
Counted counted(const Split4& rows, const std::vector<std::uint16_t>& weights, const Keeps& keeps) {
  Counted out;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const bool keep = keeps(i);
    (keep ? out.kept : out.sent) += weights[i];
    if (keep) out.kept_right += rows.edge[i] * weights[i];
    if (!keep) out.sent_right += rows.cloud[i] * weights[i];
  }
  return out;
}

double at(const AoFigures& figures, AoFigure figure) { return figures[AoFigures::index(figure)]; }
double at(const AoFigures& figures, AoRival rival, AoFigure figure) {
  return figures[AoFigures::index(rival, figure)];
}

}  // namespace

TEST_CASE("AO and its rivals against a count of every row at every threshold, for any draw") {
  constexpr std::uint64_t seed = 71;
  INFO("seed ", seed);
  Stream random(seed, "draws");
  for (int trial = 0; trial < 4; ++trial) {
    CAPTURE(trial);
    const InferenceTrace trace = four_classes(seed + static_cast<std::uint64_t>(trial), 300);
    const Contest contest = contest_of(trace, "test", "");
    const AoSection section = ao_section(contest);
    REQUIRE(section.missing == "");
    REQUIRE(section.entries.size() == 2);  // by pair, by class
    const Split4 here = columns(trace, "test");
    const Split4 there = columns(trace, "calibration");
    const AoCalibration calibration({there.margin, there.top.top1, there.top.top2, there.edge}, {});
    const auto scores = derived_scores(trace.split("test")->stages[0].answers.logits, 4);
    for (const AoEntry& entry : section.entries) {
      const AoThresholds thresholds = calibration.thresholds(entry.groups, 1);
      const auto weights = trial == 0 ? std::vector<std::uint16_t>(300, 1) : drawn(300, random);
      const AoFigures found = look(contest, entry, weights);
      const Counted ao = counted(here, weights, [&](std::size_t i) {
        return here.margin[i] >= thresholds.of(here.top.top1[i], here.top.top2[i]);
      });
      REQUIRE(ao.kept > 0);
      REQUIRE(ao.sent > 0);
      const double n = ao.kept / 300;
      CHECK(at(found, AoFigure::kept) == doctest::Approx(n));
      CHECK(at(found, AoFigure::auxiliary) == doctest::Approx(ao.kept_right / ao.kept));
      CHECK(at(found, AoFigure::principal) == doctest::Approx(ao.sent_right / ao.sent));
      // eq. 8
      CHECK(at(found, AoFigure::overall) ==
            doctest::Approx(n * ao.kept_right / ao.kept + (1 - n) * ao.sent_right / ao.sent));
      for (std::size_t r = 0; r < ao_rivals.size(); ++r) {
        const AoRival rival = ao_rivals[r];
        CAPTURE(name_of(rival));
        const auto& score = scores[r == 0 ? 0 : r == 1 ? 2 : 1].values;  // msp, entropy, margin
        std::vector<double> deltas = score;
        deltas.push_back(2);
        Counted best;
        best.sent = 301;
        for (const double delta : deltas) {
          const Counted one =
              counted(here, weights, [&](std::size_t i) { return score[i] >= delta; });
          if (one.right() >= ao.right() && one.sent < best.sent) best = one;
        }
        if (best.sent > 300) {
          CHECK(std::isnan(at(found, rival, AoFigure::kept)));
          continue;
        }
        const double m = best.kept / 300;
        CHECK(at(found, rival, AoFigure::kept) == doctest::Approx(m));
        CHECK(at(found, rival, AoFigure::overall) == doctest::Approx(best.right() / 300));
        CHECK(at(found, rival, AoFigure::auxiliary) ==
              doctest::Approx(best.kept_right / best.kept));
        CHECK(at(found, rival, AoFigure::gain) == doctest::Approx(n / m - 1));
        CHECK(at(found, rival, AoFigure::saved) == doctest::Approx(1 - (1 - n) / (1 - m)));
        CHECK(at(found, rival, AoFigure::difference) == doctest::Approx(n - m));
      }
    }
  }
}

TEST_CASE("the gains of Table II's first row are those of (2); what is saved is less, by (3)") {
  // ResNet, 76.08 %: AO keeps 60.07 %, CDL 51.30 %, BranchyNet 48.12 %
  const auto gain = [](double ao, double rival) { return ao / rival - 1; };
  const auto saved = [](double ao, double rival) { return 1 - (1 - ao) / (1 - rival); };
  CHECK(gain(0.6007, 0.5130) == doctest::Approx(0.1710).epsilon(1e-3));   // as printed
  CHECK(gain(0.6007, 0.4812) == doctest::Approx(0.2484).epsilon(1e-3));   // printed 24.84
  CHECK(saved(0.6007, 0.5130) == doctest::Approx(0.1801).epsilon(1e-3));  // .3993 / .4870
  // WRN, 51.52 %: kept 45.32 % against 37.75 %: gain 20.06 %, sent 54.68 instead of 62.25 %
  CHECK(gain(0.4532, 0.3775) == doctest::Approx(0.2006).epsilon(1e-3));
  CHECK(saved(0.4532, 0.3775) == doctest::Approx(0.1216).epsilon(1e-3));
}

TEST_CASE("the curve: lambda 1 is the section's point, a larger lambda keeps no more") {
  const InferenceTrace trace = four_classes(73, 400);
  const AoSection section = ao_section(contest_of(trace, "test", ""));
  for (const AoEntry& entry : section.entries) {
    REQUIRE(entry.curve.size() == 33);
    CHECK(entry.curve.front().lambda == doctest::Approx(0.01));
    CHECK(entry.curve.back().lambda == doctest::Approx(100));
    CHECK(entry.curve[16].lambda == 1);
    for (std::size_t f = 0; f < ao_own_count; ++f)
      CHECK(entry.curve[16].figures[f] == entry.seen[f]);
    for (std::size_t k = 1; k < entry.curve.size(); ++k)
      CHECK(entry.curve[k].figures[0] <= entry.curve[k - 1].figures[0]);
    CHECK(entry.curve.front().figures[0] > entry.curve.back().figures[0]);
  }
}

TEST_CASE("what is missing is said, and nothing is written about it") {
  const auto missing = [](const InferenceTrace& trace, const char* split) {
    const RecordingReport report = report_on(contest_of(trace, split, ""), {0, 1, {}});
    CHECK(report.ao.entries.empty());
    CHECK(ao_table(report, 0) == "");
    CHECK(ao_csv(report) == "");
    CHECK(ao_explanation(report).find(report.ao.missing) != std::string::npos);
    return report.ao.missing;
  };
  InferenceTrace trace = four_classes(74, 50);
  CHECK(missing(trace, "calibration") ==
        "it would judge its thresholds on the rows that they were found on");
  CHECK(missing(ten_rows(), "test") == "no stage has logits of two classes or more in both splits");
  trace.splits.erase(trace.splits.begin());
  CHECK(missing(trace, "test") == "the file has no calibration split to find thresholds on");
}

TEST_CASE("the report has intervals around what is seen, and a row per method") {
  const InferenceTrace trace = four_classes(75, 300);
  const RecordingReport report = report_on(contest_of(trace, "test", ""), {100, 1, {}});
  for (const AoEntry& entry : report.ao.entries) {
    for (std::size_t f = 0; f < ao_own_count; ++f) {
      CHECK(entry.low[f] < entry.seen[f]);
      CHECK(entry.high[f] > entry.seen[f]);
    }
    for (const AoRival rival : ao_rivals) CHECK(ao_verdict(entry, rival) != "");
  }
  const std::string csv = ao_csv(report);
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 1 + 2 * 4);
  const std::string curve = ao_curve_csv(report);
  CHECK(std::count(curve.begin(), curve.end(), '\n') == 1 + 2 * 33);
  // cost at the kept share: 1 MMAC kept, 10 MMAC sent
  const auto values = ao_values(report, report.ao.entries[0], AoMethod());
  const auto cost = std::ranges::find(values, "cost_macs", &NamedValue::name);
  const double n = report.ao.entries[0].seen[0];
  CHECK(cost->value == doctest::Approx(n * 1e6 + (1 - n) * 10e6));
  CHECK(ao_table(report, 0).find("BranchyNet") != std::string::npos);
}
