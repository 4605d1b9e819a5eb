// Time and physics, nothing else. The stations (sim/stations) are written once against this
// interface; an engine knows nothing of samples, networks or policies. Both engines obey
// sim/engines/README.md.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/core/rate_source.hpp"
#include "sim/units/quantity.hpp"

namespace updraft {

// What a station is told when something that it asked for has happened. Events of one date are
// delivered in the order of kind, then owner, then id: completions before timers before arrivals.
enum class EventKind : std::uint8_t {
  stage_done,  // completions
  encode_done,
  upload_done,
  batch_done,
  reply_done,
  promoted,  // timers
  link_check,
  retry,
  received,
  batch_due,
  bundle_due,
  reply_received,
  timed_out,  // after reply_received: a reply at the very date is in time
  arrival,    // arrivals
};

struct Token {
  EventKind kind;
  std::uint32_t owner;  // device or server
  std::uint32_t id;     // sample; for batches a serial number
};

// Which engine runs a simulation.
enum class EngineKind : std::uint8_t { native, simgrid };

class Handler {
 public:
  virtual ~Handler() = default;
  virtual void on_event(Token token) = 0;
};

enum class HostId : std::uint32_t {};
enum class LinkId : std::uint32_t {};
// A transfer under way: the engine's to choose, of use to cancel() alone.
enum class TransferId : std::uint32_t {};

struct LinkSpec {
  std::unique_ptr<RateSource> rate;  // its first piece begins at date 0
  // The station puts one transfer at a time on it (FIFO); else all that are on it share it.
  bool one_at_a_time = false;
  // The most that one transfer may take of a shared link, over time: none: as much as there is;
  // one: the same for all; else one per lane (device).
  std::vector<std::unique_ptr<RateSource>> caps;
};

class Engine {
 public:
  virtual ~Engine() = default;

  // Before run(): one executor (a device's processor, one cloud server), or one link. Transfers
  // that are on a link at the same time share it max-min fairly.
  virtual HostId add_host() = 0;
  virtual LinkId add_link(LinkSpec link) = 0;

  virtual SimTime now() const = 0;
  // Runs for `duration` (>= 0) on a host that the caller knows to be idle.
  virtual void execute(HostId host, Seconds duration, Token done) = 0;
  // Starts now and is done when the last bit has left; propagation latency is the station's timer.
  // `lane` says whose cap it obeys.
  virtual TransferId transfer(LinkId link, std::uint32_t lane, Bytes size, Token done) = 0;
  // Gives up a transfer that was started with `done` and is not done: no event comes of it any
  // more. Returns what it has carried so far; after run(), where it is one that its link has left
  // standing for good, all that was carried of it.
  virtual Bytes cancel(LinkId link, TransferId transfer, Token done) = 0;
  // At `date` (>= now). `date` may be now: it is then delivered after the events that are due now.
  virtual void wake(SimTime date, Token token) = 0;

  // Delivers events until none is left.
  virtual void run(Handler& handler) = 0;
};

}  // namespace updraft
