// The terminal's table of a family: a line per score with its offloads at each target, its area and
// what tuning came to, an interval under each figure, the best of each column marked; the bounds of
// the base below.
#pragma once

#include <string>
#include <string_view>

#include "analysis/recording/report.hpp"

namespace updraft {

inline constexpr std::size_t longest_stage = 40;
inline constexpr std::size_t longest_score = 15;
inline constexpr std::size_t tuned_for = 2;  // of the improvements: 90 %

std::string family_table(const RecordingReport& report, std::size_t family, Setting setting,
                         bool bold);

// Does AccI mean something, because the cloud is better than the base? Else the columns are AD.
bool has_improvements(const RecordingReport& report, std::size_t family, Setting setting);

// The cheapest score at each AccI in the papers' currency, as a sentence. White box.
std::string cheapest_scores(const RecordingReport& report, std::size_t family);

// How names and figures are shown in all of these tables.
std::string shown_name(std::string_view name, std::size_t longest);
std::string percent(double share);
std::string percent_range(double low,
                          double high);  // "" without an interval, or where it is a point
std::string megamacs(double macs);

}  // namespace updraft
