// Is a fair cell max-min fair, to the digit? Held against a reference that does the obvious at
// every event: fill all transfers alike until a cap or the link is reached, let all progress, look
// again.
#include "sim/engines/native/fair_cell.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/core/random.hpp"

namespace updraft {
namespace {

constexpr double forever = std::numeric_limits<double>::infinity();

// Pieces as given; the last one for ever.
struct Pieces {
  std::vector<double> until;
  std::vector<double> rate;

  double at(double date) const {
    std::size_t i = 0;
    while (i + 1 < until.size() && until[i] <= date) ++i;
    return rate[i];
  }
  double next_change(double date) const {
    for (std::size_t i = 0; i + 1 < until.size(); ++i) {
      if (until[i] > date) return until[i];
    }
    return forever;
  }
};

class Played : public RateSource {
 public:
  explicit Played(const Pieces& pieces) : pieces_(pieces) {}
  RatePiece next() override {
    const std::size_t i = next_++;
    const bool last = i + 1 == pieces_.rate.size();
    return {BytesPerSecond(pieces_.rate[i]), SimTime(last ? forever : pieces_.until[i])};
  }
  void skip_to(SimTime date) override {
    while (next_ + 1 < pieces_.rate.size() && pieces_.until[next_] <= date.si()) ++next_;
  }

 private:
  Pieces pieces_;
  std::size_t next_ = 0;
};

struct Flow {
  std::uint64_t key;
  std::uint32_t lane;
  double left;
  double bytes;
};

// Progressive filling: the rate of each flow, by the definition of max-min.
std::vector<double> filled(const std::vector<Flow>& flows, const std::vector<double>& caps,
                           double capacity) {
  std::vector<double> rates(flows.size(), 0);
  std::vector<bool> fixed(flows.size(), false);
  double left = capacity;
  for (std::size_t open = flows.size(); open > 0;) {
    const double share = left / static_cast<double>(open);
    std::size_t least = flows.size();
    for (std::size_t i = 0; i < flows.size(); ++i) {
      if (!fixed[i] && (least == flows.size() || caps[i] < caps[least])) least = i;
    }
    if (caps[least] > share) {
      for (std::size_t i = 0; i < flows.size(); ++i) {
        if (!fixed[i]) rates[i] = share;
      }
      return rates;
    }
    rates[least] = caps[least];
    left = std::max(0., left - caps[least]);
    fixed[least] = true;
    --open;
  }
  return rates;
}

struct Reference {
  Pieces link;
  std::vector<Pieces> caps;  // none, one, or one a lane
  std::vector<Flow> flows{};
  double now = 0;
  std::map<std::uint64_t, double> done{};

  double cap_at(std::uint32_t lane, double date) const {
    if (caps.empty()) return forever;
    return caps[caps.size() == 1 ? 0 : lane].at(date);
  }

  void run_until(double date) {
    while (now < date) {
      std::vector<double> cap;
      double change = std::min(date, link.next_change(now));
      for (const auto& flow : flows) {
        cap.push_back(cap_at(flow.lane, now));
        if (!caps.empty())
          change = std::min(change, caps[caps.size() == 1 ? 0 : flow.lane].next_change(now));
      }
      const auto rates = filled(flows, cap, link.at(now));
      double until = change;
      for (std::size_t i = 0; i < flows.size(); ++i) {
        if (rates[i] > 0) until = std::min(until, now + flows[i].left / rates[i]);
      }
      if (until == forever) return;
      std::vector<Flow> on;
      for (std::size_t i = 0; i < flows.size(); ++i) {
        Flow flow = flows[i];
        const bool ends = rates[i] > 0 && now + flow.left / rates[i] <= until + 1e-12;
        flow.left -= rates[i] * (until - now);
        if (ends) {
          done[flow.key] = until;
        } else {
          on.push_back(flow);
        }
      }
      flows = on;
      now = until;
    }
    now = std::max(now, date);
  }
};

Pieces random_pieces(Stream& random, double typical) {
  Pieces out;
  double date = 0;
  const auto count = 1 + random.below(12);
  for (std::uint64_t i = 0; i < count; ++i) {
    date += random.uniform() < .5 ? .25 * static_cast<double>(1 + random.below(8))
                                  : .05 + 2 * random.uniform();
    const double kind = random.uniform();
    out.until.push_back(date);
    out.rate.push_back(kind < .2 ? 0 : kind < .6 ? typical : typical * 2 * random.uniform());
  }
  if (random.uniform() < .8) out.rate.back() = typical;  // else it may have stopped for good
  return out;
}

// Lets everything happen from `now` up to `date`; what ended, with its date.
void step_until(FairCell& cell, double now, double date, std::map<std::uint64_t, double>& done) {
  while (cell.next_date() <= date && cell.next_date() < forever) {
    const double when = cell.next_date();
    REQUIRE(when >= now - 1e-9);  // an engine's calendar does not go back
    now = when;
    std::uint64_t key = 0;
    if (cell.step(key)) done[key] = when;
  }
}

void check_case(std::uint64_t seed) {
  Stream random(seed, "fair_cell");
  const auto lanes = static_cast<std::uint32_t>(1 + random.below(seed % 3 == 0 ? 40 : 6));
  Reference reference{random_pieces(random, 1000), {}};
  const auto kind = random.below(3);
  if (kind == 1) reference.caps.push_back(random_pieces(random, 300));
  for (std::uint32_t k = 0; kind == 2 && k < lanes; ++k)
    reference.caps.push_back(random_pieces(random, 100 + 50 * static_cast<double>(k % 8)));
  LinkSpec spec;
  spec.rate = std::make_unique<Played>(reference.link);
  for (const auto& cap : reference.caps) spec.caps.push_back(std::make_unique<Played>(cap));
  FairCell cell(std::move(spec));

  std::map<std::uint64_t, double> done;
  std::map<std::uint64_t, std::uint32_t> handles;
  double now = 0;
  const auto events = 5 + random.below(80);
  for (std::uint64_t e = 1; e <= events; ++e) {
    const double before = now;
    if (random.uniform() < .7) now += random.uniform() < .5 ? .25 : random.uniform();
    step_until(cell, before, now, done);
    reference.run_until(now);
    if (random.uniform() < .25 && !reference.flows.empty()) {
      const std::size_t which = random.below(reference.flows.size());
      const Flow flow = reference.flows[which];
      if (done.contains(flow.key))
        continue;  // they differ by an ulp about who is done: not this one
      reference.flows.erase(reference.flows.begin() + static_cast<std::ptrdiff_t>(which));
      const double carried = cell.cancel(handles.at(flow.key), now);
      REQUIRE(std::abs(carried - (flow.bytes - flow.left)) <= 1e-6);
      continue;
    }
    const auto lane = static_cast<std::uint32_t>(random.below(lanes));
    const double bytes = static_cast<double>(1 + random.below(random.uniform() < .5 ? 4000 : 100));
    handles[e] = cell.start(lane, bytes, e, now);
    reference.flows.push_back({e, lane, bytes, bytes});
  }
  step_until(cell, now, 1e6, done);
  reference.run_until(1e6);
  REQUIRE(done.size() == reference.done.size());
  for (const auto& [key, date] : reference.done) {
    CAPTURE(key);
    REQUIRE(done.contains(key));
    REQUIRE(std::abs(done.at(key) - date) <= 1e-9);
  }
}

TEST_CASE("every transfer of 2000 random cells ends when progressive filling says") {
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    CAPTURE(seed);
    check_case(seed);
  }
}

TEST_CASE("a cap is the lane's alone, and what it leaves the others share") {
  // 100 B/s; lane 0 at most 20: it gets 20, lanes 1 and 2 get 40 each.
  // lane 1: 80 B end at 2 s; then lane 2 has 80: its 200 B end at 2 + (200 - 80) / 80 = 3.5 s;
  // lane 0: 100 B end at 5 s.
  LinkSpec spec;
  spec.rate = std::make_unique<ConstantRate>(BytesPerSecond(100));
  for (const double cap : {20., 1000., 1000.})
    spec.caps.push_back(std::make_unique<ConstantRate>(BytesPerSecond(cap)));
  FairCell cell(std::move(spec));
  cell.start(0, 100, 10, 0);
  cell.start(1, 80, 11, 0);
  cell.start(2, 200, 12, 0);
  std::map<std::uint64_t, double> done;
  step_until(cell, 0, 100, done);
  CHECK(done == std::map<std::uint64_t, double>{{10, 5.}, {11, 2.}, {12, 3.5}});
}

}  // namespace
}  // namespace updraft
