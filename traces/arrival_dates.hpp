// Dates of arrival from a column of a CSV, for `arrivals: {dates: FILE, column: NAME}`. Not a
// process that draws arrivals: that is sim/simulation's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace updraft {

struct DatedArrivalsTable {
  std::vector<double> date;           // s, >= 0, never earlier than the one before
  std::vector<std::uint32_t> device;  // [dates]; empty where the file has no column `device`
};

// Reads `column` of a CSV with a header; its unit is the end of its name (arrived_s, time_ms;
// `seconds` means s). A column called `device` says whose arrival each is, counted from 0. Throws
// InputError with the file's mistakes, ten at most.
DatedArrivalsTable read_dates(const std::string& file, const std::string& column);

}  // namespace updraft
