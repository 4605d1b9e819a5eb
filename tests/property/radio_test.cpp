// Does a radio spend what an integral of its power over time says? Random bursts of both directions
// on random radios, by the state machine and by radio_history: each part to 1e-9. The bursts are
// made as links make them, one event after the other; some are given up under way or while they
// wait for the promotion, some never end, and some come at the very date at which a tail is over.
#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <utility>

#include "sim/core/random.hpp"
#include "sim/stations/radio.hpp"
#include "tests/property/radio_history.hpp"

namespace updraft {
namespace {

struct Tally {
  int bursts = 0;
  int promotions = 0;
  int given_up_waiting = 0;
  int at_the_end_of_a_tail = 0;
  int never_ended = 0;
  double largest = 0;
};

RadioPower random_radio(Stream& random) {
  const auto watts = [&] { return Watts(3 * random.uniform()); };
  RadioPower out;
  out.uplink = JoulesPerByte(1e-5 * random.uniform());
  out.downlink = JoulesPerByte(1e-5 * random.uniform());
  out.uplink_base = watts();
  out.downlink_base = random.uniform() < .5 ? out.uplink_base : watts();
  out.promotion_delay = Seconds(random.uniform() < .2 ? 0 : .25 * random.uniform());
  out.promotion_power = watts();
  const auto phases = random.below(4);
  for (std::uint64_t k = 0; k < phases; ++k)
    out.tail.push_back({Seconds(.125 * static_cast<double>(1 + random.below(8))), watts()});
  return out;
}

struct Clock {
  double date = 0;
  double promoted = INFINITY;
  SimTime now() const { return SimTime(date); }
  void wake(SimTime when, Token token) {
    CHECK(token.kind == EventKind::promoted);
    CHECK(token.owner == 3);
    promoted = when.si();
  }
};

class Bursts {
 public:
  explicit Bursts(std::uint64_t seed)
      : random_(seed, "bursts"), power_(random_radio(random_)), radio_(power_, 3) {
    const std::size_t count = 1 + random_.below(40);
    for (std::size_t i = 0; i < count; ++i) plan(i);
    while (!wanted_.empty() || !ends_.empty() || std::isfinite(clock_.promoted)) step();
    compare();
  }
  Tally tally{};
  std::vector<std::string> wrong{};

 private:
  void plan(std::size_t i) {
    // Often on a grid on which tails end, too.
    static constexpr double grid = .125;
    last_ += random_.uniform() < .5 ? grid * static_cast<double>(random_.below(12))
                                    : 2.5 * random_.uniform() * random_.uniform();
    const double length =
        random_.uniform() < .5 ? grid * static_cast<double>(random_.below(8)) : random_.uniform();
    bursts_.push_back({last_, NAN, random_.uniform() < .5, std::floor(1e5 * random_.uniform())});
    length_.push_back(random_.uniform() < .02 ? INFINITY : length);
    // Given up so long after it was wanted.
    patience_.push_back(random_.uniform() < .3 ? .4 * random_.uniform() : INFINITY);
    wanted_.emplace(last_, i);
  }

  // What comes next: ends, then the promotion, then time-outs, then what is wanted.
  void step() {
    const double end = ends_.empty() ? INFINITY : ends_.begin()->first;
    const double want = wanted_.empty() ? INFINITY : wanted_.begin()->first;
    clock_.date = std::min({end, want, clock_.promoted});
    if (end == clock_.date) {
      const std::size_t i = ends_.begin()->second;
      ends_.erase(ends_.begin());
      if (std::erase(waiting_, i) > 0) {
        ++tally.given_up_waiting;
        bursts_[i].bytes = 0;
      } else {
        radio_.end(direction(i), Bytes(bursts_[i].bytes), clock_.now());
      }
      bursts_[i].ended = clock_.date;
    } else if (clock_.promoted == clock_.date) {
      clock_.promoted = INFINITY;
      radio_.promoted(clock_.now());
      for (const std::size_t i : std::exchange(waiting_, {})) begin(i);
    } else {
      const std::size_t i = wanted_.begin()->second;
      wanted_.erase(wanted_.begin());
      begin(i);
    }
  }

  Radio::Direction direction(std::size_t i) const {
    return bursts_[i].up ? Radio::Direction::up : Radio::Direction::down;
  }

  void begin(std::size_t i) {
    const double give_up = bursts_[i].wanted + patience_[i];
    if (!radio_.begin(direction(i), clock_)) {
      waiting_.push_back(i);
      if (std::isfinite(give_up)) ends_.emplace(give_up, i);
      return;
    }
    std::erase_if(ends_, [&](const auto& end) { return end.second == i; });
    let_through_[i] = clock_.date;
    const double end = std::min(clock_.date + length_[i], give_up);
    bursts_[i].ended = end;
    if (std::isfinite(end)) {
      ends_.emplace(end, i);
    } else {
      ++tally.never_ended;
      bursts_[i].bytes = 0;
    }
  }

  void compare() {
    double horizon = last_;
    for (const Burst& burst : bursts_) {
      if (std::isfinite(burst.ended)) horizon = std::max(horizon, burst.ended);
    }
    const RadioHistory expected = radio_history(power_, bursts_, horizon);
    const RadioCounts found = radio_.counts(SimTime(horizon));
    check("transfer", found.transfer.si(), expected.transfer_J);
    check("promotion", found.promotion.si(), expected.promotion_J);
    check("tail", found.tail.si(), expected.tail_J);
    check("awake", found.awake.si(), expected.awake_s);
    check("promotions", static_cast<double>(found.promotions), expected.promotions);
    for (const auto& [i, date] : let_through_) {
      check("let through", date, expected.let_through[i]);
      const double ended = bursts_[i].wanted - power_.tail_length().si();
      for (const Burst& other : bursts_) tally.at_the_end_of_a_tail += other.ended == ended;
    }
    tally.bursts += static_cast<int>(bursts_.size());
    tally.promotions += expected.promotions;
  }

  void check(const char* what, double found, double expected) {
    const double error = std::abs(found - expected) / (1 + std::abs(expected));
    tally.largest = std::max(tally.largest, error);
    if (!(error <= 1e-9))
      wrong.push_back(std::string(what) + " " + std::to_string(found) + ", not " +
                      std::to_string(expected));
  }

  Stream random_;
  RadioPower power_;
  Radio radio_;
  Clock clock_{};
  double last_ = 0;
  std::vector<Burst> bursts_{};
  std::vector<double> length_{};
  std::vector<double> patience_{};
  std::multimap<double, std::size_t> wanted_{};
  std::multimap<double, std::size_t> ends_{};
  std::vector<std::size_t> waiting_{};
  std::map<std::size_t, double> let_through_{};
};

TEST_CASE("3000 random patterns of bursts cost what their power integrates to") {
  Tally all;
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    const Bursts of(seed);
    CAPTURE(seed);
    CHECK_MESSAGE(of.wrong.empty(), of.wrong.front());
    all.bursts += of.tally.bursts;
    all.promotions += of.tally.promotions;
    all.given_up_waiting += of.tally.given_up_waiting;
    all.at_the_end_of_a_tail += of.tally.at_the_end_of_a_tail;
    all.never_ended += of.tally.never_ended;
    all.largest = std::max(all.largest, of.tally.largest);
  }
  MESSAGE(all.bursts, " bursts, ", all.promotions, " promotions, ", all.given_up_waiting,
          " given up while they waited, ", all.at_the_end_of_a_tail,
          " at the end of a tail, largest relative error ", all.largest);
  CHECK(all.promotions > 3000);
  CHECK(all.given_up_waiting > 100);
  CHECK(all.at_the_end_of_a_tail > 100);
  CHECK(all.never_ended > 100);
}

}  // namespace
}  // namespace updraft
