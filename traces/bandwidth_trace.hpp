// Recorded bandwidth, in the three ways that people write it down (traces/README.md has a worked
// example of each): mahimahi, two columns `seconds Mbps`, and CSV with named columns. The format is
// told by content, not by the file's name. All become a RateProfile. Not a model: channel_model.
#pragma once

#include <optional>
#include <string>

#include "sim/units/quantity.hpp"
#include "traces/rate_profile.hpp"

namespace updraft {

struct BandwidthOptions {
  // Average the rate over bins this long (1 ms to 1 h). Absent: 100 ms for mahimahi, whose lines
  // are packets and not rates; the file's own steps for the others.
  std::optional<Seconds> bin = {};
  std::string column = {};  // of a CSV; "": the one whose name ends in a unit of rate
  std::string unit = {};    // of that column, where its name does not end in one: "Mbps"
  AtEnd at_end = AtEnd::loop;
  double scale = 1;  // of every rate; >= 0
  // A log that has a rate of either direction and no `column` is taken for its downlink: not where
  // the link is an uplink, whose user has to say which is meant.
  bool uplink = false;
};

struct RecordedBandwidth {
  std::string format;  // "mahimahi", "seconds Mbps", "CSV" or "CSV (G-NetTrack)"
  std::string column;  // of a CSV, "uplink_Mbps"; else ""
  std::size_t rows = 0;
  RateProfile profile;
};

// Throws InputError with the file's mistakes, ten at most: empty, not text, cut-off or non-numeric
// lines, dates that run back, negative or non-finite rates, nothing carried at all, too large.
RecordedBandwidth read_recorded_bandwidth(const std::string& file, const BandwidthOptions& options);

// The rate alone.
RateProfile read_bandwidth_trace(const std::string& file, const BandwidthOptions& options = {});

}  // namespace updraft
