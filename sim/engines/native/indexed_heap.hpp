// A binary min-heap of numbered items whose keys may change: O(log n) to put, move and erase. Where
// an item stands is kept in a vector that several heaps may share, as long as an item is in one of
// them at a time: [id] -> place + 1, 0 where it is in none.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace updraft {

class IndexedHeap {
 public:
  using Places = std::vector<std::uint32_t>;
  struct Item {
    double key;
    std::uint32_t id;
  };

  bool empty() const { return items_.empty(); }
  std::size_t size() const { return items_.size(); }
  const Item& top() const { return items_.front(); }
  void clear() { items_.clear(); }

  // Puts `id` in, or moves it to its new key.
  void put(std::uint32_t id, double key, Places& places) {
    if (places[id] == 0) {
      items_.push_back({key, id});
      rise(items_.size() - 1, places);
      return;
    }
    const std::size_t at = places[id] - 1;
    items_[at].key = key;
    rise(at, places);
    sink(places[id] - 1, places);
  }

  void erase(std::uint32_t id, Places& places) {
    const std::size_t at = places[id] - 1;
    places[id] = 0;
    const Item last = items_.back();
    items_.pop_back();
    if (at == items_.size()) return;
    items_[at] = last;
    rise(at, places);
    sink(places[last.id] - 1, places);
  }

 private:
  void rise(std::size_t at, Places& places) {
    const Item item = items_[at];
    while (at > 0 && item.key < items_[(at - 1) / 2].key) {
      set(at, items_[(at - 1) / 2], places);
      at = (at - 1) / 2;
    }
    set(at, item, places);
  }

  void sink(std::size_t at, Places& places) {
    const Item item = items_[at];
    while (2 * at + 1 < items_.size()) {
      std::size_t child = 2 * at + 1;
      if (child + 1 < items_.size() && items_[child + 1].key < items_[child].key) ++child;
      if (!(items_[child].key < item.key)) break;
      set(at, items_[child], places);
      at = child;
    }
    set(at, item, places);
  }

  void set(std::size_t at, const Item& item, Places& places) {
    items_[at] = item;
    places[item.id] = static_cast<std::uint32_t>(at + 1);
  }

  std::vector<Item> items_;
};

}  // namespace updraft
