// What a device learns of its uplink by using it, and all that a policy may know of it:
//   r <- r + (b / t - r) / 4          b bytes left in t, first bit to last; first r = b / t   (1)
//   seen = min(r, b_i / (now - s_i))  over its payloads i that are under way since s_i       (2)
// (2): what has not left by now has had at most b_i / (now - s_i), so that a fade is seen while it
// lasts and not only when the payload that it holds up has left. r in bytes per second. The gain
// of 1/4 forgets a payload to a third after four more; TCP smooths its round trips by 1/8 (RFC
// 6298), for many packets where here are a few payloads. Not the channel's rate: on a shared link
// it is what this device got of it, and while nothing is sent it grows old.
#pragma once

#include <algorithm>
#include <deque>

#include "policies/policy.hpp"
#include "sim/core/sample.hpp"

namespace updraft {

class LinkMeter {
 public:
  // This payload of the device waits for the uplink or is on it. They begin in this order, and are
  // numbered in it.
  void queued(SampleId sample) { pending_.push_back(sample); }
  // The same for one that failed. These begin in this order, too, but overtake those that still
  // wait in a bundle.
  void queued_again(SampleId sample) { again_.push_back(sample); }
  // Its last bit has left, or it was given up.
  void left(SampleId sample, const Samples& samples);
  void given_up(SampleId sample) { forget(sample); }
  void replied(Seconds round_trip, bool in_time);
  void unanswered() { ++view_.unanswered; }

  LinkView view(SimTime now, const Samples& samples) const;

 private:
  static constexpr double gain = 0.25;
  void forget(SampleId sample);
  static void see(const std::deque<SampleId>& pending, SimTime now, const Samples& samples,
                  LinkView& seen);

  LinkView view_;
  std::deque<SampleId> pending_;
  std::deque<SampleId> again_;
};

inline void LinkMeter::forget(SampleId sample) {
  const auto first = std::lower_bound(pending_.begin(), pending_.end(), sample);
  if (first != pending_.end() && *first == sample) {
    pending_.erase(first);
    return;
  }
  const auto again = std::find(again_.begin(), again_.end(), sample);
  if (again != again_.end()) again_.erase(again);
}

inline void LinkMeter::left(SampleId sample, const Samples& samples) {
  forget(sample);
  const Seconds took = samples.stamps.sent[sample] - samples.stamps.upload_started[sample];
  if (!(took.si() > 0) || samples.uplink_bytes[sample] == 0) return;
  const BytesPerSecond got = Bytes(samples.uplink_bytes[sample]) / took;
  const bool first = view_.rate.si() == 0;
  view_.rate = first ? got : view_.rate + (got - view_.rate) * gain;  // (1)
}

inline void LinkMeter::replied(Seconds round_trip, bool in_time) {
  view_.last_round_trip = round_trip;
  if (in_time) view_.unanswered = 0;
}

inline LinkView LinkMeter::view(SimTime now, const Samples& samples) const {
  LinkView seen = view_;
  seen.pending = static_cast<std::uint32_t>(pending_.size() + again_.size());
  see(pending_, now, samples, seen);
  see(again_, now, samples, seen);
  return seen;
}

inline void LinkMeter::see(const std::deque<SampleId>& pending, SimTime now, const Samples& samples,
                           LinkView& seen) {
  for (const SampleId sample : pending) {
    const SimTime started = samples.stamps.upload_started[sample];
    if (!started.set()) break;  // nor have those behind it
    if (now > started)
      seen.rate =
          std::min(seen.rate, Bytes(samples.uplink_bytes[sample]) / (now - started));  // (2)
  }
}

}  // namespace updraft
