// The figures of a report by name, as targets.csv, areas.csv and analysis.json carry them (keys
// with units: analysis/README.md), so that the two formats cannot disagree.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/recording/report.hpp"

namespace updraft {

struct NamedValue {
  std::string name;
  double value;  // NaN: does not exist
};

// One target of one contender: what was asked, where delta lies, what came of it, each with its
// interval (<name>_low, <name>_high).
std::vector<NamedValue> target_values(const ContenderReport& contender, std::size_t target);

// The areas of one contender, with intervals.
std::vector<NamedValue> area_values(const ContenderReport& contender);

// Accuracies of a stage alone and with the cloud, and the closed forms of curves.hpp on the
// reported rows.
std::vector<NamedValue> stage_values(const Contest& contest, std::size_t stage);

// Who kept the rows of an entry of the section on AO: AO itself (nothing), or a rival.
using AoMethod = std::optional<AoRival>;
inline constexpr AoMethod ao_methods[] = {std::nullopt, AoRival::cdl, AoRival::branchynet,
                                          AoRival::margin};
std::string_view name_of(AoMethod method);  // "ao", or the rival's

// What came of one method of one entry, with intervals; delta as the policy of that name takes it.
std::vector<NamedValue> ao_values(const RecordingReport& report, const AoEntry& entry,
                                  AoMethod method);
// One point of AO's curve.
std::vector<NamedValue> ao_values(const RecordingReport& report, const AoEntry& entry,
                                  const AoPoint& point);
// "more", "fewer", "undecided": what AO keeps against a rival by the interval; "" without one.
std::string_view ao_verdict(const AoEntry& entry, AoRival rival);

// A family is called by its base.
std::string family_name(const Contest& contest, std::size_t family);

}  // namespace updraft
