#include "analysis/recording/table.hpp"

#include <fmt/format.h>

#include "analysis/recording/ao_table.hpp"
#include "analysis/recording/duel_table.hpp"
#include "analysis/recording/family_table.hpp"
#include "analysis/recording/values.hpp"
#include "sim/metrics/terminal_text.hpp"

namespace updraft {
namespace {

std::string family_text(const RecordingReport& report, std::size_t family, bool bold) {
  const Contest& contest = report.contest;
  const std::string base = shown_name(family_name(contest, family), longest_stage);
  std::string out;
  for (const Setting setting : contest.shown_settings(family)) {
    const bool white_box = setting == Setting::white_box;
    out += fmt::format("\nFamily {}{}\n", base,
                       white_box ? "" : ", black box: a cloud that is always right");
    out += family_table(report, family, setting, bold);
    if (!has_improvements(report, family, setting)) {
      out += wrapped(fmt::format(
          "The cloud is no better than {}: AccI means nothing here; the columns are AD instead.",
          base));
    } else if (white_box) {
      out += wrapped(cheapest_scores(report, family));
    }
  }
  const std::string duels = duel_table(report, family);
  if (!duels.empty()) out += fmt::format("\n{}", duels);
  const std::string ao = ao_table(report, family);
  if (!ao.empty()) out += fmt::format("\n{}", ao);
  return out;
}

std::string explanations(const RecordingReport& report) {
  const Contest& contest = report.contest;
  std::string out = wrapped(
      "AR: share that is offloaded, at the cheapest delta that reaches the target when swept on "
      "these rows, as the papers do. AccI counts from the family's base to the cloud, so that at "
      "equal AccI all are equally accurate. * the best of its column.");
  out += wrapped(
      "AUDC: area under accuracy over AR: 0 as the random router of the base, 100 as its oracle.");
  if (contest.tuning != nullptr && has_improvements(report, 0, contest.shown_settings(0)[0])) {
    out += wrapped(fmt::format(
        "AccI tuned: what came of delta tuned for AccI {:g} % on {}, on rows that it never saw.",
        100 * improvements[tuned_for], contest.tuning->name));
  }
  out += wrapped(
      "† knows every label: the oracle the right answers, ideal the losses l1, l0 of both networks "
      "(score l0 - l1; black box: -l1). Bounds, never marked as best.");
  if (!report.differences.empty()) {
    out += wrapped(fmt::format(
        "Differences: a recorded score less the best of msp, margin and entropy, chosen on {}{}; "
        "below 0 it needs fewer offloads.",
        contest.tuning != nullptr ? contest.tuning->name : contest.reported->name,
        contest.tuning != nullptr ? "" : " itself, which favours that"));
  }
  out += ao_explanation(report);
  if (report.draws > 0) {
    out += wrapped(fmt::format(
        "low..high: 95 % interval over {} bootstrap draws of the rows (percentiles, the same draws "
        "for all); undecided: it holds 0.",
        report.draws));
  }
  return out;
}

}  // namespace

std::string recording_table(const RecordingReport& report, bool bold) {
  const Contest& contest = report.contest;
  std::string cloud = "no cloud was recorded: black box only.";
  if (contest.variant != nullptr) {
    cloud = fmt::format("cloud {}: {} % right, {} MMAC.",
                        shown_name(contest.variant->name, longest_stage),
                        percent(lines_of(contest, 0).cloud_accuracy),
                        megamacs(contest.variant->cloud_work.si() / 2));
  }
  std::string out = wrapped(fmt::format(
      "{}, {} split, {} rows{}; {}", harmless(contest.trace->dataset), contest.reported->name,
      contest.reported->size(),
      contest.tuning == nullptr ? "" : fmt::format(" ({} to tune on)", contest.tuning->size()),
      cloud));
  for (std::size_t f = 0; f < contest.families.size(); ++f) out += family_text(report, f, bold);
  return out + "\n" + explanations(report);
}

}  // namespace updraft
