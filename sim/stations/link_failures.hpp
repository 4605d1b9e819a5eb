// Which uploads an outage breaks off, and when they are tried again. A transfer under way fails
// once its link has carried nothing for `fail_after`; what it had carried is lost. After its k-th
// failure a payload waits
//   w_k = min(most, backoff * factor^(k-1))                                            (1)
// and joins its device's queue again (no bundle), from its first byte. After `retries` tries more
// than the first nobody sends it again. Back-off grows as TCP's time-out does (RFC 6298), without
// its randomness: payloads of one device do not collide. Outages of the whole link alone break off:
// not a flow_rate of 0.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sim/core/sample.hpp"
#include "sim/engines/engine.hpp"
#include "sim/engines/one_date.hpp"
#include "sim/stations/outage_watch.hpp"

namespace updraft {

struct FailurePlan {
  Seconds fail_after;
  std::uint32_t retries = 0;
  Seconds backoff;
  double factor = 1;
  Seconds most;

  // Of a payload that has failed so often (>= 1); nothing where no try is left.
  std::optional<Seconds> wait(std::uint32_t failures) const {
    if (failures > retries) return std::nullopt;
    Seconds wait = backoff;
    for (std::uint32_t k = 1; k < failures && wait < most; ++k) wait = wait * factor;
    return std::min(most, wait);  // (1)
  }
};

class LinkFailures {
 public:
  // `watches`: one per link.
  LinkFailures(const FailurePlan& plan, std::vector<OutageWatch> watches, std::size_t samples)
      : plan_(plan), watches_(std::move(watches)), tries_(samples) {}

  // A transfer begins on `link`. Asks the engine for link_check events until it has ended.
  template <class AnyEngine>
  void began(SampleId sample, DeviceId device, std::size_t link, AnyEngine& engine);
  // At a link_check: has it failed? Where not, and it is still under way, it is looked at again.
  template <class AnyEngine>
  bool has_failed(SampleId sample, DeviceId device, AnyEngine& engine);
  // It is under way no more: sent or given up.
  void ended(SampleId sample) { tries_[sample].look = SimTime::never(); }
  // It failed, and so many bytes were carried for nothing: how long it waits for its next try.
  std::optional<Seconds> failed(SampleId sample, std::uint32_t carried);
  void tried_again(SampleId sample) { tries_[sample].waits = false; }

  bool waits(SampleId sample) const { return tries_[sample].waits; }
  // What all its failed tries carried, and `more`.
  std::uint32_t carried(SampleId sample, std::uint32_t more) const {
    const std::uint64_t sum = std::uint64_t{tries_[sample].lost} + more;
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(sum, UINT32_MAX));
  }
  std::uint64_t count() const { return count_; }

 private:
  static constexpr Seconds ahead{60};  // how far it looks for an outage
  struct Try {
    std::uint32_t link = 0;
    std::uint32_t failures = 0;
    std::uint32_t lost = 0;
    bool waits = false;  // for its next try
    SimTime started = SimTime::never();
    SimTime look = SimTime::never();  // the next link_check that counts; never: not under way
  };
  template <class AnyEngine>
  bool look(SampleId sample, DeviceId device, AnyEngine& engine);

  const FailurePlan& plan_;
  std::vector<OutageWatch> watches_;
  std::vector<Try> tries_;
  std::uint64_t count_ = 0;
};

template <class AnyEngine>
void LinkFailures::began(SampleId sample, DeviceId device, std::size_t link, AnyEngine& engine) {
  tries_[sample].link = static_cast<std::uint32_t>(link);
  tries_[sample].started = engine.now();
  // It may have failed already, on a link that is down and without patience: at the event, since
  // the station is not done with it.
  tries_[sample].look = engine.now();
  engine.wake(engine.now(), {EventKind::link_check, device, sample});
}

template <class AnyEngine>
bool LinkFailures::has_failed(SampleId sample, DeviceId device, AnyEngine& engine) {
  const SimTime due = tries_[sample].look;
  const Seconds tolerance(date_tolerance(engine.now().si()));
  if (!due.set() || due > engine.now() + tolerance) return false;  // of an earlier try
  return look(sample, device, engine);
}

template <class AnyEngine>
bool LinkFailures::look(SampleId sample, DeviceId device, AnyEngine& engine) {
  Try& its = tries_[sample];
  const Seconds tolerance(date_tolerance(engine.now().si()));
  const SimTime now = engine.now() + tolerance;  // dates that are one on paper are one
  SimTime next = engine.now() + ahead;
  if (const auto outage = watches_[its.link].next(now, next)) {
    const SimTime fails = std::max(outage->from, its.started) + plan_.fail_after;
    const bool fails_at_all = fails + tolerance < outage->to;
    if (fails_at_all && fails <= now) return true;
    next = fails_at_all ? fails : outage->to;
  } else if (watches_[its.link].is_over(now)) {
    its.look = SimTime::never();
    return false;
  }
  its.look = next;
  engine.wake(next, {EventKind::link_check, device, sample});
  return false;
}

inline std::optional<Seconds> LinkFailures::failed(SampleId sample, std::uint32_t bytes) {
  Try& its = tries_[sample];
  its.look = SimTime::never();
  its.lost = carried(sample, bytes);
  ++count_;
  const auto wait = plan_.wait(++its.failures);
  its.waits = wait.has_value();
  return wait;
}

}  // namespace updraft
