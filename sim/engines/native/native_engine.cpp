#include "sim/engines/native/native_engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "sim/core/check.hpp"
#include "sim/engines/one_date.hpp"

namespace updraft {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::uint32_t cell_serial = 0xffffffff;  // of a cell's entries; a FIFO's count from 0
constexpr TransferId no_bytes{0xffffffff};
constexpr std::uint64_t nothing = 0;  // no token's key

}  // namespace

LinkId NativeEngine::add_link(LinkSpec link) {
  const bool fifo = link.one_at_a_time;
  if (fifo) {
    links_.push_back({true, static_cast<std::uint32_t>(fifos_.size())});
    fifos_.push_back({std::make_unique<RateWalk>(std::move(link.rate))});
  } else {
    links_.push_back({false, static_cast<std::uint32_t>(cells_.size())});
    cells_.emplace_back(std::move(link));
  }
  return LinkId(static_cast<std::uint32_t>(links_.size() - 1));
}

void NativeEngine::wake(SimTime date, Token token) {
  UPDRAFT_CHECK(date.si() >= date_ - date_tolerance(date_),
                fmt::format("wake at {} < now {}", date.si(), date_));
  calendar_.push({std::max(date.si(), date_), key_of(token)});
}

TransferId NativeEngine::transfer(LinkId id, std::uint32_t lane, Bytes size, Token done) {
  const Link link = links_[static_cast<std::size_t>(id)];
  if (link.fifo) {
    FifoLink& fifo = fifos_[link.index];
    fifo.key = key_of(done);
    fifo.began = date_;
    fifo.serial = fifo.serial + 1 == cell_serial ? 0 : fifo.serial + 1;
    const double end = fifo.rate->finish(SimTime(date_), size).si();
    if (end < infinity) calendar_.push({end, link_key(link.index, fifo.serial)});
    return TransferId(0);
  }
  if (size.si() == 0) {  // takes no time, even in a stall
    calendar_.push({date_, key_of(done)});
    return no_bytes;
  }
  const auto transfer =
      static_cast<TransferId>(cells_[link.index].fair.start(lane, size.si(), key_of(done), date_));
  expect(link.index);
  return transfer;
}

Bytes NativeEngine::cancel(LinkId id, TransferId transfer, Token done) {
  const Link link = links_[static_cast<std::size_t>(id)];
  if (link.fifo) {
    FifoLink& fifo = fifos_[link.index];
    fifo.serial = fifo.serial + 1 == cell_serial ? 0 : fifo.serial + 1;
    return fifo.rate->carried(SimTime(fifo.began), SimTime(date_));
  }
  if (transfer == no_bytes) {
    withdrawn_.push_back(key_of(done));
    return Bytes(0);
  }
  const Bytes carried(cells_[link.index].fair.cancel(static_cast<std::uint32_t>(transfer), date_));
  expect(link.index);
  return carried;
}

// A cell has one entry in the calendar that counts: the earliest. Where something has put off what
// was expected, that entry finds nothing to do and another is set.
void NativeEngine::expect(std::uint32_t index) {
  Cell& cell = cells_[index];
  const double next = cell.fair.next_date();
  if (next >= cell.expected) return;
  cell.expected = next;
  calendar_.push({next, link_key(index, cell_serial)});
}

// The token's key that this entry stands for; `nothing` if it was a link's own affair.
std::uint64_t NativeEngine::take(const CalendarEntry& entry) {
  if (entry.key >> kind_shift != 0)
    return withdrawn_.empty() || !withdrawn(entry.key) ? entry.key : nothing;
  const auto index = static_cast<std::uint32_t>(entry.key >> owner_shift);
  const auto serial = static_cast<std::uint32_t>(entry.key);
  if (serial != cell_serial)
    return fifos_[index].serial == serial ? std::exchange(fifos_[index].key, nothing) : nothing;
  Cell& cell = cells_[index];
  if (entry.date != cell.expected) return nothing;
  cell.expected = infinity;
  std::uint64_t key = nothing;
  const bool due = cell.fair.next_date() <= entry.date;
  const bool done = due && cell.fair.step(key);
  expect(index);
  return done ? key : nothing;
}

bool NativeEngine::withdrawn(std::uint64_t key) {
  const auto found = std::find(withdrawn_.begin(), withdrawn_.end(), key);
  if (found == withdrawn_.end()) return false;
  withdrawn_.erase(found);
  return true;
}

Token NativeEngine::token_of(std::uint64_t key) {
  return {static_cast<EventKind>((key >> kind_shift) - 1),
          static_cast<std::uint32_t>(key >> owner_shift & owner_mask),
          static_cast<std::uint32_t>(key)};
}

void NativeEngine::run(Handler& handler) {
  while (!calendar_.empty()) {
    CalendarEntry entry = calendar_.pop();
    entry.key = take(entry);
    if (entry.key == nothing) continue;
    const double one_date = entry.date + date_tolerance(entry.date);
    if (calendar_.empty() || calendar_.top().date > one_date) {
      date_ = std::max(date_, entry.date);
      handler.on_event(token_of(entry.key));
    } else {
      deliver_together(entry, handler);
    }
  }
}

// All events of the date of `first`, in their order; what is asked for meanwhile comes after.
void NativeEngine::deliver_together(const CalendarEntry& first, Handler& handler) {
  const double one_date = first.date + date_tolerance(first.date);
  together_.assign(1, first.key);
  while (!calendar_.empty() && calendar_.top().date <= one_date) {
    const std::uint64_t key = take(calendar_.pop());
    if (key != nothing) together_.push_back(key);
  }
  std::sort(together_.begin(), together_.end());
  date_ = std::max(date_, first.date);
  for (const std::uint64_t key : together_) handler.on_event(token_of(key));
}

}  // namespace updraft
