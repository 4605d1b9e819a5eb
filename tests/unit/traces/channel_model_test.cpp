#include "traces/channel_model.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/random.hpp"
#include "tests/unit/traces/scratch.hpp"
#include "traces/bandwidth_trace.hpp"
#include "traces/rate_bins.hpp"

namespace updraft {
namespace {

const std::string head = "format: updraft-channel\nstates:\n";
const std::string on_off = head +
                           "  - {name: on, rate: 8 Mbps, dwell: 3 s, next: {off: 1}}\n"
                           "  - {name: off, rate: 0 Mbps, dwell: 1 s, next: {on: 100 %}}\n";
const std::string three = head +
                          "  - {name: a, rate: 800 kbps, dwell: 1 s, next: {b: 0.5, c: 0.5}}\n"
                          "  - {name: b, rate: 80 kbps, dwell: 2 s, next: {a: 1}}\n"
                          "  - {name: c, rate: 8 kbps, dwell: 500 ms, next: {a: 0.25, b: 0.75}}\n";

ChannelModel reading(const std::string& text) {
  const Scratch scratch;
  return read_channel_model(scratch.write("channel.yaml", text));
}

std::string told(const std::string& text) {
  const Scratch scratch;
  return complaint(scratch.write("channel.yaml", text),
                   [](const std::string& file) { read_channel_model(file); });
}

RateProfile drawn(const ChannelModel& model, std::uint64_t seed, double length) {
  const auto source = draw(model, Stream(seed, "channel"));
  std::vector<RateProfile::Step> steps;
  while (steps.empty() || steps.back().until_s < length) {
    const RatePiece piece = source->next();
    steps.push_back({piece.until.si(), piece.rate.si()});
  }
  steps.back().until_s = length;
  return {steps, AtEnd::loop};
}

// The share'th part of all rates over bins of `bin` lies at or below this [Mbps].
double quantile(const RateProfile& profile, double bin, double share) {
  auto rates = bin_rates(profile, Seconds(bin));
  std::sort(rates.begin(), rates.end());
  const auto rank = std::ceil(share * static_cast<double>(rates.size()));
  return rates[static_cast<std::size_t>(rank) - 1] / 125e3;
}

}  // namespace

TEST_CASE("the share of time in a state is its visits times its dwell") {
  const auto shares = reading(on_off).time_shares();
  CHECK(shares[0] == doctest::Approx(.75).epsilon(1e-14));  // 3 s of every 4 s
  CHECK(reading(on_off).mean().si() == doctest::Approx(.75e6).epsilon(1e-14));
  // pi = pi P:  pi_a = pi_b + .25 pi_c,  pi_c = .5 pi_a,  pi_b = .5 pi_a + .75 pi_c = .875 pi_a
  // visits 1 : .875 : .5, times dwell 1 : 1.75 : .25, in sum 3
  const auto of_three = reading(three).time_shares();
  CHECK(of_three[0] == doctest::Approx(1 / 3.).epsilon(1e-14));
  CHECK(of_three[1] == doctest::Approx(1.75 / 3).epsilon(1e-14));
  CHECK(of_three[2] == doctest::Approx(.25 / 3).epsilon(1e-14));
  // (1 x 100000 + 1.75 x 10000 + .25 x 1000) / 3 B/s
  CHECK(reading(three).mean().si() == doctest::Approx(117750 / 3.).epsilon(1e-14));
}

TEST_CASE("a draw's mean rate over time is the stationary mean, within its interval") {
  const std::uint64_t seed = 5;
  CAPTURE(seed);
  for (const auto& text : {on_off, three}) {
    const auto model = reading(text);
    constexpr int draws = 200;  // independent ones, so that the interval needs no correlations
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < draws; ++i) {
      const double mean = drawn(model, seed + static_cast<std::uint64_t>(i), 100).mean().si();
      sum += mean;
      squares += mean * mean;
    }
    const double mean = sum / draws;
    const double deviation = std::sqrt((squares - sum * mean) / (draws - 1));
    const double half = 3.34 * deviation / std::sqrt(draws);  // Student t, 199 df, 99.9 %
    CAPTURE(half);
    CHECK(std::abs(mean - model.mean().si()) < half);
    CHECK(half < .05 * model.mean().si());
  }
}

TEST_CASE("a draw is in equilibrium from date 0 on") {
  const auto model = reading(on_off);
  int on = 0;
  constexpr int draws = 4000;
  for (int i = 0; i < draws; ++i) {
    const auto source = draw(model, Stream(3, "channel", static_cast<std::uint64_t>(i)));
    on += source->next().rate.si() > 0 ? 1 : 0;
  }
  const double half = 3.29 * std::sqrt(.75 * .25 / draws);  // 99.9 %
  CHECK(std::abs(on / double(draws) - .75) < half);
}

TEST_CASE("a draw visits states as its transitions say, for exponential times of its dwells") {
  const auto model = reading(three);
  const auto source = draw(model, Stream(9, "channel"));
  std::vector<double> time(3, 0.);
  std::vector<double> above(3, 0.);  // visits longer than their mean
  std::vector<double> visits(3, 0.);
  double c_to_b = 0;
  double begin = 0;
  std::size_t before = 0;
  for (int i = 0; i < 60000; ++i) {
    const RatePiece piece = source->next();
    const std::size_t state = piece.rate.si() == 1e5 ? 0 : piece.rate.si() == 1e4 ? 1 : 2;
    const double lasted = piece.until.si() - begin;
    REQUIRE(lasted > 0);
    begin = piece.until.si();
    visits[state] += 1;
    time[state] += lasted;
    above[state] += lasted > model.states[state].dwell.si() ? 1 : 0;
    c_to_b += before == 2 && state == 1 ? 1 : 0;
    before = state;
  }
  for (std::size_t k = 0; k < 3; ++k) {
    CAPTURE(k);
    // relative deviation of a mean of n exponentials: 1/sqrt(n); 4 of them
    CHECK(time[k] / visits[k] ==
          doctest::Approx(model.states[k].dwell.si()).epsilon(4 / std::sqrt(visits[k])));
    CHECK(std::abs(above[k] / visits[k] - std::exp(-1)) < 4 * .5 / std::sqrt(visits[k]));
  }
  CHECK(std::abs(c_to_b / visits[2] - .75) < 4 * .44 / std::sqrt(visits[2]));
}

TEST_CASE("the same stream draws the same channel, another one another, scale scales the rates") {
  const auto model = reading(three);
  const auto a = draw(model, Stream(1, "channel"));
  const auto b = draw(model, Stream(1, "channel"), 2);
  const auto c = draw(model, Stream(2, "channel"));
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const RatePiece first = a->next();
    const RatePiece second = b->next();
    CHECK(first.until == second.until);
    CHECK(first.rate.si() * 2 == second.rate.si());
    differs = differs || c->next().until != first.until;
  }
  CHECK(differs);
}

TEST_CASE("with a slot, visits are whole slots, geometric, and rates are drawn anew for each") {
  // dwells of 4 and 1.6 slots: a visit to a goes on with probability 1 - 1/4 after each slot; its
  // rates 1, 2, 6 B/s, a third of the slots each. a alone is left for b, b for a.
  const auto model = reading(
      "format: updraft-channel\nslot: 250 ms\nstates:\n"
      "  - {name: a, rates: [8 bps, 16 bps, 48 bps], dwell: 1 s, next: {b: 1}}\n"
      "  - {name: b, rate: 0 bps, dwell: 400 ms, next: {a: 1}}\n");
  // 1 s of every 1.4 s at (1 + 2 + 6) / 3 = 3 B/s
  CHECK(model.mean().si() == doctest::Approx(3 / 1.4).epsilon(1e-14));
  const std::uint64_t seed = 4;
  CAPTURE(seed);
  const auto source = draw(model, Stream(seed, "channel"));
  constexpr int slots = 200000;
  std::vector<double> found;  // by slot
  double begin = 0;
  while (found.size() < slots) {
    const RatePiece piece = source->next();
    const double until = piece.until.si() / .25;
    REQUIRE(until == std::round(until));  // 0.25 is a binary fraction
    for (double slot = begin; slot < until; ++slot) found.push_back(piece.rate.si());
    begin = until;
  }
  double up = 0;
  double ups_that_end = 0;
  double downs = 0;
  double downs_that_end = 0;
  double sixes = 0;
  double sixes_after_six = 0;
  for (std::size_t i = 0; i + 1 < slots; ++i) {
    (found[i] > 0 ? up : downs) += 1;
    if (found[i] > 0 && found[i + 1] == 0) ups_that_end += 1;
    if (found[i] == 0 && found[i + 1] > 0) downs_that_end += 1;
    if (found[i] == 6) sixes += 1;
    if (found[i] == 6 && found[i + 1] == 6) sixes_after_six += 1;
  }
  // 4 deviations of a share: sqrt(p (1 - p) / n) <= .5 / sqrt(n), n >= 40000 for all: .01
  CHECK(std::abs(ups_that_end / up - 1 / 4.) < .01);
  CHECK(std::abs(downs_that_end / downs - 1 / 1.6) < .01);
  CHECK(std::abs(sixes / up - 1 / 3.) < .01);
  CHECK(std::abs(sixes_after_six / sixes - (1 - 1 / 4.) / 3) < .01);  // drawn anew each slot
}

TEST_CASE("a dwell of one slot is never longer") {
  const auto model = reading(
      "format: updraft-channel\nslot: 1 s\nstates:\n"
      "  - {name: a, rate: 8 bps, dwell: 1 s, next: {b: 1}}\n"
      "  - {name: b, rate: 16 bps, dwell: 1 s, next: {a: 1}}\n");
  const auto source = draw(model, Stream(1, "channel"));
  for (int i = 1; i <= 1000; ++i) CHECK(source->next().until.si() == i);
}

TEST_CASE("passing over pieces gives the draw that walking them gives") {
  for (const std::string slot : {"", "slot: 100 ms\n"}) {
    const auto model = reading("format: updraft-channel\n" + slot +
                               "states:\n  - {name: a, rate: 8 bps, dwell: 300 ms, next: {b: 1}}\n"
                               "  - {name: b, rate: 16 bps, dwell: 200 ms, next: {a: 1}}\n");
    const auto walked = draw(model, Stream(2, "channel"));
    const auto skipped = draw(model, Stream(2, "channel"));
    RatePiece at = walked->next();
    for (double date = 0; date < 100; date += 1.7) {
      while (at.until.si() <= date) at = walked->next();
      skipped->skip_to(SimTime(date));
      const RatePiece found = skipped->next();
      CHECK(found.until == at.until);
      CHECK(found.rate == at.rate);
      at = walked->next();
    }
  }
}

TEST_CASE("a single state is a constant rate") {
  const auto model = reading(head + "  - {name: only, rate: 5 Mbps, dwell: 1 s}\n");
  CHECK(model.mean().si() == 625e3);
  CHECK(draw(model, Stream(1, "channel"))->next().rate.si() == 625e3);
}

TEST_CASE("a model written as YAML reads back as itself") {
  const std::string slotted =
      "format: updraft-channel\nslot: 120 ms\nnote: \"a note\"\nstates:\n"
      "  - {name: a, rates: [1.234 Mbps, 17 kbps], dwell: 1.0351 s, next: {b: 1}}\n"
      "  - {name: b, rate: 0 Mbps, dwell: 120 ms, next: {a: 1}}\n";
  for (const auto& text : {three, slotted}) {
    const auto model = reading(text);
    const auto again = reading(to_yaml(model));
    CHECK(again.slot == model.slot);
    CHECK(again.note == model.note);
    REQUIRE(again.states.size() == model.states.size());
    for (std::size_t k = 0; k < model.states.size(); ++k) {
      CHECK(again.states[k].name == model.states[k].name);
      CHECK(again.states[k].rates == model.states[k].rates);
      CHECK(again.states[k].dwell == model.states[k].dwell);
      CHECK(again.states[k].next == model.states[k].next);
    }
  }
}

TEST_CASE("every mistake in a channel model is told with its place") {
  CHECK(
      told("format: updraft-chanel\nstates:\n  - {name: a, rate: 1 Mbps, dwell: 1 s}\n") ==
      "FILE:1:9: format = updraft-chanel; expected updraft-channel; did you mean updraft-channel?");
  CHECK(told("format: updraft-channel\n")
            .ends_with("states = nothing; expected a list of 1 to 200 states"));
  CHECK(
      told(head + "  - {name: a, rate: 5, dwell: 0 s, next: {b: 1}, color: red}\n"
                  "  - {name: a, rate: -1 Mbps, dwell: 1 s, next: {c: 1}}\n") ==
      "FILE:3:21: states[0].rate = 5; expected a rate with its unit, such as 20 Mbps (bps, kbps, "
      "Mbps, "
      "Gbps, B/s, kB/s, MB/s, GB/s), at least 0\n"
      "FILE:3:31: states[0].dwell = 0 s; expected a duration with its unit, such as 20 ms (s, "
      "ms, us, ns, "
      "min, h), in [1 us, 1000000000 s]\n"
      "FILE:3:43: states[0].next = b; expected a or a\n"
      "FILE:3:50: states[0].color = red; expected a known key (dwell, name, next, rate or rates)\n"
      "FILE:4:12: states[1].name = a; expected a name that no other state has\n"
      "FILE:4:21: states[1].rate = -1 Mbps; expected a rate with its unit, such as 20 Mbps (bps, "
      "kbps, "
      "Mbps, Gbps, B/s, kB/s, MB/s, GB/s), at least 0\n"
      "FILE:4:49: states[1].next = c; expected a or a");
  const auto two = [](const std::string& next_a, const std::string& next_b) {
    return told(head + "  - {name: a, rate: 1 Mbps, dwell: 1 s, next: {" + next_a + "}}\n" +
                "  - {name: b, rate: 2 Mbps, dwell: 1 s, next: {" + next_b + "}}\n" +
                "  - {name: c, rate: 0 Mbps, dwell: 1 s, next: {a: 1}}\n");
  };
  CHECK(two("b: 0.5, c: 0.5", "a: 1") == "");
  CHECK(two("b: 0.5, c: 0.499998", "a: 1") ==
        "FILE:3:47: states[0].next = 0.999998 in sum; expected probabilities that sum to 1");
  CHECK(two("b: 0.5, c: 0.4999995", "a: 1") == "");  // within 1e-6
  CHECK(two("b: 1.5, c: -0.5", "a: 1") ==
        "FILE:3:51: states[0].next.b = 1.5; expected a probability in [0, 1]");
  CHECK(two("a: 0.5, b: 0.5", "a: 1") ==
        "FILE:3:48: states[0].next = a; expected another state: its own dwell says how long a "
        "state lasts");
  CHECK(two("b: 1", "a: 1") == "FILE:5:5: states = c; expected a state that a can lead to");
  CHECK(two("b: 1", "c: 1") == "");
  CHECK(told(head + "  - {name: a, rate: 1 Mbps, dwell: 1 s, next: {b: 1}}\n"
                    "  - {name: b, rate: 2 Mbps, dwell: 1 s, next: {c: 1}}\n"
                    "  - {name: c, rate: 2 Mbps, dwell: 1 s, next: {b: 1}}\n") ==
        "FILE:4:5: states = b; expected a state that can lead back to a\n"
        "FILE:5:5: states = c; expected a state that can lead back to a");
  CHECK(told(head + "  - {name: a, rate: 0 Mbps, dwell: 1 s}\n")
            .ends_with("expected at least one state with a rate above 0"));
  CHECK(told(head + "  - {name: a, rate: 1 Mbps, dwell: 1 s, next: {a: 1}}\n") ==
        "FILE:3:47: states[0].next = {a: 1}; expected nothing: there is only one state");
}

TEST_CASE("mistakes of slots and forms are told with their place") {
  const std::string slotted = "format: updraft-channel\nslot: 100 ms\nstates:\n";
  CHECK(told(slotted + "  - {name: a, rate: 1 Mbps, dwell: 99 ms}\n")
            .ends_with("states[0].dwell = 99 ms; expected a duration with its unit, such as 20 ms "
                       "(s, ms, us, ns, min, h), in [100 ms, 1000000000 s]"));
  CHECK(told(slotted + "  - {name: a, rates: [], dwell: 1 s}\n") ==
        "FILE:4:22: states[0].rates = []; expected a list of 1 to 100 rates, such as [2 Mbps, 3 "
        "Mbps]");
  CHECK(told(slotted + "  - {name: a, rates: [1 Mbps, 2], dwell: 1 s}\n")
            .starts_with("FILE:4:31: states[0].rates[1] = 2; expected a rate with its unit"));
  CHECK(told(head + "  - {name: a, rates: [1 Mbps], dwell: 1 s}\n") ==
        "FILE:3:22: states[0].rates = [1 Mbps]; expected one rate: only beside a slot may a state "
        "draw from several");
  CHECK(told("format: updraft-channel\non_off: {rate: 8 Mbps, up: 1 s}\n")
            .starts_with("FILE:2:9: on_off.down = nothing; expected a duration"));
  CHECK(told("format: updraft-channel\non_off: {rate: 8 Mbps, up: 1 s, down: 1 s}\n"
             "gilbert_elliott: {rate: 8 Mbps, p: 1 %, r: 20 %}\n") ==
        "FILE:3:18: gilbert_elliott = {rate: 8 Mbps, p: 1 %, r: 20 %}; expected exactly one of "
        "states, on_off or gilbert_elliott");
  CHECK(
      told(
          "format: updraft-channel\ngilbert_elliott: {rate: 8 Mbps, p: 0, r: 2, loss_good: 1}\n") ==
      "FILE:2:36: gilbert_elliott.p = 0; expected a fraction, such as 0.9 or 90 %, in (0, 1]\n"
      "FILE:2:42: gilbert_elliott.r = 2; expected a fraction, such as 0.9 or 90 %, in (0, 1]\n"
      "FILE:2:56: gilbert_elliott.loss_good = 1; expected below 100 % beside loss_bad = 100 %: "
      "nothing would ever arrive");
}

TEST_CASE("the counted LTE uplink is spread like its recording over whole seconds") {
  const std::string data = real_data();
  if (data.empty()) return;
  const auto trace = read_bandwidth_trace(data + "/bandwidth/mahimahi/Verizon-LTE-short.up");
  const auto committed = read_channel_model("traces/channels/lte_uplink.yaml");
  CHECK(committed.mean().si() == doctest::Approx(trace.mean().si()).epsilon(.005));
  const auto draw_of_it = drawn(committed, 1, 20000);
  CHECK(quantile(draw_of_it, 1, .1) == doctest::Approx(quantile(trace, 1, .1)).epsilon(.15));
  CHECK(quantile(draw_of_it, 1, .5) == doctest::Approx(quantile(trace, 1, .5)).epsilon(.05));
  CHECK(quantile(draw_of_it, 1, .9) == doctest::Approx(quantile(trace, 1, .9)).epsilon(.05));
}

TEST_CASE("the committed LTE uplink fades down to almost nothing") {
  const auto model = read_channel_model("traces/channels/lte_uplink.yaml");
  CHECK(model.mean().si() / 125e3 == doctest::Approx(5.95).epsilon(.001));
  CHECK(model.states[0].rates[0].si() < .01 * model.mean().si());
  CHECK(model.time_shares()[0] == doctest::Approx(.026).epsilon(.03));
}

}  // namespace updraft
