// The figures of a report by name, as targets.csv, areas.csv and analysis.json carry them (keys
// with units: analysis/README.md), so that the two formats cannot disagree.
#pragma once

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

// A family is called by its base.
std::string family_name(const Contest& contest, std::size_t family);

}  // namespace updraft
