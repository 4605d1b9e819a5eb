// The samples of one simulated run, as a structure of arrays: one row per sample, one column per
// stamp. Rows are numbered device by device in order of arrival (device 0's first). Stations write
// their own stamps; the recorder and the CSV read them. No policies and no engine here.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/units/quantity.hpp"

namespace updraft {

using SampleId = std::uint32_t;
using DeviceId = std::uint32_t;

// How a sample ended; each ends exactly once.
enum class Outcome : std::uint8_t {
  pending,         // not yet: no sample of a finished run has it
  answered_edge,   // the edge's answer was accepted
  answered_cloud,  // the cloud's reply arrived
  fell_back,       // the cloud was too late: the edge's answer stood
  dropped,  // no answer: refused by a full cloud queue, left on a link that stopped for good,
            // or too late where the edge had no answer either
};
inline constexpr std::array<std::string_view, 5> outcome_names = {
    "pending", "answered_edge", "answered_cloud", "fell_back", "dropped"};

// The stamps of the journey, in its order (sim/README.md). A station that the sample did not visit
// leaves SimTime::never(). A dropped sample was not answered. One that fell back was answered
// at its time-out, and the stamps of what its device and the cloud went on to do for it may come
// later.
struct Stamps {
  std::vector<SimTime> arrived;  // at the edge device
  std::vector<SimTime> started;  // its stage began to run
  std::vector<SimTime> decided;  // the stage ended and the policy spoke
  std::vector<SimTime> encoded;  // its payload is ready (= decided, where nothing is to be encoded)
  std::vector<SimTime> upload_started;  // first bit on the uplink
  std::vector<SimTime> sent;            // last bit has left the device
  std::vector<SimTime> received;        // last bit is at the cloud: sent + latency
  std::vector<SimTime> enqueued;  // taken into the cloud's queue (= received, unless it was full)
  std::vector<SimTime> served_start;   // its batch began
  std::vector<SimTime> served;         // its batch ended
  std::vector<SimTime> reply_started;  // first bit of the reply on the downlink
  std::vector<SimTime> answered;       // the answer is at the device (edge answers: = decided)
};

// All of them, in the order of the journey, and their names.
std::array<std::vector<SimTime>*, 12> all_stamps(Stamps& stamps);
std::array<const std::vector<SimTime>*, 12> all_stamps(const Stamps& stamps);
inline constexpr std::array<std::string_view, 12> stamp_names = {
    "arrived",  "started",  "decided",      "encoded", "upload_started", "sent",
    "received", "enqueued", "served_start", "served",  "reply_started",  "answered"};

struct Samples {
  explicit Samples(std::size_t count);
  std::size_t size() const { return row.size(); }

  std::vector<DeviceId> device;
  std::vector<std::uint32_t> row;     // of the recorded split
  std::vector<std::int16_t> stage;    // what ran at the edge; -1: nothing
  std::vector<std::int16_t> variant;  // what was offloaded; -1: answered at the edge
  std::vector<double> score;          // what the policy looked at; NaN if it looked at none
  std::vector<std::uint32_t> uplink_bytes;
  std::vector<std::uint32_t> downlink_bytes;
  std::vector<Outcome> outcome;
  Stamps stamps;
};

// What a radio spent, and how often and how long it was not idle (sim/stations/radio.hpp).
struct RadioCounts {
  Joules transfer;
  Joules promotion;
  Joules tail;    // the last one in full, even beyond the horizon
  Seconds awake;  // until the horizon
  std::uint64_t promotions = 0;

  RadioCounts& operator+=(const RadioCounts& other) {
    transfer += other.transfer;
    promotion += other.promotion;
    tail += other.tail;
    awake += other.awake;
    promotions += other.promotions;
    return *this;
  }
};

// What the stations counted during a run, beside the samples' own stamps.
struct StationCounts {
  Seconds horizon;      // date at which the last sample ended
  Seconds edge_busy;    // summed over devices
  Seconds uplink_busy;  // summed over links: time with a transfer under way (a fair cell: any)
  Seconds downlink_busy;
  Seconds cloud_busy;  // summed over servers
  std::uint32_t devices = 0;
  std::uint32_t uplinks = 0;  // links that may be busy at once
  std::uint32_t downlinks = 0;
  std::uint32_t servers = 0;
  std::uint64_t batches = 0;
  std::uint64_t late_replies = 0;    // came after the time-out: discarded
  std::uint64_t failed_uploads = 0;  // broken off by an outage, each try counted
  // Upload waits of those that never began: from `encoded` until they were given up, or until the
  // horizon. Not to be seen in the stamps, where there was no answer.
  Seconds unsent_wait;
  std::uint32_t edge_queue_max = 0;  // waiting, not in service
  std::uint32_t uplink_queue_max = 0;
  std::uint32_t cloud_queue_max = 0;
  RadioCounts radio;  // summed over devices
};

}  // namespace updraft
