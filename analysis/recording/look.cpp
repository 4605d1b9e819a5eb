#include "analysis/recording/look.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/curves.hpp"
#include "analysis/recording/areas.hpp"

namespace updraft {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double slack = 1e-6;  // of a row: 7 % of 100 is 7 in spite of binary fractions

// What AccI and AD are measured from, on one split.
struct Yardstick {
  double base = nan;   // a1
  double cloud = nan;  // c
  double rows = 0;     // sum of the weights

  double improvement(double accuracy) const {
    return cloud > base ? (accuracy - base) / (cloud - base) : nan;  // (1)
  }
  // The accuracy that a target asks for; NaN where it means nothing.
  double asked(const TargetSpec& spec) const {
    if (spec.target == Target::accuracy_degradation) return cloud - spec.wanted;  // (2)
    return cloud > base ? base + spec.wanted * (cloud - base) : nan;              // (1)
  }
  std::int64_t rows_for(double accuracy) const {
    return static_cast<std::int64_t>(std::ceil(accuracy * rows - slack));
  }
};

// The accuracies of a split's networks under one set of weights.
struct Standing {
  std::vector<RouterLines> stages;  // by stage of the reported split
  double rows = 0;

  RouterLines lines(std::size_t stage, Setting setting) const {
    return setting == Setting::white_box ? stages[stage] : stages[stage].before_oracle_cloud();
  }
  Yardstick yardstick(std::size_t base, Setting setting) const {
    const RouterLines of = lines(base, setting);
    return {of.edge_accuracy, of.cloud_accuracy, rows};
  }
};

Standing standing(const Contest& contest, bool tuning, Weights weights) {
  Standing out;
  const Variant* variant = tuning ? contest.tuning_variant : contest.variant;
  const std::vector<std::uint8_t> always_right(variant == nullptr ? weights.size() : 0, 1);
  for (std::size_t s = 0; s < contest.reported->stages.size(); ++s) {
    const Stage* stage = tuning ? contest.tuning_stage(s) : &contest.reported->stages[s];
    out.stages.push_back(
        stage == nullptr
            ? RouterLines{nan, nan, nan, nan}
            : router_lines(stage->answers.correct,
                           variant == nullptr ? always_right : variant->answers.correct, weights));
  }
  for (const std::uint16_t weight : weights) out.rows += weight;
  return out;
}

void put(Figures& out, std::size_t target, double asked, double delta, double appealing_rate,
         double accuracy, const Yardstick& by) {
  out[Figures::index(target, Reached::asked)] = asked;
  out[Figures::index(target, Reached::delta)] = delta;
  out[Figures::index(target, Reached::appealing_rate)] = appealing_rate;
  out[Figures::index(target, Reached::accuracy)] = accuracy;
  out[Figures::index(target, Reached::improvement)] = by.improvement(accuracy);
  out[Figures::index(target, Reached::degradation)] = by.cloud - accuracy;  // (2)
}

// The cheapest threshold for each of the targets of one setting, in one walk up the offloads.
template <class Found>
void for_each_cheapest(const Tally& tally, const Yardstick& by, Setting setting, DeltaFrom from,
                       const Found& found) {
  struct Asked {
    std::int64_t rows;
    std::size_t target;
  };
  std::vector<Asked> asked;
  const auto& specs = target_specs();
  for (std::size_t t = 0; t < specs.size(); ++t) {
    if (specs[t].setting != setting || specs[t].from != from) continue;
    const double accuracy = by.asked(specs[t]);
    if (!std::isnan(accuracy)) asked.push_back({by.rows_for(accuracy), t});
  }
  std::ranges::sort(asked, {}, &Asked::rows);
  std::size_t threshold = 0;  // who asks for more rows is reached no sooner
  for (const Asked& one : asked) {
    const auto next = tally.cheapest(one.rows, setting, threshold);
    if (!next) return;
    threshold = *next;
    found(one.target, threshold);
  }
}

class Look {
 public:
  Look(const Contest& contest, Weights reported, Weights tuning)
      : contest_(contest),
        reported_(reported),
        tuning_(tuning),
        here_(standing(contest, false, reported)),
        risks_(static_cast<std::size_t>(here_.rows)) {
    if (contest.tuning != nullptr) there_ = standing(contest, true, tuning);
  }

  Figures of(const Contender& contender) const {
    Figures out;
    if (!contender.reported) {
      closed_form(contender, out);
      return out;
    }
    const Tally tally(*contender.reported, reported_);
    for (const Setting setting : all_settings) {
      if (!contest_.has(setting)) continue;
      const Yardstick by = here_.yardstick(base_of(contender), setting);
      for_each_cheapest(tally, by, setting, DeltaFrom::swept, [&](std::size_t t, std::size_t k) {
        put(out, t, by.asked(target_specs()[t]), contender.reported->delta(k),
            tally.appealing_rate(k), tally.accuracy(k, setting), by);
      });
      add_areas(contender, setting, deferral_area(tally, setting), out);
    }
    if (contender.tuning) add_tuned(contender, tally, out);
    const auto wrong = static_cast<std::size_t>(tally.edge_wrong(tally.thresholds() - 1));
    const double risk = risks_.area(tally);
    out[Figures::index(Area::aurc)] = risk;
    out[Figures::index(Area::e_aurc)] =
        risk - risks_.optimum(static_cast<std::size_t>(tally.all()), wrong);
    out[Figures::index(Area::auroc)] = auroc(tally);
    return out;
  }

 private:
  std::size_t base_of(const Contender& contender) const {
    return contest_.families[contender.family].base;
  }

  void add_areas(const Contender& contender, Setting setting, double area, Figures& out) const {
    const auto scaled = [&](std::size_t stage) {
      const RouterLines lines = here_.lines(stage, setting);
      return normalised_area(area, lines.random_area(), lines.oracle_area());
    };
    out[Figures::index(audc(setting))] = area;
    out[Figures::index(audc_own(setting))] = scaled(contender.stage);
    out[Figures::index(audc_base(setting))] = scaled(base_of(contender));
  }

  void add_tuned(const Contender& contender, const Tally& tally, Figures& out) const {
    const Tally tuning(*contender.tuning, tuning_);
    for (const Setting setting : all_settings) {
      if (!contest_.has(setting)) continue;
      const Yardstick there = there_.yardstick(base_of(contender), setting);
      const Yardstick here = here_.yardstick(base_of(contender), setting);
      for_each_cheapest(tuning, there, setting, DeltaFrom::tuned,
                        [&](std::size_t t, std::size_t k) {
                          const double delta = contender.tuning->delta(k);
                          const std::size_t at = contender.reported->threshold_of(delta);
                          put(out, t, there.asked(target_specs()[t]), delta,
                              tally.appealing_rate(at), tally.accuracy(at, setting), here);
                        });
    }
  }

  void closed_form(const Contender& contender, Figures& out) const {
    const bool oracle = contender.kind == ScoreKind::oracle;
    for (const Setting setting : all_settings) {
      if (!contest_.has(setting)) continue;
      const RouterLines lines = here_.lines(contender.stage, setting);
      const Yardstick by = here_.yardstick(base_of(contender), setting);
      const auto& specs = target_specs();
      for (std::size_t t = 0; t < specs.size(); ++t) {
        if (specs[t].setting != setting || specs[t].from != DeltaFrom::swept) continue;
        const double asked = by.asked(specs[t]);
        if (std::isnan(asked)) continue;
        // The oracle sends whole rows, the coin falls as it falls.
        const double rate =
            oracle ? lines.oracle_reaches(static_cast<double>(by.rows_for(asked)) / by.rows)
                   : lines.random_reaches(asked);
        if (!std::isnan(rate)) {
          put(out, t, asked, nan, rate, oracle ? lines.oracle(rate) : lines.random(rate), by);
        }
      }
      add_areas(contender, setting, oracle ? lines.oracle_area() : lines.random_area(), out);
    }
  }

  const Contest& contest_;
  Weights reported_;
  Weights tuning_;
  Standing here_;
  Standing there_;
  RiskCoverage risks_;
};

}  // namespace

std::vector<Figures> look(const Contest& contest, Weights reported, Weights tuning) {
  const Look here(contest, reported, tuning);
  std::vector<Figures> out;
  out.reserve(contest.contenders.size());
  for (const Contender& contender : contest.contenders) out.push_back(here.of(contender));
  return out;
}

}  // namespace updraft
