#include "analysis/recording/differences.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "analysis/recording/cost.hpp"

namespace updraft {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Question {
  Setting setting;
  Compared figure;
  Target target;
  double wanted;
  std::size_t index;  // of the figures: AR at the target, or the area
};

std::vector<Question> questions(const Contest& contest) {
  std::vector<Question> out;
  for (const Setting setting : all_settings) {
    if (!contest.has(setting)) continue;
    for (const Compared figure : {Compared::appealing_rate, Compared::cost_macs}) {
      // A cloud that was not recorded has no cost, nor has the one that is always right.
      if (figure == Compared::cost_macs && setting == Setting::black_box) continue;
      for (const Target target : {Target::accuracy_improvement, Target::accuracy_degradation}) {
        for (std::size_t k = 0; k < improvements.size(); ++k) {
          const std::size_t at = target_index(setting, DeltaFrom::swept, target, k);
          out.push_back({setting, figure, target, target_specs()[at].wanted,
                         Figures::index(at, Reached::appealing_rate)});
        }
      }
    }
    out.push_back({setting, Compared::audc, Target::accuracy_improvement, nan,
                   Figures::index(audc_base(setting))});
  }
  return out;
}

// The derived score of `stage` that is best on `figures`: fewest offloads, largest area.
std::optional<std::size_t> best_derived(const Contest& contest, std::size_t stage,
                                        const Question& question,
                                        const std::vector<Figures>& figures) {
  std::optional<std::size_t> best;
  double top = nan;
  for (std::size_t c = 0; c < contest.contenders.size(); ++c) {
    const Contender& contender = contest.contenders[c];
    if (contender.stage != stage || contender.kind != ScoreKind::derived) continue;
    const double value = question.figure == Compared::audc ? figures[c][question.index]
                                                           : -figures[c][question.index];
    if (std::isnan(value) || (best && value <= top)) continue;
    best = c;
    top = value;
  }
  return best;
}

std::string verdict(Compared figure, const Interval& interval) {
  if (std::isnan(interval.low)) return "";
  if (interval.low <= 0 && interval.high >= 0) return "undecided";
  const bool less = interval.high < 0;
  switch (figure) {
    case Compared::appealing_rate:
      return less ? "fewer" : "more";
    case Compared::cost_macs:
      return less ? "lower" : "higher";
    default:
      return less ? "smaller" : "larger";
  }
}

Difference difference(const Contest& contest, std::size_t contender, std::size_t rival,
                      const Question& question, const std::vector<Figures>& seen,
                      const Draws& draws) {
  const auto value = [&](std::size_t who, const Figures& figures) {
    const double figure = figures[question.index];
    return question.figure == Compared::cost_macs
               ? cost_of(*contest.reported, contest.stage_of(contest.contenders[who]),
                         *contest.variant)
                     .at(figure)
               : figure;
  };
  std::vector<double> drawn;
  for (std::size_t d = 0; d < draws.count(); ++d)
    drawn.push_back(value(contender, draws.of(d, contender)) - value(rival, draws.of(d, rival)));
  const Interval interval = middle(std::move(drawn));
  return {contender,       rival,
          false,           question.setting,
          question.figure, question.target,
          question.wanted, value(contender, seen[contender]) - value(rival, seen[rival]),
          interval,        verdict(question.figure, interval)};
}

}  // namespace

std::string_view name_of(Compared figure) {
  switch (figure) {
    case Compared::appealing_rate:
      return "appealing_rate";
    case Compared::cost_macs:
      return "cost_macs";
    default:
      return "audc_normalised_base";
  }
}

std::vector<Difference> differences(const Contest& contest, const std::vector<Figures>& seen,
                                    const std::vector<Figures>& on_tuning, const Draws& draws) {
  const auto& chosen_on = on_tuning.empty() ? seen : on_tuning;
  std::vector<Difference> out;
  for (std::size_t c = 0; c < contest.contenders.size(); ++c) {
    const Contender& contender = contest.contenders[c];
    if (contender.kind != ScoreKind::recorded) continue;
    const std::size_t base = contest.families[contender.family].base;
    for (const bool of_base : {true, false}) {
      if (!of_base && contender.stage == base) continue;  // they are the same
      for (const Question& question : questions(contest)) {
        const auto rival =
            best_derived(contest, of_base ? base : contender.stage, question, chosen_on);
        if (!rival) continue;
        out.push_back(difference(contest, c, *rival, question, seen, draws));
        out.back().of_base = of_base;
      }
    }
  }
  return out;
}

}  // namespace updraft
