// timeline.json: what happened when, for the eyes: open it in https://ui.perfetto.dev or
// chrome://tracing. Chrome's trace events (the "JSON array format"), written run by run. A process
// is one policy in one replication; its tracks are, for every device, the processor, the uplink,
// the cloud and the downlink as its samples used them, and two counters: the stage that the device
// ran last (0: none, 1: the first of the trace, ...; for dynamic sizing this is the mode) and the
// uplink's true rate, where it is known. What samples.csv says in numbers, and no more.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "sim/core/menu.hpp"
#include "sim/core/rate_source.hpp"
#include "sim/core/sample.hpp"
#include "sim/metrics/text_file.hpp"

namespace updraft {

// One link's rate over a run, piece by piece from date 0, until the run's end at least.
using RateHistory = std::vector<RatePiece>;

class Timeline {
 public:
  // Begins the file. Throws InputError where it cannot be written, here and below.
  explicit Timeline(const std::filesystem::path& path) : file_(path, "[\n") {}

  // Appends one run. `uplinks`: one per device, one for all, or none.
  void add(std::string_view policy, std::uint32_t replication, const Samples& samples,
           const Menu& menu, std::span<const RateHistory> uplinks);
  void close();  // ends the list, to see a full disk

 private:
  void event(std::string_view fields);

  TextFile file_;
  bool first_ = true;  // no event yet
  std::uint32_t runs_ = 0;
};

}  // namespace updraft
