// What the readers of a scenario's blocks share: the bounds of its values, and the questions that
// several of them ask. For read_scenario.cpp and the read_*.cpp beside it alone.
#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/section.hpp"
#include "sim/scenario/scenario.hpp"

namespace updraft {

// What is beyond these is a slip of the finger, or leaves a double no digits for milliseconds: 1e9
// s are 31 years. Sources read from files (traces, channel models) keep to the same.
inline constexpr Range any_duration{0, 1e9, false};
inline constexpr Range some_duration{0, 1e9, true};
inline constexpr Range some_dwell{1e-6, 1e9, false};
inline constexpr Range any_frequency{1e-9, 1e9, false};
inline constexpr Range any_size{0, 4e9, false};
inline constexpr Range any_power{0, 1e6, false};

template <class Q>
std::optional<Q> optional_quantity(Section& section, const std::string& key, Range range) {
  if (!section.has(key)) return std::nullopt;
  return section.quantity<Q>(key, std::nullopt, range);
}

// Rounded up: what has a size takes a byte at least.
inline std::optional<Bytes> whole_bytes(Section& section, const std::string& key) {
  const auto size = optional_quantity<Bytes>(section, key, any_size);
  return size ? std::optional(Bytes(std::ceil(size->si()))) : std::nullopt;
}

// reading.cpp: where the value of a key stands, or else the section.
Place place_of(Section& section, const std::string& key);

// Exactly one of `keys` must be there: its index; 0 after reporting. `alone`: the one whose value
// may stand for the whole section, as 5 Mbps does for {rate: 5 Mbps}; "" for none.
std::size_t exactly_one(Section& section, const std::vector<std::string>& keys,
                        std::string_view alone = "");

// read_links.cpp: a direction of the channel: "20 Mbps", or {rate | trace | model, latency, ...}.
LinkSpecification read_link(Section& channel, const std::string& key, Seconds latency);

// read_partition.cpp
std::optional<PartitionSpec> read_partition(Section& root);

}  // namespace updraft
