#include "sim/engines/native/indexed_heap.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "sim/core/random.hpp"

namespace updraft {
namespace {

TEST_CASE("an item that is put again moves to its new key, up or down") {
  IndexedHeap heap;
  IndexedHeap::Places places(3, 0);
  for (std::uint32_t id = 0; id < 3; ++id) heap.put(id, id, places);
  CHECK(heap.top().id == 0);
  heap.put(0, 5, places);  // 5 1 2
  CHECK(heap.top().id == 1);
  heap.put(2, -1, places);  // 5 1 -1
  CHECK(heap.top().id == 2);
  heap.erase(2, places);
  heap.erase(1, places);
  CHECK(heap.top().id == 0);
  CHECK(heap.size() == 1);
}

// Two heaps share one vector of places, as a cell's do: an item is in one of them at a time.
TEST_CASE("over 200 random histories two heaps that share their places give what lists give") {
  constexpr std::uint32_t items = 40;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    Stream random(seed, "indexed_heap");
    IndexedHeap heaps[2];
    IndexedHeap::Places places(items, 0);
    std::map<std::uint32_t, double> references[2];
    for (int step = 0; step < 400; ++step) {
      const auto id = static_cast<std::uint32_t>(random.below(items));
      std::size_t which = references[1].contains(id) ? 1 : 0;
      const bool in_one = references[which].contains(id);
      if (in_one && random.uniform() < .45) {
        heaps[which].erase(id, places);
        references[which].erase(id);
        REQUIRE(places[id] == 0);
      } else {
        if (!in_one) which = random.below(2);
        const double key = static_cast<double>(random.below(50)) - 25;  // ties, and below 0
        heaps[which].put(id, key, places);
        references[which][id] = key;
      }
      for (std::size_t h = 0; h < 2; ++h) {
        REQUIRE(heaps[h].size() == references[h].size());
        REQUIRE(heaps[h].empty() == references[h].empty());
        if (heaps[h].empty()) continue;
        double least = 1e9;
        for (const auto& [of, key] : references[h]) least = std::min(least, key);
        REQUIRE(heaps[h].top().key == least);
        REQUIRE(references[h].at(heaps[h].top().id) == least);
      }
    }
  }
}

}  // namespace
}  // namespace updraft
