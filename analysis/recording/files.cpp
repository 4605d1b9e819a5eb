#include "analysis/recording/files.hpp"

#include <fmt/format.h>

#include <cmath>

#include "analysis/recording/values.hpp"
#include "sim/metrics/summary.hpp"

namespace updraft {
namespace {

constexpr std::size_t most_points = 500;  // of a curve

// "family,stage,score,kind": how a contender begins its rows.
std::string who(const Contest& contest, const Contender& contender) {
  return fmt::format("{},{},{},{}", csv_text(family_name(contest, contender.family)),
                     csv_text(contest.stage_of(contender).name), csv_text(contender.score),
                     name_of(contender.kind));
}

std::string names(const std::vector<NamedValue>& values) {
  std::string out;
  for (const auto& each : values) out += fmt::format(",{}", each.name);
  return out;
}

std::string numbers(const std::vector<NamedValue>& values) {
  std::string out;
  for (const auto& each : values) out += fmt::format(",{}", csv_number(each.value));
  return out;
}

// The area has no target.
std::string_view target_of(const Difference& difference) {
  return difference.figure == Compared::audc ? "" : name_of(difference.target);
}

}  // namespace

std::vector<ThresholdPoint> shown_points(const std::vector<ThresholdPoint>& curve) {
  if (curve.size() <= most_points) return curve;
  std::vector<ThresholdPoint> kept;
  double last = -1;
  for (const ThresholdPoint& point : curve) {
    const double step = std::floor(point.appealing_rate * static_cast<double>(most_points - 1));
    if (step > last || point.on_hull) kept.push_back(point);
    last = step;
  }
  return kept;
}

std::string targets_csv(const RecordingReport& report) {
  std::string out = "family,stage,score,kind,setting,delta_from,target,wanted" +
                    names(target_values(report.contenders[0], 0)) + "\n";
  for (std::size_t c = 0; c < report.contenders.size(); ++c) {
    for (std::size_t t = 0; t < target_count; ++t) {
      const TargetSpec& spec = target_specs()[t];
      const ContenderReport& contender = report.contenders[c];
      if (std::isnan(contender.seen.at(t, Reached::appealing_rate))) continue;
      out += fmt::format("{},{},{},{},{}{}\n", who(report.contest, report.contest.contenders[c]),
                         name_of(spec.setting), name_of(spec.from), name_of(spec.target),
                         csv_number(spec.wanted), numbers(target_values(contender, t)));
    }
  }
  return out;
}

std::string curves_csv(const RecordingReport& report) {
  std::string out =
      "family,stage,score,kind,delta,skipping_rate,appealing_rate,accuracy_white_box,"
      "accuracy_black_box,cost_macs,cost_with_edge_macs,on_hull\n";
  for (std::size_t c = 0; c < report.contenders.size(); ++c) {
    const ContenderReport& contender = report.contenders[c];
    for (const ThresholdPoint& point : shown_points(contender.curve)) {
      const double rate = point.appealing_rate;
      out += fmt::format(
          "{},{},{},{},{},{},{},{},{}\n", who(report.contest, report.contest.contenders[c]),
          csv_number(point.delta), csv_number(1 - rate), csv_number(rate),
          csv_number(point.accuracy_white_box), csv_number(point.accuracy_black_box),
          contender.cost ? csv_number(contender.cost->at(rate)) : "",
          contender.cost ? csv_number(contender.cost->with_edge(rate)) : "", point.on_hull ? 1 : 0);
    }
  }
  return out;
}

std::string areas_csv(const RecordingReport& report) {
  std::string out = "family,stage,score,kind" + names(area_values(report.contenders[0])) + "\n";
  for (std::size_t c = 0; c < report.contenders.size(); ++c) {
    out += fmt::format("{}{}\n", who(report.contest, report.contest.contenders[c]),
                       numbers(area_values(report.contenders[c])));
  }
  return out;
}

std::string differences_csv(const RecordingReport& report) {
  std::string out =
      "family,stage,score,setting,figure,target,wanted,rival_stage,rival_score,difference,"
      "difference_low,difference_high,verdict\n";
  const Contest& contest = report.contest;
  for (const Difference& difference : report.differences) {
    const Contender& contender = contest.contenders[difference.contender];
    const Contender& rival = contest.contenders[difference.rival];
    out += fmt::format(
        "{},{},{},{},{},{},{},{},{},{},{},{}\n", csv_text(family_name(contest, contender.family)),
        csv_text(contest.stage_of(contender).name), csv_text(contender.score),
        name_of(difference.setting), name_of(difference.figure), target_of(difference),
        csv_number(difference.wanted), csv_text(contest.stage_of(rival).name),
        csv_text(rival.score), csv_number(difference.value), csv_number(difference.interval.low),
        csv_number(difference.interval.high), difference.verdict);
  }
  return out;
}

std::string histograms_csv(const RecordingReport& report) {
  std::string out = "family,stage,score,kind,bin_low,bin_high,correct,incorrect\n";
  for (const Contender& contender : report.contest.contenders) {
    const Histogram& bins = contender.histogram;
    for (std::size_t b = 0; b < bins.correct.size(); ++b) {
      out +=
          fmt::format("{},{},{},{},{}\n", who(report.contest, contender), csv_number(bins.edge(b)),
                      csv_number(bins.edge(b + 1)), bins.correct[b], bins.incorrect[b]);
    }
  }
  return out;
}

void write_recording(const OutputFolder& folder, const RecordingReport& report) {
  folder.write("analysis.json", analysis_json(report));
  folder.write("targets.csv", targets_csv(report));
  folder.write("curves.csv", curves_csv(report));
  folder.write("areas.csv", areas_csv(report));
  folder.write("differences.csv", differences_csv(report));
  folder.write("histograms.csv", histograms_csv(report));
  if (!report.ao.missing.empty()) return;
  folder.write("ao.csv", ao_csv(report));
  folder.write("ao_curve.csv", ao_curve_csv(report));
}

}  // namespace updraft
