// The calendar of the native engine: a flat 4-ary min-heap by date. An entry is 16 bytes, so that
// the four children of a node are one cache line. Entries of one date come out in no particular
// order: the engine gathers them and puts them in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace updraft {

struct CalendarEntry {
  double date;
  std::uint64_t key;  // what happens then: the engine's to say
};

class Calendar {
 public:
  bool empty() const { return entries_.empty(); }
  const CalendarEntry& top() const { return entries_.front(); }
  void reserve(std::size_t entries) { entries_.reserve(entries); }

  void push(CalendarEntry entry) {
    std::size_t hole = entries_.size();
    entries_.push_back(entry);
    while (hole > 0) {
      const std::size_t parent = (hole - 1) / 4;
      if (!(entry.date < entries_[parent].date)) break;
      entries_[hole] = entries_[parent];
      hole = parent;
    }
    entries_[hole] = entry;
  }

  CalendarEntry pop() {
    const CalendarEntry first = entries_.front();
    const CalendarEntry last = entries_.back();
    entries_.pop_back();
    if (!entries_.empty()) sink(last);
    return first;
  }

 private:
  // From the root down: the hole goes to the earliest child until `entry` fits in.
  void sink(CalendarEntry entry) {
    const std::size_t size = entries_.size();
    std::size_t hole = 0;
    while (true) {
      const std::size_t child = 4 * hole + 1;
      if (child >= size) break;
      const std::size_t end = child + 4 < size ? child + 4 : size;
      std::size_t earliest = child;
      for (std::size_t i = child + 1; i < end; ++i) {
        if (entries_[i].date < entries_[earliest].date) earliest = i;
      }
      if (!(entries_[earliest].date < entry.date)) break;
      entries_[hole] = entries_[earliest];
      hole = earliest;
    }
    entries_[hole] = entry;
  }

  std::vector<CalendarEntry> entries_;
};

}  // namespace updraft
