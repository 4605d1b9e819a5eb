// analysis.json. NaN is null; what the CSV files carry stands here under the same names.
#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/recording/files.hpp"
#include "analysis/recording/values.hpp"

namespace updraft {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) { return std::isnan(value) ? Json() : Json(value); }

Json object(const std::vector<NamedValue>& values) {
  Json out = Json::object();
  for (const auto& each : values) out[each.name] = number(each.value);
  return out;
}

Json targets(const ContenderReport& contender) {
  Json out = Json::array();
  for (std::size_t t = 0; t < target_count; ++t) {
    if (std::isnan(contender.seen.at(t, Reached::appealing_rate))) continue;
    const TargetSpec& spec = target_specs()[t];
    Json one = {{"setting", name_of(spec.setting)},
                {"delta_from", name_of(spec.from)},
                {"target", name_of(spec.target)},
                {"wanted", spec.wanted}};
    one.update(object(target_values(contender, t)));
    out.push_back(std::move(one));
  }
  return out;
}

Json hull(const ContenderReport& contender) {
  Json out = Json::array();
  for (const ThresholdPoint& point : contender.curve) {
    if (!point.on_hull) continue;
    out.push_back({{"delta", point.delta},
                   {"appealing_rate", point.appealing_rate},
                   {"accuracy_white_box", number(point.accuracy_white_box)},
                   {"accuracy_black_box", point.accuracy_black_box}});
  }
  return out;
}

Json score(const Contender& contender, const ContenderReport& report, const Contest& contest) {
  Json out = {{"stage", contest.stage_of(contender).name},
              {"score", contender.score},
              {"kind", name_of(contender.kind)},
              {"knows_label", knows_label(contender.kind)},
              {"targets", targets(report)},
              {"areas", object(area_values(report))}};
  if (!contender.reported) return out;
  out["hull"] = hull(report);
  out["histogram"] = {{"low", contender.histogram.low},
                      {"high", contender.histogram.high},
                      {"correct", contender.histogram.correct},
                      {"incorrect", contender.histogram.incorrect}};
  return out;
}

Json difference(const Difference& one, const Contest& contest) {
  const Contender& contender = contest.contenders[one.contender];
  const Contender& rival = contest.contenders[one.rival];
  return {{"stage", contest.stage_of(contender).name},
          {"score", contender.score},
          {"setting", name_of(one.setting)},
          {"figure", name_of(one.figure)},
          {"target", one.figure == Compared::audc ? Json() : Json(name_of(one.target))},
          {"wanted", number(one.wanted)},
          {"rival_stage", contest.stage_of(rival).name},
          {"rival_score", rival.score},
          {"difference", number(one.value)},
          {"difference_low", number(one.interval.low)},
          {"difference_high", number(one.interval.high)},
          {"verdict", one.verdict}};
}

Json ao(const RecordingReport& report, const AoEntry& entry) {
  Json methods = Json::array();
  for (const AoMethod method : ao_methods) {
    Json one = {{"method", name_of(method)}};
    one.update(object(ao_values(report, entry, method)));
    if (method) one["verdict"] = ao_verdict(entry, *method);
    methods.push_back(std::move(one));
  }
  Json curve = Json::array();
  for (const AoPoint& point : entry.curve) curve.push_back(object(ao_values(report, entry, point)));
  return {{"stage", report.contest.reported->stages[entry.stage].name},
          {"thresholds", name_of(entry.groups)},
          {"origins",
           {{"all", entry.origins.all},
            {"own", entry.origins.own},
            {"class", entry.origins.by_class},
            {"global", entry.origins.global},
            {"never", entry.origins.never}}},
          {"methods", methods},
          {"curve", curve}};
}

Json family(const RecordingReport& report, std::size_t f) {
  const Contest& contest = report.contest;
  Json stages = Json::array();
  for (const std::size_t s : contest.families[f].stages) {
    const Stage& stage = contest.reported->stages[s];
    Json one = {{"stage", stage.name}, {"loss", stage.loss}, {"from", stage.from}};
    one.update(object(stage_values(contest, s)));
    stages.push_back(std::move(one));
  }
  Json scores = Json::array();
  for (std::size_t c = 0; c < contest.contenders.size(); ++c) {
    if (contest.contenders[c].family == f)
      scores.push_back(score(contest.contenders[c], report.contenders[c], contest));
  }
  Json differences = Json::array();
  for (const Difference& one : report.differences) {
    if (contest.contenders[one.contender].family == f)
      differences.push_back(difference(one, contest));
  }
  Json entries = Json::array();
  for (const AoEntry& entry : report.ao.entries) {
    if (entry.family == f) entries.push_back(ao(report, entry));
  }
  return {{"base", family_name(contest, f)},
          {"stages", stages},
          {"scores", scores},
          {"differences", differences},
          {"ao", entries}};
}

}  // namespace

std::string analysis_json(const RecordingReport& report) {
  const Contest& contest = report.contest;
  const bool tunes = contest.tuning != nullptr;
  Json out = {{"file", contest.trace->file},
              {"dataset", contest.trace->dataset},
              {"task", contest.trace->task},
              {"split", contest.reported->name},
              {"rows", contest.reported->size()},
              {"tuning_split", tunes ? Json(contest.tuning->name) : Json()},
              {"tuning_rows", tunes ? contest.tuning->size() : 0},
              {"draws", report.draws},
              {"seed", report.seed}};
  out["variant"] = Json();
  if (contest.variant != nullptr) {
    out["variant"] = {{"variant", contest.variant->name},
                      {"cloud_macs", contest.variant->cloud_work.si() / 2},
                      {"encode_macs", contest.variant->encode_work.si() / 2}};
  }
  out["ao_missing"] = report.ao.missing.empty() ? Json() : Json(report.ao.missing);
  out["families"] = Json::array();
  for (std::size_t f = 0; f < contest.families.size(); ++f)
    out["families"].push_back(family(report, f));
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace updraft
