// What every format of recorded bandwidth gives, and the limits that it keeps to.
#pragma once

#include <string_view>
#include <vector>

#include "traces/rate_profile.hpp"

namespace updraft {

using RateSteps = std::vector<RateProfile::Step>;

constexpr double most_seconds = 1e9;     // 31 years
constexpr double most_rate_Bps = 125e9;  // 1 Tbps
constexpr std::string_view rate_text = "a rate in [0, 1] Tbps";

}  // namespace updraft
