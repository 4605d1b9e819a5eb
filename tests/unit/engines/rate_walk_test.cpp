// When does a FIFO transfer end, and what has it carried? Held against a walk in steps of 1/64 s.
// Rates are whole and dates are whole multiples of 1/4096 s, so that the sums of the reference have
// no rounding: a boundary that is hit on paper is hit.
#include "sim/engines/native/rate_walk.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/random.hpp"

namespace updraft {
namespace {

constexpr double forever = std::numeric_limits<double>::infinity();
constexpr double tick = 1. / 64;
constexpr double finest = 1. / 4096;

struct Piece {
  double rate;
  double until;
};
using Pieces = std::vector<Piece>;  // the last one for ever

// Counts what it is asked for: a walk pulls no more than it needs.
class Played final : public RateSource {
 public:
  explicit Played(const Pieces& pieces, int* pulled = nullptr) : pieces_(pieces), pulled_(pulled) {}
  RatePiece next() override {
    REQUIRE(next_ < pieces_.size());  // nothing comes after the one that lasts for ever
    const Piece& piece = pieces_[next_++];
    if (pulled_ != nullptr) ++*pulled_;
    return {BytesPerSecond(piece.rate), SimTime(piece.until)};
  }
  void skip_to(SimTime date) override {
    while (pieces_[next_].until <= date.si()) ++next_;
  }

 private:
  Pieces pieces_;
  std::size_t next_ = 0;
  int* pulled_;
};

RateWalk walk_of(const Pieces& pieces, int* pulled = nullptr) {
  return RateWalk(std::make_unique<Played>(pieces, pulled));
}

double rate_at(const Pieces& pieces, double date) {
  std::size_t i = 0;
  while (pieces[i].until <= date) ++i;
  return pieces[i].rate;
}

double next_tick(double date) { return tick * (std::floor(date / tick) + 1); }

// The first date at which `size` has been carried since `from`; what is not by the last change and
// then one more tick is left to the last rate.
double dense_finish(const Pieces& pieces, double from, double size) {
  if (size == 0) return from;
  const double last_change = pieces.size() > 1 ? pieces[pieces.size() - 2].until : 0;
  double left = size;
  double date = from;
  while (date <= last_change) {
    const double rate = rate_at(pieces, date);
    const double until = next_tick(date);
    if (left <= rate * (until - date)) return date + left / rate;
    left -= rate * (until - date);
    date = until;
  }
  return pieces.back().rate > 0 ? date + left / pieces.back().rate : forever;
}

double dense_carried(const Pieces& pieces, double from, double to) {
  double sum = 0;
  for (double date = from; date < to; date = next_tick(date))
    sum += rate_at(pieces, date) * (std::min(next_tick(date), to) - date);
  return sum;
}

// Neighbours may be of one rate; a quarter stalls; a third of all ends in a stall.
Pieces random_pieces(Stream& random) {
  Pieces out;
  double date = 0;
  const auto count = random.below(random.uniform() < .2 ? 200 : 12);
  for (std::uint64_t i = 0; i < count; ++i) {
    date += tick * static_cast<double>(1 + random.below(random.uniform() < .5 ? 4 : 60));
    out.push_back(
        {random.uniform() < .25 ? 0 : 64 * static_cast<double>(1 + random.below(8)), date});
  }
  out.push_back({random.uniform() < .33 ? 0 : 192., forever});
  return out;
}

// One of the next few changes; `from` where there is none.
double a_change_after(const Pieces& pieces, double from, Stream& random) {
  std::size_t i = 0;
  while (pieces[i].until <= from) ++i;
  i += random.below(4);
  return i + 1 < pieces.size() ? pieces[i].until : from;
}

struct Seen {
  int on_a_change = 0;
  int before_a_stall = 0;
  int never = 0;
  int cancelled = 0;
};

void count(const Pieces& pieces, double end, Seen& seen) {
  seen.never += end == forever;
  for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
    if (pieces[i].until != end) continue;
    ++seen.on_a_change;
    seen.before_a_stall += pieces[i].rate > 0 && pieces[i + 1].rate == 0;
  }
}

// Transfers one after another, some cancelled, as a FIFO link has them.
void check_history(std::uint64_t seed, Seen& seen) {
  Stream random(seed, "rate_walk");
  const Pieces pieces = random_pieces(random);
  RateWalk walk = walk_of(pieces);
  double from = 0;
  for (int transfer = 0; transfer < 25; ++transfer) {
    CAPTURE(transfer);
    CAPTURE(from);
    if (random.uniform() < .4)  // the link is idle for a while
      from += finest * static_cast<double>(random.below(random.uniform() < .8 ? 4096 : 65536));
    double size = static_cast<double>(random.below(random.uniform() < .7 ? 300 : 3000));
    if (random.uniform() < .4)  // up to a change, to the byte
      size = dense_carried(pieces, from, a_change_after(pieces, from, random));
    CAPTURE(size);
    const double end = dense_finish(pieces, from, size);
    const double found = walk.finish(SimTime(from), Bytes(size)).si();
    count(pieces, end, seen);
    if (end == forever) {
      REQUIRE(found == forever);
    } else {
      REQUIRE(std::abs(found - end) <= 1e-13 * (1 + end));
    }
    const double latest = end == forever ? from + 20 : end;
    if (end == forever || random.uniform() < .4) {
      const double to = from + finest * std::floor((latest - from) / finest * random.uniform());
      REQUIRE(std::abs(walk.carried(SimTime(from), SimTime(to)).si() -
                       dense_carried(pieces, from, to)) <= 1e-9);
      from = to;  // the next one begins at once
      ++seen.cancelled;
    } else {
      from = finest * std::ceil(end / finest);
    }
  }
}

TEST_CASE("2000 random histories end and carry what a walk in small steps says") {
  Seen seen;
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    CAPTURE(seed);
    check_history(seed, seen);
  }
  CHECK(seen.on_a_change > 1000);
  CHECK(seen.before_a_stall > 500);
  CHECK(seen.never > 500);
  CHECK(seen.cancelled > 5000);
}

// 100 B/s until 1, nothing until 3, 50 B/s until 4, then nothing for ever.
const Pieces stalling{{100, 1}, {0, 3}, {50, 4}, {0, forever}};

double finish_of(double from, double size) {
  return walk_of(stalling).finish(SimTime(from), Bytes(size)).si();
}

TEST_CASE("a transfer stalls with its link, and what ends as a stall begins has ended") {
  CHECK(finish_of(0, 40) == .4);
  CHECK(finish_of(0, 100) == 1);    // to the byte: not at 3
  CHECK(finish_of(.25, 75) == 1);   // the same from within the piece
  CHECK(finish_of(0, 125) == 3.5);  // 100 + 25 at 50 B/s
  CHECK(finish_of(1, 25) == 3.5);   // begins as the stall does
  CHECK(finish_of(2, 50) == 4);     // all that it will ever carry
  CHECK(finish_of(2, 51) == forever);
  CHECK(finish_of(4, 1) == forever);
  CHECK(finish_of(2, 0) == 2);  // no bytes take no time, even in a stall
}

TEST_CASE("an ulp beyond a boundary does not leave a transfer in the stall behind it") {
  // On paper .3 + 70 / 100 = 1; an ulp more of bytes ends an ulp after 1, not at 3.
  const double size = std::nextafter(std::nextafter(70., 71.), 71.);
  REQUIRE(.3 + size / 100 > 1);
  CHECK(finish_of(.3, size) == .3 + size / 100);
}

TEST_CASE("after a cancelled transfer the link is asked about dates that the walk has passed") {
  RateWalk walk = walk_of(stalling);
  CHECK(walk.finish(SimTime(0), Bytes(140)).si() == doctest::Approx(3.8));  // walked to 4
  CHECK(walk.carried(SimTime(0), SimTime(.5)).si() == 50);
  CHECK(walk.finish(SimTime(.5), Bytes(60)).si() == doctest::Approx(3.2));  // 50 by 1, 10 from 3 on
  CHECK(walk.carried(SimTime(.5), SimTime(2)).si() == 50);
  CHECK(walk.finish(SimTime(2), Bytes(1000)).si() == forever);
  CHECK(walk.carried(SimTime(2), SimTime(100)).si() == 50);  // the whole of the last piece
  CHECK(walk.carried(SimTime(100), SimTime(100)).si() == 0);
}

TEST_CASE("pieces of idle times are skipped, and none is pulled before it is needed") {
  Pieces pieces;
  for (int i = 1; i <= 1000; ++i) pieces.push_back({64, static_cast<double>(i)});
  pieces.push_back({64, forever});
  int pulled = 0;
  RateWalk walk = walk_of(pieces, &pulled);
  CHECK(walk.finish(SimTime(0), Bytes(32)).si() == .5);
  CHECK(pulled == 1);
  CHECK(walk.finish(SimTime(900.5), Bytes(64)).si() == 901.5);
  CHECK(pulled == 3);  // (900, 901], (901, 902]
}

}  // namespace
TEST_CASE("of what a link that stops for good never finishes it says how much was carried") {
  RateWalk walk = walk_of({{100, 2}, {0, 3}, {50, 5}, {0, forever}});
  CHECK(walk.finish(SimTime(1), Bytes(1000)).si() == forever);
  CHECK(walk.carried(SimTime(1), SimTime(2.5)).si() == 100);
  CHECK(walk.carried(SimTime(1), SimTime(forever)).si() == 100 + 100);
}

}  // namespace updraft
