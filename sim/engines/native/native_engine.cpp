#include "sim/engines/native/native_engine.hpp"

#include <algorithm>
#include <utility>

namespace updraft {
namespace {

constexpr TransferId no_bytes{0xffffffff};

}  // namespace

LinkId NativeEngine::add_link(LinkSpec link) {
  const bool fifo = link.one_at_a_time;
  if (fifo) {
    links_.push_back({true, static_cast<std::uint32_t>(fifos_.size())});
    fifos_.push_back({RateWalk(std::move(link.rate))});
  } else {
    links_.push_back({false, static_cast<std::uint32_t>(cells_.size())});
    cells_.emplace_back(std::move(link));
  }
  return LinkId(static_cast<std::uint32_t>(links_.size() - 1));
}

TransferId NativeEngine::start_in_cell(std::uint32_t index, std::uint32_t lane, Bytes size,
                                       Token done) {
  if (size.si() == 0) {  // takes no time, even in a stall
    calendar_.push({date_, key_of(done)});
    return no_bytes;
  }
  const std::uint32_t transfer = cells_[index].fair.start(lane, size.si(), key_of(done), date_);
  expect(index);
  return static_cast<TransferId>(transfer);
}

Bytes NativeEngine::cancel(LinkId id, TransferId transfer, Token done) {
  const Link link = links_[static_cast<std::size_t>(id)];
  if (link.fifo) {
    FifoLink& fifo = fifos_[link.index];
    forget_transfer(fifo);
    return fifo.rate.carried(SimTime(fifo.began), SimTime(over_ ? infinity : date_));
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

std::uint64_t NativeEngine::step_cell(std::uint32_t index, double date) {
  Cell& cell = cells_[index];
  if (date != cell.expected) return nothing;
  cell.expected = infinity;
  std::uint64_t key = nothing;
  const bool due = cell.fair.next_date() <= date;
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

// All events of the date of `first`, in their order; what is asked for meanwhile comes after.
void NativeEngine::gather(const CalendarEntry& first) {
  const double one_date = first.date + date_tolerance(first.date);
  together_.assign(1, first.key);
  while (calendar_.next_date() <= one_date) {
    const std::uint64_t key = take(calendar_.pop());
    if (key != nothing) together_.push_back(key);
  }
  std::sort(together_.begin(), together_.end());
}

}  // namespace updraft
