// A CutReport as files: cut.csv, a row per rate of the sweep, and cut.json, all of it. Columns and
// keys: analysis/README.md.
#pragma once

#include <string>

#include "analysis/cut_report.hpp"

namespace updraft {

// A row per rate; without a sweep one, of the rate that was asked for.
std::string cut_csv(const CutReport& report);
std::string cut_json(const CutReport& report);

// What stands under `cut`: the layer, "input" (nothing on the edge) or "output" (all of it).
std::string cut_key(const CutReport& report, std::size_t cut);

}  // namespace updraft
