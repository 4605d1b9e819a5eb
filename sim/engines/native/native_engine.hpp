// The fast engine: an event calendar, FIFO links whose transfers' ends are found by integrating the
// rate, fair cells in virtual time (fair_cell.hpp). No globals: any number of them may run side by
// side. It knows what sim/engines/README.md says and no more physics than that; SimGrid, which has
// more, judges it (tests/differential).
#pragma once

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/engines/engine.hpp"
#include "sim/engines/native/calendar.hpp"
#include "sim/engines/native/fair_cell.hpp"
#include "sim/engines/native/rate_walk.hpp"
#include "sim/engines/one_date.hpp"

namespace updraft {

class NativeEngine final : public Engine {
 public:
  // `now_and_then` is called every some ten thousand events, and may throw to end run().
  explicit NativeEngine(void (*now_and_then)() = nullptr) : now_and_then_(now_and_then) {}

  HostId add_host() override { return HostId(hosts_++); }
  LinkId add_link(LinkSpec link) override;

  SimTime now() const override { return SimTime(date_); }
  // The arrivals, stages, encodes and uploads of devices 0 .. devices - 1 concern nobody else: no
  // device hears of another, of the cloud or of time-outs, and each has an uplink of its own. Then
  // a device need not wait for the others: it runs ahead on its own three dates, and only what it
  // has sent enters the calendar. The order of events of one device, and of all that happens behind
  // the uplinks, is what it would be. Before run().
  void run_devices_ahead(std::uint32_t devices) { lanes_.resize(devices); }

  void execute(HostId, Seconds duration, Token done) override {
    const double end = date_ + duration.si();
    const bool encodes = done.kind == EventKind::encode_done;
    if ((done.kind == EventKind::stage_done || encodes) && !lanes_.empty()) {
      lanes_[done.owner].set(Lane::processor, end, done.id);
      lanes_[done.owner].encodes = encodes;
    } else {
      calendar_.push({end, key_of(done)});
    }
  }
  void wake(SimTime date, Token token) override {
    UPDRAFT_CHECK(date.si() >= date_ - date_tolerance(date_), "wake in the past");
    const double when = std::max(date.si(), date_);
    if (!lanes_.empty() && token.kind == EventKind::arrival) {
      lanes_[token.owner].set(Lane::arrival, when, token.id);
      return;
    }
    if (!lanes_.empty() && token.kind == EventKind::received) lanes_[token.owner].has_sent(when);
    calendar_.push({when, key_of(token)});
  }
  TransferId transfer(LinkId link, std::uint32_t lane, Bytes size, Token done) override {
    const Link where = links_[static_cast<std::size_t>(link)];
    if (!where.fifo) return start_in_cell(where.index, lane, size, done);
    FifoLink& fifo = fifos_[where.index];
    fifo.key = key_of(done);
    fifo.began = date_;
    forget_transfer(fifo);
    const double end = fifo.rate.finish(SimTime(date_), size).si();
    if (!lanes_.empty() && done.kind == EventKind::upload_done) {
      lanes_[lane].set(Lane::upload, end, done.id);
    } else if (end < infinity)
      calendar_.push({end, link_key(where.index, fifo.serial)});
    return TransferId(0);
  }
  Bytes cancel(LinkId link, TransferId transfer, Token done) override;

  void run(Handler& handler) override { run<Handler>(handler); }
  // The same without a virtual call an event, for a handler whose class is known.
  template <class AnyHandler>
  void run(AnyHandler& handler);

 private:
  static constexpr double infinity = std::numeric_limits<double>::infinity();
  static constexpr std::uint64_t nothing = 0;  // no token's key
  static constexpr std::uint32_t cell_serial =
      0xffffffff;  // of a cell's entries; a FIFO's are less

  // A calendar entry's key: kind + 1, owner, id of a token, in the order in which events of one
  // date are delivered; or, with a first nibble of 0, something of a link's own.
  static constexpr unsigned kind_shift = 60;
  static constexpr unsigned owner_shift = 32;
  static constexpr std::uint64_t owner_mask = (std::uint64_t{1} << 28) - 1;
  static std::uint64_t key_of(Token token) {
    return (static_cast<std::uint64_t>(token.kind) + 1) << kind_shift |
           static_cast<std::uint64_t>(token.owner) << owner_shift | token.id;
  }
  static Token token_of(std::uint64_t key) {
    return {static_cast<EventKind>((key >> kind_shift) - 1),
            static_cast<std::uint32_t>(key >> owner_shift & owner_mask),
            static_cast<std::uint32_t>(key)};
  }
  static std::uint64_t link_key(std::size_t link, std::uint32_t serial) {
    return static_cast<std::uint64_t>(link) << owner_shift | serial;
  }

  struct FifoLink {
    RateWalk rate;
    std::uint64_t key = 0;     // of the transfer on it
    std::uint32_t serial = 0;  // tells it from one that was cancelled
    double began = 0;
  };
  struct Cell {
    explicit Cell(LinkSpec link) : fair(std::move(link)) {}
    FairCell fair;
    double expected = infinity;  // its earliest calendar entry
  };
  // A device that runs ahead: its next events by itself, one of a kind at most. In the order in
  // which they are delivered where they are of one date.
  struct Lane {
    static constexpr std::size_t processor = 0;
    static constexpr std::size_t upload = 1;
    static constexpr std::size_t arrival = 2;
    std::array<double, 3> date{infinity, infinity, infinity};
    std::array<std::uint32_t, 3> id{};
    bool encodes = false;  // what its processor is at, when it is at something; else: runs a stage
    // Of what it has sent, this many are in the calendar. What is received at one date must be
    // there together, so the last is to lie beyond the one before.
    std::uint32_t in_calendar = 0;
    double last = -infinity;
    bool last_is_beyond = true;

    void set(std::size_t kind, double when, std::uint32_t sample) {
      date[kind] = when;
      id[kind] = sample;
    }
    bool take(std::size_t kind, double one_date) {
      const bool due = date[kind] <= one_date;
      date[kind] = due ? infinity : date[kind];
      return due;
    }
    void has_sent(double received) {
      last_is_beyond = received > last + date_tolerance(last);
      last = received;
      ++in_calendar;
    }
    double next_date() const {
      return std::min(std::min(date[processor], date[upload]), date[arrival]);
    }
    bool is_ahead() const { return in_calendar >= 2 && last_is_beyond; }
  };
  struct Link {
    bool fifo;
    std::uint32_t index;  // in fifos_ or cells_
  };

  // The entry that FIFO has in the calendar, if any, counts no more.
  static void forget_transfer(FifoLink& fifo) {
    fifo.serial = fifo.serial + 1 == cell_serial ? 0 : fifo.serial + 1;
  }
  TransferId start_in_cell(std::uint32_t cell, std::uint32_t lane, Bytes size, Token done);
  std::uint64_t step_cell(std::uint32_t index, double date);

  // The token's key that this entry stands for; `nothing` if it was a link's own affair.
  std::uint64_t take(const CalendarEntry& entry) {
    if (entry.key >> kind_shift != 0)
      return withdrawn_.empty() || !withdrawn(entry.key) ? entry.key : nothing;
    const auto index = static_cast<std::uint32_t>(entry.key >> owner_shift);
    const auto serial = static_cast<std::uint32_t>(entry.key);
    if (serial == cell_serial) return step_cell(index, entry.date);
    return fifos_[index].serial == serial ? std::exchange(fifos_[index].key, nothing) : nothing;
  }
  bool withdrawn(std::uint64_t key);
  void expect(std::uint32_t cell);
  void gather(const CalendarEntry& first);
  void count_event() {
    constexpr std::uint32_t often = 1U << 16;
    if (++events_ % often == 0 && now_and_then_ != nullptr) now_and_then_();
  }
  template <class AnyHandler>
  void deliver(std::uint64_t key, AnyHandler& handler);
  template <class AnyHandler>
  void run_ahead(std::uint32_t device, AnyHandler& handler);

  void (*now_and_then_)();
  std::uint32_t events_ = 0;
  Calendar calendar_;
  double date_ = 0;   // of the event in hand
  double ahead_ = 0;  // the latest that a device has run ahead to
  bool over_ = false;
  std::vector<Lane> lanes_;
  std::uint32_t hosts_ = 0;
  std::vector<Link> links_;
  std::vector<FifoLink> fifos_;
  std::vector<Cell> cells_;
  std::vector<std::uint64_t> together_;   // keys of one date
  std::vector<std::uint64_t> withdrawn_;  // cancelled transfers of no bytes, all but never any
};

template <class AnyHandler>
void NativeEngine::run(AnyHandler& handler) {
  for (std::uint32_t device = 0; device < lanes_.size(); ++device) run_ahead(device, handler);
  double last = 0;
  while (!calendar_.empty()) {
    count_event();
    CalendarEntry first = calendar_.pop();
    first.key = take(first);
    if (first.key == nothing) continue;
    const bool alone = calendar_.next_date() > first.date + date_tolerance(first.date);
    if (!alone) gather(first);
    last = date_ = std::max(last, first.date);
    if (alone) {
      deliver(first.key, handler);
      continue;
    }
    for (const std::uint64_t key : together_) {
      date_ = last;
      deliver(key, handler);
    }
  }
  date_ = std::max(last, ahead_);
  over_ = true;
}

template <class AnyHandler>
void NativeEngine::deliver(std::uint64_t key, AnyHandler& handler) {
  const Token token = token_of(key);
  handler.on_event(token);
  if (lanes_.empty() || token.kind != EventKind::received) return;
  --lanes_[token.owner].in_calendar;
  run_ahead(token.owner, handler);
}

// Tells a handler of an event whose kind is known where this is compiled.
template <EventKind kind, class AnyHandler>
void tell(AnyHandler& handler, std::uint32_t owner, std::uint32_t id) {
  if constexpr (std::is_same_v<AnyHandler, Handler>) {
    handler.on_event({kind, owner, id});
  } else {
    handler.template on<kind>(owner, id);
  }
}

// Until two of what the device has sent are in the calendar, the second beyond the first, or
// nothing is left for it to do.
template <class AnyHandler>
void NativeEngine::run_ahead(std::uint32_t device, AnyHandler& handler) {
  Lane& lane = lanes_[device];
  while (!lane.is_ahead()) {
    const double first = lane.next_date();
    if (first == infinity) break;
    count_event();
    const double one_date = first + date_tolerance(first);
    const bool processor_is_due = lane.take(Lane::processor, one_date);
    const bool upload_is_due = lane.take(Lane::upload, one_date);
    const bool arrival_is_due = lane.take(Lane::arrival, one_date);
    const std::array<std::uint32_t, 3> id = lane.id;  // of these; more may be asked for meanwhile
    date_ = first;
    if (processor_is_due) {
      if (lane.encodes) {
        tell<EventKind::encode_done>(handler, device, id[Lane::processor]);
      } else {
        tell<EventKind::stage_done>(handler, device, id[Lane::processor]);
      }
    }
    if (upload_is_due) tell<EventKind::upload_done>(handler, device, id[Lane::upload]);
    if (arrival_is_due) tell<EventKind::arrival>(handler, device, id[Lane::arrival]);
    ahead_ = std::max(ahead_, first);
  }
}

}  // namespace updraft
