#include "sim/core/sample.hpp"

#include <limits>

#include "sim/core/memory.hpp"

namespace updraft {
namespace {

// Of the columns below, and of what stations and figures keep beside them.
constexpr std::size_t bytes_per_sample = 12 * 8 + 4 + 4 + 2 + 2 + 8 + 4 + 4 + 1 + 2 * 8 + 8;

}  // namespace

Samples::Samples(std::size_t count)
    : device((provide_memory(count * bytes_per_sample), count)),
      row(count),
      stage(count, -1),
      variant(count, -1),
      score(count, std::numeric_limits<double>::quiet_NaN()),
      uplink_bytes(count),
      downlink_bytes(count),
      outcome(count, Outcome::pending) {
  for (auto* column : all_stamps(stamps)) column->assign(count, SimTime::never());
}

std::array<std::vector<SimTime>*, 12> all_stamps(Stamps& stamps) {
  return {&stamps.arrived,        &stamps.started, &stamps.decided,       &stamps.encoded,
          &stamps.upload_started, &stamps.sent,    &stamps.received,      &stamps.enqueued,
          &stamps.served_start,   &stamps.served,  &stamps.reply_started, &stamps.answered};
}

std::array<const std::vector<SimTime>*, 12> all_stamps(const Stamps& stamps) {
  return {&stamps.arrived,        &stamps.started, &stamps.decided,       &stamps.encoded,
          &stamps.upload_started, &stamps.sent,    &stamps.received,      &stamps.enqueued,
          &stamps.served_start,   &stamps.served,  &stamps.reply_started, &stamps.answered};
}

}  // namespace updraft
