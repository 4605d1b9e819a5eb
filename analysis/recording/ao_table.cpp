#include "analysis/recording/ao_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/recording/family_table.hpp"
#include "analysis/recording/text_grid.hpp"
#include "analysis/recording/values.hpp"
#include "sim/metrics/terminal_text.hpp"

namespace updraft {
namespace {

std::string shown(AoRival rival) {
  switch (rival) {
    case AoRival::cdl:
      return "CDL";
    case AoRival::branchynet:
      return "BranchyNet";
    default:
      return "one margin";
  }
}

class Table {
 public:
  explicit Table(const RecordingReport& report)
      : report_(report),
        grid_({{{"", ""}},
               {{"kept", "%"}},
               {{"right, of", "kept %"}},
               {{"right, of", "sent %"}},
               {{"overall", "%"}},
               {{"MMAC", ""}},
               {{"gain", "%"}},
               {{"saved", "%"}}}) {}

  void heading(std::size_t stage) {
    const Stage& of = report_.contest.reported->stages[stage];
    grid_.heading(fmt::format("{}: {} % right", shown_name(of.name, longest_stage),
                              updraft::percent(lines_of(report_.contest, stage).edge_accuracy)));
  }
  void ao(const AoEntry& entry) {
    row(
        entry, entry.groups == AoGroups::pairwise ? "AO, by pair" : "AO, by class",
        [](AoFigure figure) { return AoFigures::index(figure); }, false);
  }
  void rival(const AoEntry& entry, AoRival rival) {
    row(
        entry, shown(rival), [&](AoFigure figure) { return AoFigures::index(rival, figure); },
        true);
  }
  std::string text() const { return grid_.text(false); }

 private:
  template <class Index>
  void row(const AoEntry& entry, const std::string& name, const Index& index, bool compared) {
    std::vector<GridCell> cells = {{{"  " + name}}};
    const auto add = [&](AoFigure figure, bool interval) {
      const std::size_t at = index(figure);
      cells.push_back({{percent(entry.seen[at])}});
      if (interval) cells.back().lines.push_back(percent_range(entry.low[at], entry.high[at]));
    };
    add(AoFigure::kept, false);
    add(AoFigure::auxiliary, false);
    add(AoFigure::principal, false);
    add(AoFigure::overall, false);
    const Contest& contest = report_.contest;
    const double kept = entry.seen[index(AoFigure::kept)];
    const bool known = contest.variant != nullptr && !std::isnan(kept);
    cells.push_back(
        {{known ? megamacs(cost_of(*contest.reported, contest.reported->stages[entry.stage],
                                   *contest.variant)
                               .at(1 - kept))
                : "-"}});
    if (compared) {
      add(AoFigure::gain, true);
      add(AoFigure::saved, true);
    } else {
      cells.insert(cells.end(), {{{""}}, {{""}}});
    }
    grid_.row(std::move(cells));
  }

  const RecordingReport& report_;
  TextGrid grid_;
};

// "AO by pair keeps more than CDL, BranchyNet; undecided against one margin"
std::string verdicts(const AoEntry& entry) {
  std::vector<std::string> parts;
  for (const std::string_view word : {"more", "fewer", "undecided"}) {
    std::vector<std::string> rivals;
    for (const AoRival rival : ao_rivals) {
      if (ao_verdict(entry, rival) == word) rivals.push_back(shown(rival));
    }
    if (rivals.empty()) continue;
    parts.push_back(fmt::format("{} {}",
                                word == "undecided" ? "undecided against"
                                : word == "more"    ? "keeps more than"
                                                    : "keeps fewer than",
                                fmt::join(rivals, ", ")));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace

std::string ao_table(const RecordingReport& report, std::size_t family) {
  Table table(report);
  std::string words;
  for (const AoEntry& entry : report.ao.entries) {
    if (entry.family != family) continue;
    const bool by_pair = entry.groups == AoGroups::pairwise;
    if (by_pair) table.heading(entry.stage);
    table.ao(entry);
    if (!by_pair) continue;
    for (const AoRival rival : ao_rivals) table.rival(entry, rival);
    const std::string verdict = verdicts(entry);
    if (verdict.empty()) continue;
    words += wrapped(fmt::format(
        "{}: AO by pair {}.",
        shown_name(report.contest.reported->stages[entry.stage].name, longest_stage), verdict));
  }
  const bool none =
      std::ranges::none_of(report.ao.entries, [&](const AoEntry& e) { return e.family == family; });
  return none ? "" : table.text() + words;
}

std::string ao_explanation(const RecordingReport& report) {
  if (!report.ao.missing.empty())
    return wrapped(fmt::format("No section on AO: {}.", report.ao.missing));
  return wrapped(
      "AO: a threshold on the margin for every pair (or first) of the two classes that the edge "
      "wavers between, found on calibration (lambda 1). Below it, one threshold for all classes on "
      "msp (CDL), entropy (BranchyNet) or the margin, at the fewest offloads that are as accurate "
      "as AO by pair on these rows, read off them as the paper does. gain: kept by AO / kept by "
      "the other - 1, the paper's figure; saved: the transmissions that AO really saves, "
      "1 - sent by AO / sent by the other.");
}

}  // namespace updraft
