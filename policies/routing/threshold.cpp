// Offloads the samples that the edge is unsure of:
//   answer  iff  s >= delta,  else offload                              (1)
// s    the sample's score by the stage that ran: q in [0, 1], msp in (0, 1], margin in [0, 1],
//      entropy in [-ln C, 0], or any other that the trace records; larger = easier
// delta  in the score's range; at or below its least value every sample is answered, above its
//      largest every one is offloaded
// Source: Li et al., AppealNet, DAC 2021, eq. 1; its baselines MSP, score margin and entropy are
// (1) on other scores.
//
// Departures: the papers leave s = delta open; here it answers. delta may be found on the
// calibration split (policies/tuning.hpp); the papers seem to have tuned on the test set.
#include "policies/routing/threshold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "policies/menu_keys.hpp"
#include "policies/policy.hpp"
#include "policies/tuning.hpp"
#include "sim/core/check.hpp"
#include "sim/core/names_of.hpp"

namespace updraft {
namespace {

constexpr Target targets[] = {Target::accuracy_improvement, Target::accuracy_degradation,
                              Target::appealing_rate, Target::skipping_rate};

struct Rule {
  StageId stage = no_stage;
  VariantId variant = -1;
  ScoreId score = -1;
  double delta = 0;              // of (1)
  StageId reference = no_stage;  // the edge network that AccI is measured from
};

class Threshold final : public Policy {
 public:
  explicit Threshold(const Rule& rule) : rule_(rule) {}
  StageId choose_stage(const ArrivalView&) override { return rule_.stage; }
  Decision decide(const ScoredView& seen) override {
    const double score = seen.score(rule_.score);
    const bool sure = score >= rule_.delta;  // (1)
    return sure ? Decision::answer(score) : Decision::offload(rule_.variant, score);
  }

 private:
  Rule rule_;
};

class ThresholdPlan final : public PolicyPlan {
 public:
  ThresholdPlan(const Rule& rule, double said_delta, std::string note)
      : rule_(rule), said_delta_(said_delta), note_(std::move(note)) {}
  std::unique_ptr<Policy> for_device(Stream) const override {
    return std::make_unique<Threshold>(rule_);
  }
  StageId reference_stage() const override { return rule_.reference; }
  VariantId reference_variant() const override { return rule_.variant; }
  std::optional<double> delta() const override { return said_delta_; }
  std::string note() const override { return note_; }

 private:
  Rule rule_;
  double said_delta_;
  std::string note_;
};

// (1) for a delta that is said in these words, and back. What must lie above d must reach the next
// larger number.
constexpr double infinity = std::numeric_limits<double>::infinity();

double meant(const ThresholdWords& words, double said) {
  const double delta = words.falling ? -said : said;
  return words.ties_answer ? delta : std::nextafter(delta, infinity);
}

double said(const ThresholdWords& words, double meant) {
  const double delta = words.ties_answer ? meant : std::nextafter(meant, -infinity);
  return words.falling ? -delta : delta;
}

// The one target in `tune`; nothing, with the mistake, if there is none or more than one.
std::optional<Target> read_target(Section& params) {
  std::vector<Target> given;
  const Document& node = *params.node("tune");
  for (const Target each : targets) {
    if (node.find(name_of(each)) != nullptr) given.push_back(each);
  }
  if (given.size() == 1) return given.front();
  params.mistake("tune",
                 "exactly one of {accuracy_improvement: 90 %}, {accuracy_degradation: 0.5 %}, "
                 "{appealing_rate: 20 %} and {skipping_rate: 80 %}");
  return std::nullopt;
}

Range range_of(Target target) {
  switch (target) {
    case Target::accuracy_improvement:
      return Range::not_negative();  // above 1 is reached where edge and cloud mend each other
    case Target::accuracy_degradation:
      return {-1, 1, false};
    default:
      return Range::unit();
  }
}

std::string percent(double fraction) { return fmt::format("{:.6g} %", 100 * fraction); }

// The rows of the calibration split under this rule; nothing, with the mistake at `tune`, if that
// split lacks what the rule names.
std::optional<ScoredRows> calibration_rows(Section& params, const PolicyContext& context,
                                           const Rule& rule) {
  if (context.calibration == nullptr || context.calibration_truth == nullptr ||
      context.calibration->rows == 0) {
    params.mistake("tune", "a workload trace with a calibration split, or a delta");
    return std::nullopt;
  }
  const Menu& menu = *context.calibration;
  const MenuStage& asked = context.menu.stages[static_cast<std::size_t>(rule.stage)];
  const MenuVariant& offload = context.menu.variants[static_cast<std::size_t>(rule.variant)];
  const std::string& score = asked.scores[static_cast<std::size_t>(rule.score)].name;
  const StageId stage = index_of(menu.stage_names(), asked.name);
  const VariantId variant = index_of(menu.variant_names(), offload.name);
  const ScoreId column = stage < 0 ? ScoreId{-1} : index_of(menu.score_names(stage), score);
  if (column < 0 || variant < 0) {
    params.mistake("tune", fmt::format("stage {}, its score {} and variant {} in the trace's "
                                       "calibration split, too",
                                       asked.name, score, offload.name));
    return std::nullopt;
  }
  const auto stage_index = static_cast<std::size_t>(stage);
  return ScoredRows{menu.stages[stage_index].scores[static_cast<std::size_t>(column)].values,
                    context.calibration_truth->edge_correct[stage_index],
                    context.calibration_truth->cloud_correct[static_cast<std::size_t>(variant)]};
}

// How many calibration rows the reference stage alone gets right. The splits offer the same stages.
std::size_t reference_correct(const PolicyContext& context, const Rule& rule) {
  const std::string& name = context.menu.stages[static_cast<std::size_t>(rule.reference)].name;
  const auto stage = static_cast<std::size_t>(index_of(context.calibration->stage_names(), name));
  UPDRAFT_CHECK(stage < context.calibration_truth->edge_correct.size(), name);
  const auto& correct = context.calibration_truth->edge_correct[stage];
  return static_cast<std::size_t>(std::ranges::count(correct, std::uint8_t{1}));
}

// A network that is cut, whole at the edge, has no calibration rows of its own.
std::vector<std::string> recorded_stage_names(const Menu& menu) {
  return names_of(menu.stages, [](const MenuStage& stage) { return stage.recorded; });
}

// `reference`: another stage than the one that runs, so that policies on different edge networks
// are held against one base.
StageId read_reference(Section& params, const Menu& menu, const Rule& rule) {
  if (!params.has("reference") || menu.stages.empty()) return rule.stage;
  return index_of(menu.stage_names(),
                  params.choice("reference", std::nullopt, recorded_stage_names(menu)));
}

// Reads `tune`, sets rule.delta and returns the note on how it was found.
std::string read_tuned(Section& params, const PolicyContext& context, const ThresholdWords& words,
                       Rule& rule) {
  const auto target = read_target(params);
  if (!target) return "";
  Section tuning = params.section("tune");
  const std::string key(name_of(*target));
  const double wanted = tuning.fraction(key, std::nullopt, range_of(*target));
  tuning.finish();
  const auto given = parse_fraction(tuning.node(key)->text);
  if (given != wanted || rule.score < 0 || rule.variant < 0) return "";  // reported already
  const auto rows = calibration_rows(params, context, rule);
  if (!rows) return "";

  OperatingPointsCache own;
  auto& cache = context.operating_points != nullptr ? *context.operating_points : own;
  const std::vector<OperatingPoint>& points = cache.of(*rows);
  const std::size_t edge_alone = reference_correct(context, rule);
  if (*target == Target::accuracy_improvement && points.front().correct <= edge_alone) {
    const auto accuracy = [&](std::size_t correct) {
      return percent(static_cast<double>(correct) / static_cast<double>(rows->score.size()));
    };
    tuning.mistake(key, fmt::format("a cloud that beats the edge on the calibration split (it has "
                                    "{}, the edge {}), or another target",
                                    accuracy(points.front().correct), accuracy(edge_alone)));
    return "";
  }
  const auto found = tune(*target, wanted, points, edge_alone);
  if (!found) {
    const auto by_correct = [](const auto& a, const auto& b) { return a.correct < b.correct; };
    const auto best = std::ranges::max_element(points, by_correct);
    tuning.mistake(key, fmt::format("at {} {}: no threshold on this score does better on the "
                                    "calibration split",
                                    *target == Target::accuracy_improvement ? "most" : "least",
                                    percent(figure(*target, points, *best, edge_alone))));
    return "";
  }
  rule.delta = found->delta;
  std::string note =
      fmt::format("delta {:.6g} tuned on calibration: {} {} (target {})", said(words, found->delta),
                  key, percent(figure(*target, points, *found, edge_alone)), percent(wanted));
  if (*target != Target::appealing_rate) {
    note += ", appealing rate " + percent(figure(Target::appealing_rate, points, *found));
  }
  return note;
}

// Of a given delta that no recorded score is on the other side of; "" of any other.
std::string note_of_given(const ThresholdWords& words, const Rule& rule, double said_delta,
                          const Menu& menu) {
  if (rule.stage < 0 || rule.score < 0) return "";
  const auto& scores = menu.stages[static_cast<std::size_t>(rule.stage)]
                           .scores[static_cast<std::size_t>(rule.score)]
                           .values;
  if (scores.empty()) return "";
  const auto [least, most] = std::ranges::minmax(scores);
  const double low = words.falling ? 0 - most : least;  // 0 - 0 is 0, -0 is not
  const double high = words.falling ? 0 - least : most;
  if (said_delta >= low && said_delta <= high) return "";
  return fmt::format("delta {:.6g} lies {} every recorded {} ({:.6g} to {:.6g}): {} offloaded",
                     said_delta, said_delta < low ? "below" : "above",
                     words.falling ? "value" : "score", low, high,
                     least >= rule.delta ? "no sample is" : "all samples are");  // (1)
}

}  // namespace

std::unique_ptr<PolicyPlan> make_threshold_as(const ThresholdWords& words, Section& params,
                                              const PolicyContext& context) {
  Rule rule;
  const StageAndScore by = read_stage_and_score(params, context.menu, words.score);
  rule.stage = by.stage;
  rule.score = by.score;
  rule.reference = read_reference(params, context.menu, rule);
  rule.variant = read_variant(params, context.menu);
  std::string note;
  double said_delta = 0;
  if (params.has("tune")) {
    if (params.has("delta")) params.mistake("delta", "either delta or tune, not both");
    note = read_tuned(params, context, words, rule);
    said_delta = said(words, rule.delta);
  } else if (params.has("delta")) {
    said_delta = params.number("delta", std::nullopt, words.range);
    rule.delta = meant(words, said_delta);
    note = note_of_given(words, rule, said_delta, context.menu);
  } else {
    params.mistake("delta", fmt::format("{}, or tune: {{accuracy_improvement: 90 %}} and its like",
                                        words.expected));
  }
  return std::make_unique<ThresholdPlan>(rule, said_delta, std::move(note));
}

std::unique_ptr<PolicyPlan> make_threshold(Section& params, const PolicyContext& context) {
  return make_threshold_as({}, params, context);
}

}  // namespace updraft
