#include "analysis/recording/duel_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/recording/family_table.hpp"
#include "analysis/recording/text_grid.hpp"
#include "sim/metrics/terminal_text.hpp"

namespace updraft {
namespace {

std::string signed_percent(double share) {
  return std::isnan(share) ? "-" : fmt::format("{:+.2f}", 100 * share);
}

// The setting that a stage was trained for, where it can be shown.
Setting setting_of(const Contest& contest, const Contender& contender) {
  const bool black_box = contest.stage_of(contender).loss == "black_box";
  return black_box || !contest.has(Setting::white_box) ? Setting::black_box : Setting::white_box;
}

struct Duel {
  std::size_t contender;
  bool of_base;
  std::vector<const Difference*> cells;  // by target, then the area; null where there is none
};

// Where AccI means nothing, offloads are compared at AD.
Target target_of(const RecordingReport& report, std::size_t family, Setting setting) {
  return has_improvements(report, family, setting) ? Target::accuracy_improvement
                                                   : Target::accuracy_degradation;
}

std::vector<Duel> duels(const RecordingReport& report, std::size_t family) {
  std::vector<Duel> out;
  for (const Difference& one : report.differences) {
    const Contender& contender = report.contest.contenders[one.contender];
    const Setting setting = setting_of(report.contest, contender);
    if (contender.family != family || one.setting != setting) continue;
    if (out.empty() || out.back().contender != one.contender || out.back().of_base != one.of_base)
      out.push_back(
          {one.contender, one.of_base, std::vector<const Difference*>(improvements.size() + 1)});
    auto& cells = out.back().cells;
    if (one.figure == Compared::audc) cells.back() = &one;
    const Target target = target_of(report, family, setting);
    for (std::size_t k = 0; k < improvements.size(); ++k) {
      const std::size_t at = target_index(setting, DeltaFrom::swept, target, k);
      if (one.figure == Compared::appealing_rate && one.target == target &&
          one.wanted == target_specs()[at].wanted)
        cells[k] = &one;
    }
  }
  return out;
}

// "q of appealnet less the best of plain, white box"
std::string title_of(const RecordingReport& report, const Duel& duel) {
  const Contest& contest = report.contest;
  const Contender& contender = contest.contenders[duel.contender];
  const std::size_t rival =
      duel.of_base ? contest.families[contender.family].base : contender.stage;
  return fmt::format(
      "{} of {} less the best of {}, {}", shown_name(contender.score, longest_score),
      shown_name(contest.stage_of(contender).name, longest_stage),
      rival == contender.stage ? "its own network"
                               : shown_name(contest.reported->stages[rival].name, longest_stage),
      setting_of(contest, contender) == Setting::white_box ? "white box" : "black box");
}

// All of the family in one table; the heads are those of the first one's setting, whose AccI are
// the same in the other.
std::string grid_of(const RecordingReport& report, const std::vector<Duel>& all) {
  const Contest& contest = report.contest;
  const Contender& first = contest.contenders[all[0].contender];
  const Target target = target_of(report, first.family, setting_of(contest, first));
  const bool improves = target == Target::accuracy_improvement;
  std::vector<GridCell> head = {{{"", ""}}};
  for (std::size_t k = 0; k < improvements.size(); ++k) {
    const std::size_t at = target_index(setting_of(contest, first), DeltaFrom::swept, target, k);
    head.push_back({{k == 0 ? (improves ? "AR points at AccI" : "AR points at AD") : "",
                     fmt::format("{:g} %", 100 * target_specs()[at].wanted)}});
  }
  head.push_back({{"AUDC", "points"}});
  TextGrid grid(head);
  for (const Duel& duel : all) {
    grid.heading(title_of(report, duel));
    std::vector<GridCell> cells = {{{"  difference", "  interval", "  rival", "  verdict"}}};
    for (const Difference* one : duel.cells) {
      if (one == nullptr) {
        cells.push_back({{"-"}});
        continue;
      }
      cells.push_back(
          {{signed_percent(one->value), percent_range(one->interval.low, one->interval.high),
            shown_name(contest.contenders[one->rival].score, longest_score), one->verdict}});
    }
    grid.row(std::move(cells));
  }
  return grid.text(false);
}

// "fewer offloads at AccI 90, 95 %; undecided at AccI 50, 75 %; area larger"
std::string verdicts(const Duel& duel) {
  std::vector<std::string> parts;
  for (const std::string_view word : {"fewer", "more", "undecided"}) {
    std::vector<std::string> where;
    std::string_view target;
    for (const Difference* one : duel.cells) {
      if (one == nullptr || one->figure == Compared::audc || one->verdict != word) continue;
      where.push_back(fmt::format("{:g}", 100 * one->wanted));
      target = one->target == Target::accuracy_improvement ? "AccI" : "AD";
    }
    if (where.empty()) continue;
    parts.push_back(fmt::format("{}{} at {} {} %", word, word == "undecided" ? "" : " offloads",
                                target, fmt::join(where, ", ")));
  }
  if (duel.cells.back() != nullptr)
    parts.push_back(fmt::format("area {}", duel.cells.back()->verdict));
  return fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace

std::string duel_table(const RecordingReport& report, std::size_t family) {
  const auto all = duels(report, family);
  if (all.empty()) return "";
  std::string out = grid_of(report, all);
  if (report.draws == 0) return out;
  for (const Duel& duel : all)
    out += wrapped(fmt::format("{}: {}.", title_of(report, duel), verdicts(duel)));
  return out;
}

}  // namespace updraft
