// On/off and Gilbert-Elliott against their closed forms (the numbers are of channel_forms.hpp).
#include "traces/channel_forms.hpp"

#include <cmath>

#include "tests/unit/traces/scratch.hpp"
#include "traces/rate_bins.hpp"

namespace updraft {
namespace {

constexpr std::uint64_t seed = 17;

ChannelModel reading(const std::string& form) {
  const Scratch scratch;
  return read_channel_model(scratch.write("channel.yaml", "format: updraft-channel\n" + form));
}

const std::string gemodel =
    "gilbert_elliott: {rate: 12 Mbps, packet: 1500 B, p: 2 %, r: 10 %, loss_good: 1 %, loss_bad: "
    "60 %}\n";
constexpr double p = .02;
constexpr double r = .1;

// Bad (true) or good by slot.
std::vector<bool> bad_slots(std::size_t slots) {
  const auto model = reading(gemodel);
  const auto source = draw(model, Stream(seed, "channel"));
  const double slot = model.slot.si();
  std::vector<bool> bad;
  while (bad.size() < slots) {
    const RatePiece piece = source->next();
    const auto until = static_cast<std::size_t>(std::llround(piece.until.si() / slot));
    while (bad.size() < std::min(until, slots))
      bad.push_back(piece.rate == model.states[1].rates[0]);
  }
  return bad;
}

}  // namespace

TEST_CASE("on/off: the mean is the rate times the share of time up") {
  const auto model = reading("on_off: {rate: 8 Mbps, up: 10 s, down: 2 s}\n");
  CHECK(model.mean().si() == doctest::Approx(1e6 * 10 / 12).epsilon(1e-14));
  CHECK(model.slot == Seconds(0));
  CHECK(model.states[0].dwell == Seconds(10));
  CHECK(model.states[1].rates[0] == BytesPerSecond(0));
}

TEST_CASE("Gilbert-Elliott: slots, stationary loss and goodput are the closed forms") {
  const auto model = reading(gemodel);
  CHECK(model.slot.si() == doctest::Approx(.001).epsilon(1e-14));  // 1500 B at 1.5 MB/s
  const double share_bad = p / (p + r);
  CHECK(model.time_shares()[1] == doctest::Approx(share_bad).epsilon(1e-12));  // (5)
  // (6): 1/6 of 60 % and 5/6 of 1 % = 10.833 %
  const double loss = share_bad * .6 + (1 - share_bad) * .01;
  CHECK(1 - model.mean().si() / 1.5e6 == doctest::Approx(loss).epsilon(1e-12));
  CHECK(loss == doctest::Approx(.108333).epsilon(1e-5));
}

TEST_CASE("Gilbert-Elliott: a draw loses, bursts and correlates as the closed forms say") {
  CAPTURE(seed);
  constexpr std::size_t slots = 2'000'000;
  const auto bad = bad_slots(slots);
  double count = 0;
  double bursts = 0;
  double single = 0;  // bursts of one slot
  for (std::size_t i = 1; i + 1 < slots; ++i) {
    count += bad[i] ? 1 : 0;
    if (bad[i] && !bad[i - 1]) {
      bursts += 1;
      single += bad[i + 1] ? 0 : 1;
    }
  }
  const double n = static_cast<double>(slots);
  // The mean of n slots that correlate as rho^k varies as n / ((1 + rho) / (1 - rho)) independent
  // ones: rho = .88, 128,000 of them; 4 deviations of a share of 1/6.
  const double rho = 1 - p - r;
  const double deviation = std::sqrt(1 / 6. * 5 / 6. * (1 + rho) / (1 - rho) / n);
  CHECK(4 * deviation < .005);
  CHECK(std::abs(count / n - p / (p + r)) < 4 * deviation);
  // Bursts are geometric: mean 1/r, deviation sqrt(1 - r)/r, about 33,000 of them; P(1 slot) = r.
  CHECK(std::abs(count / bursts - 1 / r) < 4 * std::sqrt(1 - r) / r / std::sqrt(bursts));
  CHECK(std::abs(single / bursts - r) < 4 * std::sqrt(r * (1 - r) / bursts));
  CHECK(bursts > 30000);
  for (const std::size_t lag : {1, 2, 5, 10, 20}) {
    CAPTURE(lag);
    std::vector<double> values(bad.begin(), bad.end());
    CHECK(std::abs(autocorrelation(values, lag) - std::pow(rho, static_cast<double>(lag))) < .02);
  }
}

TEST_CASE("Gilbert-Elliott: what a draw carries is the rate less the losses") {
  CAPTURE(seed);
  const auto model = reading(gemodel);
  const auto source = draw(model, Stream(seed, "channel"));
  const auto carried = bin_rates(*source, 2000, Seconds(1));
  double mean = 0;
  double squares = 0;
  for (const double rate : carried) {
    mean += rate / 2000;
    squares += rate * rate / 2000;
  }
  const double half = 4 * std::sqrt((squares - mean * mean) / 2000);  // bins of 1 s: independent
  CHECK(half < .005 * mean);
  CHECK(std::abs(mean - 1.5e6 * (1 - .1083333)) < half);
}

TEST_CASE("Gilbert-Elliott: netem's defaults, and p = r = 1 alternates") {
  const auto model = reading("gilbert_elliott: {rate: 12 Mbps, p: 100 %, r: 100 %}\n");
  CHECK(model.states[0].rates[0] == BytesPerSecond(1.5e6));
  CHECK(model.states[1].rates[0] == BytesPerSecond(0));
  const auto source = draw(model, Stream(seed, "channel"));
  BytesPerSecond before = source->next().rate;
  for (int i = 2; i < 100; ++i) {
    const RatePiece piece = source->next();
    CHECK(piece.rate != before);
    CHECK(piece.until.si() == doctest::Approx(.001 * i).epsilon(1e-12));
    before = piece.rate;
  }
}

}  // namespace updraft
