// A fair cell in sums done by hand, and what it costs; fair_cell_test.cpp has the random ones.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <map>
#include <vector>

#include "sim/engines/native/fair_cell.hpp"

namespace updraft {
namespace {

constexpr double forever = std::numeric_limits<double>::infinity();

// (until, rate) one after the other; the last one for ever.
class Steps final : public RateSource {
 public:
  explicit Steps(std::vector<RatePiece> pieces) : pieces_(std::move(pieces)) {}
  RatePiece next() override { return pieces_[next_++]; }
  void skip_to(SimTime date) override {
    while (next_ + 1 < pieces_.size() && pieces_[next_].until <= date) ++next_;
  }

 private:
  std::vector<RatePiece> pieces_;
  std::size_t next_ = 0;
};

std::unique_ptr<RateSource> always(double rate) {
  return std::make_unique<ConstantRate>(BytesPerSecond(rate));
}
std::unique_ptr<RateSource> steps(double first, double until, double then) {
  return std::make_unique<Steps>(std::vector<RatePiece>{{BytesPerSecond(first), SimTime(until)},
                                                        {BytesPerSecond(then), SimTime(forever)}});
}

FairCell cell_of(std::unique_ptr<RateSource> rate,
                 std::vector<std::unique_ptr<RateSource>> caps = {}) {
  LinkSpec spec;
  spec.rate = std::move(rate);
  spec.caps = std::move(caps);
  return FairCell(std::move(spec));
}

std::map<std::uint64_t, double> dates_of_all(FairCell& cell) {
  std::map<std::uint64_t, double> done;
  while (cell.next_date() < forever) {
    const double when = cell.next_date();
    std::uint64_t key = 0;
    if (cell.step(key)) done[key] = when;
  }
  return done;
}

using Dates = std::map<std::uint64_t, double>;

TEST_CASE("a cap that changes mid-way: the lane falls behind, then catches up") {
  // 100 B/s; lane 0 at most 20 B/s until 2 s, 200 from then on; lane 1 as much as there is.
  // until 2: 40 B and 160 B. Then 50 each: lane 1's 250 B have 90 left, 2 + 1.8 = 3.8; lane 0 has
  // 200 - 40 - 90 = 70 left, alone: 3.8 + 0.7 = 4.5.
  std::vector<std::unique_ptr<RateSource>> caps;
  caps.push_back(steps(20, 2, 200));
  caps.push_back(always(1000));
  FairCell cell = cell_of(always(100), std::move(caps));
  cell.start(0, 200, 10, 0);
  cell.start(1, 250, 11, 0);
  const Dates done = dates_of_all(cell);
  REQUIRE(done.size() == 2);
  CHECK(done.at(11) == doctest::Approx(3.8).epsilon(1e-12));
  CHECK(done.at(10) == doctest::Approx(4.5).epsilon(1e-12));
}

TEST_CASE("who gives up has carried its share, and the others are faster from then on") {
  // 90 B/s on three: 30 each. At 2 s one gives up with 60 B; 45 each: 300 - 60 = 240 B take 5.333 s
  FairCell cell = cell_of(always(90));
  cell.start(0, 300, 10, 0);
  const std::uint32_t given_up = cell.start(0, 300, 11, 0);
  cell.start(0, 300, 12, 0);
  CHECK(cell.cancel(given_up, 2) == doctest::Approx(60).epsilon(1e-12));
  const Dates done = dates_of_all(cell);
  REQUIRE(done.size() == 2);
  CHECK(done.at(10) == doctest::Approx(2 + 16 / 3.).epsilon(1e-12));
  CHECK(done.at(12) == doctest::Approx(2 + 16 / 3.).epsilon(1e-12));
}

TEST_CASE("who gives up in a stall, or on a link that has stopped, has carried what went before") {
  // 100 B/s until 1 s, then nothing, ever: 50 B each by then
  FairCell cell = cell_of(steps(100, 1, 0));
  const std::uint32_t first = cell.start(0, 400, 10, 0);
  const std::uint32_t second = cell.start(0, 400, 11, 0);
  std::uint64_t key = 0;
  REQUIRE(cell.next_date() == 1);
  CHECK_FALSE(cell.step(key));
  CHECK(cell.next_date() == forever);
  CHECK(cell.cancel(first, 3) == doctest::Approx(50).epsilon(1e-12));
  CHECK(cell.cancel(second, 3) == doctest::Approx(50).epsilon(1e-12));
}

// 100 B/s and 50 B/s by turns, a second each, for ever: the last date that it knows never comes.
class ByTurns final : public RateSource {
 public:
  RatePiece next() override {
    ++pulled_;
    return {BytesPerSecond(pulled_ % 2 == 1 ? 100 : 50), SimTime(pulled_)};
  }
  void skip_to(SimTime date) override {
    while (pulled_ + 1 <= date.si()) ++pulled_;
  }

 private:
  int pulled_ = 0;
};

TEST_CASE("lanes that have stopped for good do not keep a cell awake whose link goes on for ever") {
  // A run ends when nothing is expected any more. Lane 0's transfers have 10 B/s each until 2 s, 20
  // B in all, and then nothing. Lane 1, at most 60 B/s, has 60 until 1 s, 50 - 20 = 30 until 2 s
  // and 60 from then on: 120 B end at 2 + (120 - 60 - 30) / 60 = 2.5 s.
  std::vector<std::unique_ptr<RateSource>> caps;
  caps.push_back(steps(10, 2, 0));
  caps.push_back(always(60));
  FairCell cell = cell_of(std::make_unique<ByTurns>(), std::move(caps));
  const std::uint32_t first = cell.start(0, 1000, 10, 0);
  const std::uint32_t second = cell.start(0, 1000, 11, 0);
  cell.start(1, 120, 12, 0);
  Dates done;
  for (int events = 0; cell.next_date() < forever; ++events) {
    REQUIRE(events < 10);
    const double when = cell.next_date();
    std::uint64_t key = 0;
    if (cell.step(key)) done[key] = when;
  }
  CHECK(done == Dates{{12, 2.5}});
  CHECK(cell.cancel(first, 7) == 20);
  CHECK(cell.next_date() == forever);
  CHECK(cell.cancel(second, 9) == 20);
  // The link is found where it is by then, at 50 B/s: 25 B until 10 s, the other 30 B in 0.5 s.
  cell.start(1, 55, 13, 9.5);
  CHECK(dates_of_all(cell) == Dates{{13, 10.5}});
}

TEST_CASE("a transfer that ends where the rate becomes zero has ended") {
  FairCell cell = cell_of(steps(100, 1, 0));
  cell.start(0, 100, 10, 0);  // 100 B at 100 B/s: 1 s
  CHECK(dates_of_all(cell) == Dates{{10, 1.}});
}

// Seconds per transfer of `transfers` that start at 0, in as many lanes, of all sizes and caps; the
// best of three.
double cost_s(std::uint32_t transfers) {
  double best = forever;
  for (int round = 0; round < 3; ++round) {
    std::vector<std::unique_ptr<RateSource>> caps;
    for (std::uint32_t k = 0; k < transfers; ++k) caps.push_back(always(1 + k % 97));
    FairCell cell = cell_of(always(10. * transfers), std::move(caps));
    const auto begin = std::chrono::steady_clock::now();
    for (std::uint32_t k = 0; k < transfers; ++k) cell.start(k, 1 + (k * 7919) % 9973, k + 1, 0);
    const std::size_t done = dates_of_all(cell).size();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    REQUIRE(done == transfers);
    best = std::min(best, took.count() / transfers);
  }
  return best;
}

// Linear scans would cost 1000 times as much.
TEST_CASE("a transfer among 100,000 costs less than 50 times one among 100") {
  CHECK(cost_s(100'000) < 50 * cost_s(100));
}

}  // namespace
}  // namespace updraft
