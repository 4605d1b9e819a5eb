#include "traces/recorder/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "sim/core/input_error.hpp"
#include "sim/core/menu.hpp"
#include "sim/core/random.hpp"

namespace updraft {
namespace {

constexpr double improvements[] = {0.5, 0.75, 0.9, 0.95};
constexpr std::size_t improvement_count = std::size(improvements);
constexpr int draws = 1000;

double mean(const std::vector<std::uint8_t>& correct, std::span<const double> weights) {
  double right = 0;
  double all = 0;
  for (std::size_t i = 0; i < correct.size(); ++i) {
    right += weights[i] * correct[i];
    all += weights[i];
  }
  return right / all;
}

std::vector<double> drawn(std::size_t rows, Stream& stream) {
  std::vector<double> weights(rows);
  for (std::size_t i = 0; i < rows; ++i) weights[stream.below(rows)] += 1;
  return weights;
}

// One score of one stage, on both splits.
struct Contender {
  std::string stage;
  std::string score;
  DeferralCurve calibration;
  DeferralCurve test;
};

struct Contest {
  const Split& calibration;
  const Split& test;
  std::vector<Contender> contenders;
};

const Split& split_of(const InferenceTrace& trace, const char* name) {
  const Split* split = trace.split(name);
  if (split == nullptr || split->stage("plain") == nullptr || split->variants.empty()) {
    throw InputError(
        fmt::format("{}: /{} = nothing; expected this split, with a stage plain and a variant",
                    trace.file, name));
  }
  return *split;
}

std::vector<ScoreColumn> scores_of(const Stage& stage, std::int32_t classes) {
  std::vector<ScoreColumn> columns;
  for (const auto& score : stage.scores) {
    columns.push_back({score.name, {score.values.begin(), score.values.end()}});
  }
  if (!stage.answers.logits.empty()) {
    for (auto& derived : derived_scores(stage.answers.logits, static_cast<std::size_t>(classes))) {
      columns.push_back(std::move(derived));
    }
  }
  return columns;
}

Contest contest_of(const InferenceTrace& trace) {
  Contest contest{split_of(trace, "calibration"), split_of(trace, "test"), {}};
  for (const auto& stage : contest.test.stages) {
    const Stage* twin = contest.calibration.stage(stage.name);
    if (twin == nullptr) continue;
    const auto there = scores_of(*twin, trace.classes);
    for (const auto& column : scores_of(stage, trace.classes)) {
      const auto same = std::find_if(there.begin(), there.end(), [&](const ScoreColumn& other) {
        return other.name == column.name;
      });
      if (same == there.end()) continue;
      contest.contenders.push_back(
          {stage.name, column.name,
           DeferralCurve(same->values, twin->answers.correct,
                         contest.calibration.variants.front().answers.correct),
           DeferralCurve(column.values, stage.answers.correct,
                         contest.test.variants.front().answers.correct)});
    }
  }
  return contest;
}

struct Base {
  double plain;
  double cloud;
  double target(double improvement) const { return plain + improvement * (cloud - plain); }
};

Base base_of(const Split& split, std::span<const double> weights) {
  return {mean(split.stage("plain")->answers.correct, weights),
          mean(split.variants.front().answers.correct, weights)};
}

// What one look at the rows gives: per contender and improvement.
struct Look {
  std::vector<double> swept;    // AR with delta swept on test
  std::vector<double> tuned;    // AR on test with delta tuned on calibration
  std::vector<double> reached;  // AccI on test with that delta
};

Look look(const Contest& contest, std::span<const double> calibration_weights,
          std::span<const double> test_weights) {
  const Base calibration = base_of(contest.calibration, calibration_weights);
  const Base test = base_of(contest.test, test_weights);
  Look out;
  for (const auto& contender : contest.contenders) {
    for (const double improvement : improvements) {
      out.swept.push_back(
          contender.test.cheapest(test.target(improvement), test_weights).appealing_rate);
      const double delta =
          contender.calibration.cheapest(calibration.target(improvement), calibration_weights)
              .delta;
      const auto point = contender.test.at(delta, test_weights);
      out.tuned.push_back(point.appealing_rate);
      out.reached.push_back((point.accuracy - test.plain) / (test.cloud - test.plain));
    }
  }
  return out;
}

struct Interval {
  double low;
  double high;
};

// The middle 95 % of the draws.
Interval interval(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
  };
  return {at(0.025), at(0.975)};
}

std::string percent(double value, const Interval& range) {
  return fmt::format("{:5.2f} [{:5.2f}, {:5.2f}]", 100 * value, 100 * range.low, 100 * range.high);
}

}  // namespace

DeferralCurve::DeferralCurve(std::span<const double> score,
                             const std::vector<std::uint8_t>& edge_correct,
                             const std::vector<std::uint8_t>& cloud_correct) {
  for (std::size_t i = 0; i < score.size(); ++i) {
    rows_.push_back(
        {score[i], i, static_cast<double>(edge_correct[i]), static_cast<double>(cloud_correct[i])});
  }
  std::stable_sort(rows_.begin(), rows_.end(),
                   [](const Row& a, const Row& b) { return a.score < b.score; });
}

DeferralCurve::Point DeferralCurve::cheapest(double target, std::span<const double> weights) const {
  double all = 0;
  double right = 0;
  for (const auto& row : rows_) {
    all += weights[row.index];
    right += weights[row.index] * row.edge;
  }
  double sent = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    // rows of one score go together, by (1)
    const bool first_of_its_score = i == 0 || rows_[i - 1].score < rows_[i].score;
    if (first_of_its_score && right >= target * all - 1e-9) {
      return {rows_[i].score, sent / all, right / all};
    }
    sent += weights[rows_[i].index];
    right += weights[rows_[i].index] * (rows_[i].cloud - rows_[i].edge);
  }
  return {std::numeric_limits<double>::infinity(), 1, right / all};
}

DeferralCurve::Point DeferralCurve::at(double delta, std::span<const double> weights) const {
  double all = 0;
  double right = 0;
  double sent = 0;
  for (const auto& row : rows_) {
    const double weight = weights[row.index];
    const bool offloaded = row.score < delta;  // (1)
    all += weight;
    sent += offloaded ? weight : 0;
    right += weight * (offloaded ? row.cloud : row.edge);
  }
  return {delta, sent / all, right / all};
}

std::string compared(const InferenceTrace& trace, std::uint64_t seed) {
  const Contest contest = contest_of(trace);
  const std::vector<double> once_calibration(contest.calibration.size(), 1);
  const std::vector<double> once_test(contest.test.size(), 1);
  const Base base = base_of(contest.test, once_test);
  if (base.cloud <= base.plain) {
    throw InputError(
        fmt::format("{}: /test: the cloud is right on {:.4f} of the rows, the plain "
                    "edge on {:.4f}; expected a better cloud",
                    trace.file, base.cloud, base.plain));
  }
  const Look seen = look(contest, once_calibration, once_test);

  std::vector<Look> looks;
  Stream stream(seed, "bootstrap");
  for (int draw = 0; draw < draws; ++draw) {
    const auto calibration_weights = drawn(contest.calibration.size(), stream);
    looks.push_back(look(contest, calibration_weights, drawn(contest.test.size(), stream)));
  }
  const auto range = [&](std::vector<double> Look::*which, std::size_t cell) {
    std::vector<double> values;
    for (const auto& one : looks) values.push_back((one.*which)[cell]);
    return interval(std::move(values));
  };

  std::string out = fmt::format("{}: calibration {} rows, test {} rows\n", trace.dataset,
                                contest.calibration.size(), contest.test.size());
  for (const Split* split : {&contest.calibration, &contest.test}) {
    const std::vector<double> once(split->size(), 1);
    out += fmt::format("accuracy, {:<11}", split->name);
    for (const auto& stage : split->stages) {
      out += fmt::format("  {} {:.2f} %", stage.name, 100 * mean(stage.answers.correct, once));
    }
    out += fmt::format("  cloud {:.2f} %\n",
                       100 * mean(split->variants.front().answers.correct, once));
  }

  const auto table = [&](std::vector<double> Look::*which) {
    std::string text = fmt::format("{:<10} {:<8}", "stage", "score");
    for (const double improvement : improvements) {
      text += fmt::format("  {:>21}", fmt::format("AccI {:.0f} %", 100 * improvement));
    }
    text += "\n";
    for (std::size_t i = 0; i < contest.contenders.size(); ++i) {
      text += fmt::format("{:<10} {:<8}", contest.contenders[i].stage, contest.contenders[i].score);
      for (std::size_t k = 0; k < improvement_count; ++k) {
        const std::size_t cell = i * improvement_count + k;
        text += fmt::format("  {:>21}", percent((seen.*which)[cell], range(which, cell)));
      }
      text += "\n";
    }
    return text;
  };
  out += "\nAR in %, delta swept on test [95 % bootstrap interval]\n" + table(&Look::swept);
  out += fmt::format("{:<10} {:<8}", "plain", "oracle");
  for (const double improvement : improvements) {
    // each offload repairs one row
    out += fmt::format("  {:>5.2f}{:16}", 100 * improvement * (base.cloud - base.plain), "");
  }
  out += "\n\nAR in %, delta tuned on calibration\n" + table(&Look::tuned);
  out += "\nAccI in % that these reach on test\n" + table(&Look::reached);

  // q against each other score, on the same draws
  const auto q = std::find_if(contest.contenders.begin(), contest.contenders.end(),
                              [](const Contender& one) { return one.score == "q"; });
  if (q == contest.contenders.end()) return out;
  const auto q_row = static_cast<std::size_t>(q - contest.contenders.begin());
  out += "\nAR of q less AR of the other, in points, delta swept on test: below 0, q needs fewer\n";
  for (std::size_t i = 0; i < contest.contenders.size(); ++i) {
    if (i == q_row) continue;
    out += fmt::format("{:<10} {:<8}", contest.contenders[i].stage, contest.contenders[i].score);
    for (std::size_t k = 0; k < improvement_count; ++k) {
      const std::size_t own = q_row * improvement_count + k;
      const std::size_t other = i * improvement_count + k;
      std::vector<double> differences;
      for (const auto& one : looks) differences.push_back(one.swept[own] - one.swept[other]);
      out += fmt::format("  {:>21}", percent(seen.swept[own] - seen.swept[other],
                                             interval(std::move(differences))));
    }
    out += "\n";
  }
  return out;
}

}  // namespace updraft
