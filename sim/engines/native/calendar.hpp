// The calendar of the native engine: a flat 4-ary min-heap by date. An entry is 16 bytes, so that
// the four children of a node are one cache line. Entries of one date come out in no particular
// order: the engine gathers them and puts them in order.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace updraft {

struct CalendarEntry {
  double date;        // >= 0
  std::uint64_t key;  // what happens then: the engine's to say
};

class Calendar {
 public:
  bool empty() const { return entries_.size() == (hole_ ? 1 : 0); }
  void reserve(std::size_t entries) { entries_.reserve(entries); }

  // The earliest date; infinity if there is none.
  double next_date() const {
    if (!hole_) return entries_.empty() ? infinity : std::bit_cast<double>(entries_.front().date);
    if (entries_.size() < 2) return infinity;
    return std::bit_cast<double>(entries_[earliest_child(1)].date);
  }

  void push(CalendarEntry entry) {
    const Node node{std::bit_cast<std::uint64_t>(entry.date), entry.key};
    if (hole_) {
      hole_ = false;
      sink(node);
      return;
    }
    std::size_t place = entries_.size();
    entries_.push_back(node);
    while (place > 0) {
      const std::size_t parent = (place - 1) / 4;
      if (node.date >= entries_[parent].date) break;
      entries_[place] = entries_[parent];
      place = parent;
    }
    entries_[place] = node;
  }

  // Not on an empty one. The root is left as a hole: what happens now most often brings about
  // another event, which fills it with half the work.
  CalendarEntry pop() {
    if (hole_) {
      const Node last = entries_.back();
      entries_.pop_back();
      sink(last);
    }
    hole_ = true;
    return {std::bit_cast<double>(entries_.front().date), entries_.front().key};
  }

 private:
  static constexpr double infinity = std::numeric_limits<double>::infinity();
  // Doubles that are not negative are in the order of their bits, and whole numbers can be compared
  // without a branch: which of four dates is the earliest no processor can guess.
  struct Node {
    std::uint64_t date;
    std::uint64_t key;
  };

  // Of the up to four siblings from `first` on.
  std::size_t earliest_child(std::size_t first) const {
    const Node* const node = entries_.data() + first;
    const std::size_t count = entries_.size() - first;
    if (count >= 4) {
      const std::size_t left = node[1].date < node[0].date;
      const std::size_t right = 2 + (node[3].date < node[2].date);
      return first + (node[right].date < node[left].date ? right : left);
    }
    std::size_t earliest = 0;
    for (std::size_t i = 1; i < count; ++i)
      earliest = node[i].date < node[earliest].date ? i : earliest;
    return first + earliest;
  }

  // From the root down: the place goes to the earliest child until `node` fits in.
  void sink(Node node) {
    std::size_t place = 0;
    for (std::size_t child = 1; child < entries_.size(); child = 4 * place + 1) {
      const std::size_t earliest = earliest_child(child);
      if (entries_[earliest].date >= node.date) break;
      entries_[place] = entries_[earliest];
      place = earliest;
    }
    entries_[place] = node;
  }

  std::vector<Node> entries_;
  bool hole_ = false;  // entries_[0] has been taken
};

}  // namespace updraft
