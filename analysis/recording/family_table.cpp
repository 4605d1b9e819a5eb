#include "analysis/recording/family_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "analysis/recording/text_grid.hpp"
#include "analysis/recording/values.hpp"
#include "sim/metrics/terminal_text.hpp"

namespace updraft {
namespace {

struct Column {
  std::string group;  // over several columns, said over the first
  std::string head;
  std::size_t figure;
  bool low_is_best;
  bool marked = true;
};

std::vector<Column> columns(const RecordingReport& report, std::size_t family, Setting setting) {
  const bool improves = has_improvements(report, family, setting);
  const Target target = improves ? Target::accuracy_improvement : Target::accuracy_degradation;
  std::vector<Column> out;
  for (std::size_t k = 0; k < improvements.size(); ++k) {
    const std::size_t index = target_index(setting, DeltaFrom::swept, target, k);
    out.push_back({k == 0 ? (improves ? "AR % at AccI" : "AR % at AD") : "",
                   fmt::format("{:g} %", 100 * target_specs()[index].wanted),
                   Figures::index(index, Reached::appealing_rate), true});
  }
  out.push_back({"AUDC", "%", Figures::index(audc_base(setting)), false});
  if (report.contest.tuning != nullptr && improves) {
    const std::size_t tuned =
        target_index(setting, DeltaFrom::tuned, Target::accuracy_improvement, tuned_for);
    out.push_back({"AccI %", fmt::format("tuned {:g}", 100 * improvements[tuned_for]),
                   Figures::index(tuned, Reached::improvement), false, false});
  }
  return out;
}

bool competes(const Contender& contender) {
  return contender.kind == ScoreKind::recorded || contender.kind == ScoreKind::derived;
}

// Of the bounds and the random router, those of the base alone are shown.
bool is_bound_of_base(const Contest& contest, const Contender& contender, std::size_t family,
                      Setting setting) {
  if (competes(contender) || contender.stage != contest.families[family].base) return false;
  return contender.kind != ScoreKind::ideal ||
         contender.score == fmt::format("ideal_{}", name_of(setting));
}

std::vector<double> best_of(const RecordingReport& report, std::size_t family,
                            const std::vector<Column>& all) {
  std::vector<double> best;
  for (const Column& column : all) {
    double top = std::numeric_limits<double>::quiet_NaN();
    std::set<std::string> texts;
    for (std::size_t c = 0; c < report.contenders.size(); ++c) {
      const Contender& contender = report.contest.contenders[c];
      const double value = report.contenders[c].seen[column.figure];
      if (contender.family != family || !competes(contender) || std::isnan(value)) continue;
      if (std::isnan(top) || (column.low_is_best ? value < top : value > top)) top = value;
      texts.insert(percent(value));
    }
    // Where all read the same, nothing is best.
    best.push_back(texts.size() > 1 ? top : std::numeric_limits<double>::quiet_NaN());
  }
  return best;
}

std::string stage_heading(const Contest& contest, std::size_t stage) {
  const Stage& of = contest.reported->stages[stage];
  return fmt::format("{}: {} % right, {} MMAC", shown_name(of.name, longest_stage),
                     percent(lines_of(contest, stage).edge_accuracy), megamacs(of.work.si() / 2));
}

}  // namespace

std::string family_table(const RecordingReport& report, std::size_t family, Setting setting,
                         bool bold) {
  const Contest& contest = report.contest;
  const auto all = columns(report, family, setting);
  const auto best = best_of(report, family, all);
  std::vector<GridCell> head = {{{"", ""}}};
  for (const Column& column : all) head.push_back({{column.group, column.head}});
  TextGrid grid(head);
  const auto add = [&](std::size_t c) {
    const Contender& contender = contest.contenders[c];
    const ContenderReport& of = report.contenders[c];
    std::vector<GridCell> cells = {{{fmt::format(
        "  {}{}",
        contender.kind == ScoreKind::ideal ? "ideal" : shown_name(contender.score, longest_score),
        knows_label(contender.kind) ? " †" : "")}}};
    for (std::size_t k = 0; k < all.size(); ++k) {
      const std::size_t figure = all[k].figure;
      // What reads the same is equally good.
      const bool marked = competes(contender) && all[k].marked && !std::isnan(best[k]) &&
                          percent(of.seen[figure]) == percent(best[k]);
      cells.push_back(
          {{percent(of.seen[figure]), percent_range(of.low[figure], of.high[figure])}, marked});
    }
    grid.row(std::move(cells));
  };
  for (const std::size_t stage : contest.families[family].stages) {
    grid.heading(stage_heading(contest, stage));
    for (std::size_t c = 0; c < contest.contenders.size(); ++c) {
      if (contest.contenders[c].stage == stage && competes(contest.contenders[c])) add(c);
    }
  }
  grid.heading(fmt::format("for comparison, of {}",
                           shown_name(family_name(contest, family), longest_stage)));
  for (std::size_t c = 0; c < contest.contenders.size(); ++c) {
    if (is_bound_of_base(contest, contest.contenders[c], family, setting)) add(c);
  }
  return grid.text(bold);
}

bool has_improvements(const RecordingReport& report, std::size_t family, Setting setting) {
  const std::size_t target =
      target_index(setting, DeltaFrom::swept, Target::accuracy_improvement, 0);
  for (std::size_t c = 0; c < report.contenders.size(); ++c) {
    if (report.contest.contenders[c].family == family &&
        !std::isnan(report.contenders[c].seen.at(target, Reached::asked)))
      return true;
  }
  return false;
}

// The cheapest score at each AccI, in the papers' currency.
std::string cheapest_scores(const RecordingReport& report, std::size_t family) {
  const Contest& contest = report.contest;
  std::vector<std::string> texts;
  for (std::size_t k = 0; k < improvements.size(); ++k) {
    const std::size_t target =
        target_index(Setting::white_box, DeltaFrom::swept, Target::accuracy_improvement, k);
    std::string text;
    double least = std::numeric_limits<double>::infinity();
    double fewest = least;
    for (std::size_t c = 0; c < contest.contenders.size(); ++c) {
      const Contender& contender = contest.contenders[c];
      if (contender.family != family || !competes(contender)) continue;
      const double rate = report.contenders[c].seen.at(target, Reached::appealing_rate);
      const double macs = report.contenders[c].cost->at(rate);
      if (std::isnan(rate) || macs > least || (macs == least && rate >= fewest)) continue;
      least = macs;
      fewest = rate;
      text =
          fmt::format("{} ({} of {})", megamacs(macs), shown_name(contender.score, longest_score),
                      shown_name(contest.stage_of(contender).name, longest_stage));
    }
    texts.push_back(text);
  }
  return fmt::format("Cheapest at AccI 50, 75, 90, 95 %, MMAC per sample: {}; the cloud alone: {}.",
                     fmt::join(texts, ", "), megamacs(contest.variant->cloud_work.si() / 2));
}

std::string shown_name(std::string_view name, std::size_t longest) {
  return cut(harmless(name), longest);
}

std::string percent(double share) {
  return std::isnan(share) ? "-" : fmt::format("{:.2f}", 100 * share + 0.0);
}

std::string percent_range(double low, double high) {
  // Without width it says nothing: the random router's AR is its AccI on any rows.
  return std::isnan(low) || high - low < 1e-9
             ? ""
             : fmt::format("{:.1f}..{:.1f}", 100 * low + 0.0, 100 * high + 0.0);
}

std::string megamacs(double macs) { return fmt::format("{:.3f}", macs / 1e6); }

}  // namespace updraft
