// ao.csv and ao_curve.csv.
#include <fmt/format.h>

#include "analysis/recording/files.hpp"
#include "analysis/recording/values.hpp"
#include "sim/metrics/summary.hpp"

namespace updraft {
namespace {

std::string who(const RecordingReport& report, const AoEntry& entry) {
  return fmt::format("{},{},{}", csv_text(family_name(report.contest, entry.family)),
                     csv_text(report.contest.reported->stages[entry.stage].name),
                     name_of(entry.groups));
}

std::string line(std::string begin, const std::vector<NamedValue>& values) {
  for (const auto& each : values) begin += fmt::format(",{}", csv_number(each.value));
  return begin;
}

std::string head(std::string begin, const std::vector<NamedValue>& values) {
  for (const auto& each : values) begin += fmt::format(",{}", each.name);
  return begin;
}

}  // namespace

std::string ao_csv(const RecordingReport& report) {
  std::string out;
  for (const AoEntry& entry : report.ao.entries) {
    for (const AoMethod method : ao_methods) {
      const auto values = ao_values(report, entry, method);
      if (out.empty()) out = head("family,stage,thresholds,method", values) + ",verdict\n";
      out += line(fmt::format("{},{}", who(report, entry), name_of(method)), values) +
             fmt::format(",{}\n", method ? ao_verdict(entry, *method) : "");
    }
  }
  return out;
}

std::string ao_curve_csv(const RecordingReport& report) {
  std::string out;
  for (const AoEntry& entry : report.ao.entries) {
    for (const AoPoint& point : entry.curve) {
      const auto values = ao_values(report, entry, point);
      if (out.empty()) out = head("family,stage,thresholds", values) + "\n";
      out += line(who(report, entry), values) + "\n";
    }
  }
  return out;
}

}  // namespace updraft
