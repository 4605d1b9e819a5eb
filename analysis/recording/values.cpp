#include "analysis/recording/values.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "analysis/curves.hpp"

namespace updraft {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void add(std::vector<NamedValue>& out, const std::string& name, double value, double low,
         double high) {
  out.push_back({name, value});
  out.push_back({name + "_low", std::min(low, high)});  // a cost may fall where AR rises
  out.push_back({name + "_high", std::max(low, high)});
}

// Of a stage that keeps this share, in MACs per sample; NaN without a recorded cloud.
void add_costs(const RecordingReport& report, std::size_t stage, double kept,
               std::vector<NamedValue>& out) {
  const Contest& contest = report.contest;
  const bool known = contest.variant != nullptr;
  const Cost cost =
      known ? cost_of(*contest.reported, contest.reported->stages[stage], *contest.variant)
            : Cost{nan, nan, nan};
  out.push_back({"cost_macs", cost.at(1 - kept)});
  out.push_back({"cost_with_edge_macs", cost.with_edge(1 - kept)});
}

}  // namespace

std::vector<NamedValue> target_values(const ContenderReport& contender, std::size_t target) {
  // Not a structured binding: lambdas may not capture those in C++20's first compilers.
  const Figures& seen = contender.seen;
  const Figures& low = contender.low;
  const Figures& high = contender.high;
  const auto& cost = contender.cost;
  std::vector<NamedValue> out;
  const auto take = [&](const char* name, Reached what) {
    add(out, name, seen.at(target, what), low.at(target, what), high.at(target, what));
  };
  out.push_back({"asked_accuracy", seen.at(target, Reached::asked)});
  out.push_back({"delta", seen.at(target, Reached::delta)});
  take("appealing_rate", Reached::appealing_rate);
  take("accuracy", Reached::accuracy);
  take("accuracy_improvement", Reached::improvement);
  take("accuracy_degradation", Reached::degradation);
  // Cost is affine in AR, so its interval is that of AR.
  const bool known = cost && target_specs()[target].setting == Setting::white_box;
  const auto costs = [&](const char* name, const auto& of) {
    const auto at = [&](const Figures& figures) {
      return known ? of(figures.at(target, Reached::appealing_rate)) : nan;
    };
    add(out, name, at(seen), at(low), at(high));
  };
  costs("cost_macs", [&](double rate) { return cost->at(rate); });
  costs("cost_with_edge_macs", [&](double rate) { return cost->with_edge(rate); });
  out.push_back({"hull_appealing_rate", contender.hull_appealing_rate[target]});
  return out;
}

std::vector<NamedValue> area_values(const ContenderReport& contender) {
  constexpr const char* names[] = {"audc_white_box",
                                   "audc_normalised_own_white_box",
                                   "audc_normalised_base_white_box",
                                   "audc_black_box",
                                   "audc_normalised_own_black_box",
                                   "audc_normalised_base_black_box",
                                   "aurc",
                                   "e_aurc",
                                   "auroc"};
  static_assert(std::size(names) == area_count);
  std::vector<NamedValue> out;
  for (std::size_t i = 0; i < area_count; ++i) {
    const auto area = static_cast<Area>(i);
    add(out, names[i], contender.seen.at(area), contender.low.at(area), contender.high.at(area));
  }
  return out;
}

std::vector<NamedValue> stage_values(const Contest& contest, std::size_t stage) {
  const Stage& of = contest.reported->stages[stage];
  const bool cloud = contest.variant != nullptr;
  const RouterLines lines = lines_of(contest, stage);
  const auto recorded = [&](double value) { return cloud ? value : nan; };
  const RouterLines black_box = lines.before_oracle_cloud();
  return {{"macs", of.work.si() / 2},
          {"params", static_cast<double>(of.params)},
          {"accuracy", lines.edge_accuracy},
          {"cloud_accuracy", recorded(lines.cloud_accuracy)},
          {"repaired", recorded(lines.repaired)},
          {"spoiled", recorded(lines.spoiled)},
          {"audc_oracle_white_box", recorded(lines.oracle_area())},
          {"audc_random_white_box", recorded(lines.random_area())},
          {"audc_oracle_black_box", black_box.oracle_area()},
          {"audc_random_black_box", black_box.random_area()}};
}

std::string_view name_of(AoMethod method) { return method ? name_of(*method) : "ao"; }

std::vector<NamedValue> ao_values(const RecordingReport& report, const AoEntry& entry,
                                  AoMethod method) {
  const auto index = [&](AoFigure figure) {
    return method ? AoFigures::index(*method, figure) : AoFigures::index(figure);
  };
  std::vector<NamedValue> out;
  const auto take = [&](const char* name, AoFigure figure) {
    const bool known = method || AoFigures::index(figure) < ao_own_count;
    const std::size_t at = known ? index(figure) : 0;
    add(out, name, known ? entry.seen[at] : nan, known ? entry.low[at] : nan,
        known ? entry.high[at] : nan);
  };
  double delta = method ? entry.delta[static_cast<std::size_t>(*method)] : nan;
  if (method == AoRival::branchynet) delta = -delta;  // an entropy, not minus it
  out.push_back({"delta", delta});
  take("kept_share", AoFigure::kept);
  take("auxiliary_accuracy", AoFigure::auxiliary);
  take("principal_accuracy", AoFigure::principal);
  take("overall_accuracy", AoFigure::overall);
  const std::size_t kept = index(AoFigure::kept);
  add_costs(report, entry.stage, entry.seen[kept], out);
  take("gain", AoFigure::gain);
  take("transmissions_saved", AoFigure::saved);
  take("kept_difference", AoFigure::difference);
  return out;
}

std::vector<NamedValue> ao_values(const RecordingReport& report, const AoEntry& entry,
                                  const AoPoint& point) {
  constexpr const char* names[] = {"kept_share", "auxiliary_accuracy", "principal_accuracy",
                                   "overall_accuracy"};
  static_assert(std::size(names) == ao_own_count);
  std::vector<NamedValue> out = {{"lambda", point.lambda}};
  for (std::size_t f = 0; f < ao_own_count; ++f) out.push_back({names[f], point.figures[f]});
  add_costs(report, entry.stage, point.figures[AoFigures::index(AoFigure::kept)], out);
  return out;
}

std::string_view ao_verdict(const AoEntry& entry, AoRival rival) {
  const std::size_t at = AoFigures::index(rival, AoFigure::difference);
  if (std::isnan(entry.low[at])) return "";
  return entry.low[at] > 0 ? "more" : entry.high[at] < 0 ? "fewer" : "undecided";
}

std::string family_name(const Contest& contest, std::size_t family) {
  return contest.reported->stages[contest.families[family].base].name;
}

}  // namespace updraft
