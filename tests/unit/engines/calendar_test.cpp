#include "sim/engines/native/calendar.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <map>
#include <set>

#include "sim/core/random.hpp"

namespace updraft {
namespace {

constexpr double forever = std::numeric_limits<double>::infinity();

// Dates of a coarse grid half the time, so that many entries are of one date; some are never.
double random_date(Stream& random) {
  const double kind = random.uniform();
  if (kind < .05) return forever;
  return kind < .5 ? .25 * static_cast<double>(random.below(20)) : 10 * random.uniform();
}

TEST_CASE("an empty calendar has no next date") {
  Calendar calendar;
  CHECK(calendar.empty());
  CHECK(calendar.next_date() == forever);
  calendar.push({0, 7});  // date 0 is a date
  CHECK(calendar.next_date() == 0);
  CHECK(calendar.pop().key == 7);
  CHECK(calendar.empty());
  CHECK(calendar.next_date() == forever);
}

// Runs of pushes and of pops, up to some hundreds at a time: what is popped is the earliest, none
// is lost, none comes twice. Entries of one date come in any order.
TEST_CASE("over 200 random histories a calendar gives what a sorted list gives") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    Stream random(seed, "calendar");
    Calendar calendar;
    std::map<double, std::set<std::uint64_t>> reference;
    std::uint64_t key = 0;
    const auto pop = [&] {
      const CalendarEntry first = calendar.pop();
      REQUIRE(first.date == reference.begin()->first);
      REQUIRE(reference.begin()->second.erase(first.key) == 1);
      if (reference.begin()->second.empty()) reference.erase(reference.begin());
    };
    const auto look = [&] {
      REQUIRE(calendar.empty() == reference.empty());
      REQUIRE(calendar.next_date() == (reference.empty() ? forever : reference.begin()->first));
    };
    for (int run = 0; run < 60; ++run) {
      const bool pushes = random.uniform() < .5;
      for (auto n = random.below(random.uniform() < .5 ? 3 : 40); n > 0; --n) {
        if (pushes) {
          const double date = random_date(random);
          calendar.push({date, ++key});
          reference[date].insert(key);
        } else if (!reference.empty()) {
          pop();
        }
        look();
      }
    }
    while (!reference.empty()) {
      pop();
      look();
    }
  }
}

}  // namespace
}  // namespace updraft
