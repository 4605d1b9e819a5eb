#include "analysis/recording/contest.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/input_error.hpp"
#include "sim/core/menu.hpp"
#include "sim/core/names_of.hpp"
#include "sim/core/portable_math.hpp"

namespace updraft {
namespace {

// -ln softmax(logits)[label] of every row.
std::vector<double> cross_entropy(const std::vector<float>& logits,
                                  const std::vector<std::int32_t>& labels) {
  const std::size_t classes = logits.size() / labels.size();
  std::vector<double> losses;
  losses.reserve(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto row = std::span(logits).subspan(i * classes, classes);
    const double largest = *std::max_element(row.begin(), row.end());
    double sum = 0;
    for (const float logit : row) sum += portable::exp(logit - largest);
    losses.push_back(portable::log(sum) - (row[static_cast<std::size_t>(labels[i])] - largest));
  }
  return losses;
}

[[noreturn]] void refuse(const std::string& file, std::string_view key, const std::string& got,
                         const std::vector<std::string>& known) {
  throw InputError(fmt::format("{}: {} = {}; expected {}{}", file, key, shown(got), one_of(known),
                               did_you_mean(got, known)));
}

std::span<const std::uint8_t> correct_of(const Variant* variant) {
  return variant == nullptr ? std::span<const std::uint8_t>() : variant->answers.correct;
}

// The scores of one stage, each ranked on both splits, then the closed forms.
void add_stage(Contest& contest, std::size_t family, std::size_t index) {
  const Stage& stage = contest.reported->stages[index];
  const Stage* twin = contest.tuning_stage(index);
  std::vector<NamedScore> there;
  if (twin != nullptr)
    there = scores_of(*contest.trace, *contest.tuning, *twin, contest.tuning_variant);
  for (const auto& score : scores_of(*contest.trace, *contest.reported, stage, contest.variant)) {
    Contender contender{index,
                        family,
                        score.name,
                        score.kind,
                        std::nullopt,
                        std::nullopt,
                        histogram(score.values, stage.answers.correct)};
    contender.reported.emplace(score.values, stage.answers.correct, correct_of(contest.variant));
    const auto same = std::find_if(there.begin(), there.end(), [&](const NamedScore& other) {
      return other.name == score.name && !knows_label(score.kind);
    });
    if (same != there.end()) {
      contender.tuning.emplace(same->values, twin->answers.correct,
                               correct_of(contest.tuning_variant));
    }
    contest.contenders.push_back(std::move(contender));
  }
  for (const ScoreKind kind : {ScoreKind::oracle, ScoreKind::random}) {
    contest.contenders.push_back(
        {index, family, std::string(name_of(kind)), kind, std::nullopt, std::nullopt, {}});
  }
}

}  // namespace

std::string_view name_of(ScoreKind kind) {
  switch (kind) {
    case ScoreKind::recorded:
      return "recorded";
    case ScoreKind::derived:
      return "derived";
    case ScoreKind::ideal:
      return "ideal";
    case ScoreKind::oracle:
      return "oracle";
    default:
      return "random";
  }
}

const Stage* Contest::tuning_stage(std::size_t stage) const {
  return tuning == nullptr ? nullptr : tuning->stage(reported->stages[stage].name);
}

std::vector<Setting> Contest::shown_settings(std::size_t family) const {
  std::vector<Setting> out;
  if (has(Setting::white_box)) out.push_back(Setting::white_box);
  const auto& stages = families[family].stages;
  const bool trained = std::any_of(stages.begin(), stages.end(), [&](std::size_t stage) {
    return reported->stages[stage].loss == "black_box";
  });
  if (trained || out.empty()) out.push_back(Setting::black_box);
  return out;
}

RouterLines lines_of(const Contest& contest, std::size_t stage) {
  const std::vector<std::uint16_t> once(contest.reported->size(), 1);
  const std::vector<std::uint8_t> always_right(once.size(), 1);
  return router_lines(contest.reported->stages[stage].answers.correct,
                      contest.variant == nullptr ? always_right : contest.variant->answers.correct,
                      once);
}

std::vector<NamedScore> scores_of(const InferenceTrace& trace, const Split& split,
                                  const Stage& stage, const Variant* variant) {
  std::vector<NamedScore> out;
  for (const auto& score : stage.scores) {
    // One that follows from the logits is what it is, recorded or not.
    const bool follows = score.name == "msp" || score.name == "margin" || score.name == "entropy";
    out.push_back({score.name,
                   follows ? ScoreKind::derived : ScoreKind::recorded,
                   {score.values.begin(), score.values.end()}});
    for (const char* bound : {"oracle", "random", "ideal_white_box", "ideal_black_box"}) {
      if (score.name == bound) {
        throw InputError(
            fmt::format("{}: /{}/edge/{}/scores/{}: has the name of a bound that is "
                        "drawn beside it; expected another",
                        trace.file, split.name, stage.name, score.name));
      }
    }
  }
  const auto& logits = stage.answers.logits;
  if (logits.empty()) return out;
  const auto known = names_of(out);
  for (auto& derived : derived_scores(logits, static_cast<std::size_t>(trace.classes))) {
    if (std::find(known.begin(), known.end(), derived.name) == known.end())
      out.push_back({derived.name, ScoreKind::derived, std::move(derived.values)});
  }
  std::vector<double> ideal = cross_entropy(logits, split.labels);
  for (double& loss : ideal) loss = -loss;
  out.push_back({"ideal_black_box", ScoreKind::ideal, ideal});  // (2)
  if (variant != nullptr && !variant->answers.logits.empty()) {
    const auto cloud = cross_entropy(variant->answers.logits, split.labels);
    for (std::size_t i = 0; i < ideal.size(); ++i) ideal[i] += cloud[i];
    out.push_back({"ideal_white_box", ScoreKind::ideal, std::move(ideal)});  // (1)
  }
  return out;
}

Contest contest_of(const InferenceTrace& trace, const std::string& split,
                   const std::string& variant) {
  Contest contest{&trace, trace.split(split), trace.split("calibration"), nullptr, nullptr, {}, {}};
  if (contest.reported == nullptr) refuse(trace.file, "split", split, names_of(trace.splits));
  if (contest.reported == contest.tuning) contest.tuning = nullptr;
  const auto& variants = contest.reported->variants;
  if (!variant.empty()) {
    contest.variant = contest.reported->variant(variant);
    if (contest.variant == nullptr) refuse(trace.file, "variant", variant, names_of(variants));
  } else if (!variants.empty()) {
    contest.variant = &variants.front();
  }
  if (contest.tuning != nullptr && contest.variant != nullptr) {
    contest.tuning_variant = contest.tuning->variant(contest.variant->name);
    if (contest.tuning_variant == nullptr) contest.tuning = nullptr;  // nothing to tune against
  }
  if (contest.reported->stages.empty()) {
    throw InputError(fmt::format("{}: /{}/edge = nothing; expected a stage to analyse", trace.file,
                                 contest.reported->name));
  }
  contest.families = families(contest.reported->stages);
  for (std::size_t f = 0; f < contest.families.size(); ++f) {
    for (const std::size_t stage : contest.families[f].stages) add_stage(contest, f, stage);
  }
  if (std::none_of(contest.contenders.begin(), contest.contenders.end(),
                   [](const Contender& c) { return c.tuning.has_value(); })) {
    contest.tuning = nullptr;  // the calibration split has nothing to threshold on
  }
  if (std::none_of(contest.contenders.begin(), contest.contenders.end(),
                   [](const Contender& c) { return c.reported.has_value(); })) {
    throw InputError(fmt::format(
        "{}: /{}/edge = no stage with logits or scores; expected something to threshold on",
        trace.file, contest.reported->name));
  }
  return contest;
}

}  // namespace updraft
