// The keys that policies over cuts share, and what they ask of a scenario.
#pragma once

#include <optional>
#include <string_view>

#include "policies/partition/rate_map.hpp"
#include "policies/policy.hpp"
#include "sim/core/section.hpp"

namespace updraft {

// The scenario's partition; null, with a mistake at `policy`, where it has none. Without cuts where
// its own block has mistakes, which were reported.
const PartitionMenu* read_partition_menu(Section& params, const PolicyContext& context);

// Which of the menu's cuts has this assignment; it has one (checked).
std::size_t number_in_menu(const PartitionMenu& menu, const CandidateCut& cut);

// `objective` (latency unless given), and what belongs to it: `price` of weighted, `budget` of
// latency_within.
Objective read_objective(Section& params);

// "2 s/J", "1 ms/mJ", in s/J; nothing if the text is not that, or not in [0, 1e9].
std::optional<double> parse_price(std::string_view text);
inline constexpr std::string_view expected_price =
    "what a joule is worth, such as 2 s/J or 1 ms/mJ, at least 0";

}  // namespace updraft
