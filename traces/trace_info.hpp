// What `updraft trace info FILE` prints: a trace of any kind described in plain aligned text.
#pragma once

#include <string>

namespace updraft {

// An inference trace (HDF5), a channel model (YAML) or a bandwidth trace (everything else).
// `column` and `unit` are of a CSV, as in BandwidthOptions. Throws InputError if the file is none
// of them, or no CSV where those are given, with its mistakes.
std::string describe_trace(const std::string& file, const std::string& column = "",
                           const std::string& unit = "");

}  // namespace updraft
