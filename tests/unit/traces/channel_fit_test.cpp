// Does fitting find the chain that drew the rates? And is the likelihood what it says it is?
#include "traces/channel_fit.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tests/unit/traces/scratch.hpp"
#include "traces/hidden_markov.hpp"
#include "traces/rate_bins.hpp"

namespace updraft {
namespace {

constexpr std::uint64_t seed = 31;

ChannelModel reading(const std::string& text) {
  const Scratch scratch;
  return read_channel_model(scratch.write("channel.yaml", "format: updraft-channel\n" + text));
}

std::vector<double> drawn(const ChannelModel& model, std::size_t bins) {
  const auto source = draw(model, Stream(seed, "channel"));
  return bin_rates(*source, bins, model.slot);
}

// Outages and three levels.
ChannelModel four_states() {
  const auto Mbps = [](double rate) { return std::vector{BytesPerSecond(125e3 * rate)}; };
  ChannelModel out;
  out.slot = Seconds(.1);
  out.states = {{"out", Mbps(0), Seconds(.5), {0, 1, 0, 0}},
                {"low", Mbps(.64), Seconds(1), {.2, 0, .8, 0}},
                {"mid", Mbps(2.89), Seconds(2), {0, .5, 0, .5}},
                {"high", Mbps(9.61), Seconds(.8), {0, 0, 1, 0}}};
  return out;
}

// As drawn, but that the root of every rate above 0 varies by a normal number of deviation 0.25
// (roots: 0.8, 1.7 and 3.1).
std::vector<double> drawn_with_noise(const ChannelModel& model, std::size_t bins) {
  auto rates = drawn(model, bins);
  Stream noise(seed, "noise");
  for (auto& rate : rates) {
    const double radius = std::sqrt(2 * noise.exponential(1));  // Box and Muller
    const double z = radius * std::cos(2 * std::numbers::pi * noise.uniform());
    if (rate > 0) rate = 125e3 * std::pow(std::sqrt(rate / 125e3) + .25 * z, 2);
  }
  return rates;
}

double log_normal(double x, double mean, double deviation) {
  const double z = (x - mean) / deviation;
  return -z * z / 2 - std::log(deviation * std::sqrt(2 * std::numbers::pi));
}

}  // namespace

TEST_CASE("log L is the logarithm of the sum over all paths") {
  // 10 bins, an outage state and two levels: 3^10 = 59,049 paths, summed one by one
  const SeriesWithOutages series{
      {1, 1.4, 1.1, 0, 0, 3.2, 2.9, 1.3, 3.1, 2.8},
      {false, false, false, true, true, false, false, false, false, false}};
  const auto chain = HiddenMarkov::fit(series, 2, 1);
  REQUIRE(chain.states() == 3);
  double sum = 0;
  for (int path = 0; path < 59049; ++path) {
    double p = 1 / 3.;
    int digits = path;
    std::size_t before = 0;
    for (std::size_t t = 0; t < 10 && p > 0; ++t, digits /= 3) {
      const auto k = static_cast<std::size_t>(digits % 3);
      if (t > 0) p *= chain.chance(before, k);
      if (series.out[t] || k == 0) {
        p *= series.out[t] && k == 0 ? 1 : 0;
      } else {
        p *= std::exp(log_normal(series.x[t], chain.mean(k), chain.deviation(k)));
      }
      before = k;
    }
    sum += p;
  }
  CHECK(chain.log_likelihood() == doctest::Approx(std::log(sum)).epsilon(1e-9));
}

TEST_CASE("posteriors sum to 1 in every bin, and moves to the bins they leave and enter") {
  const auto rates = drawn_with_noise(four_states(), 500);
  SeriesWithOutages series;
  for (const double rate : rates) {
    series.out.push_back(rate == 0);
    series.x.push_back(std::sqrt(rate));
  }
  const auto chain = HiddenMarkov::fit(series, 3, 1);
  std::vector<double> bins(4, 0.);
  for (std::size_t t = 0; t < rates.size(); ++t) {
    double sum = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      sum += chain.posterior(t, k);
      bins[k] += chain.posterior(t, k);
    }
    CHECK(sum == doctest::Approx(1).epsilon(1e-9));
    CHECK(chain.posterior(t, 0) == doctest::Approx(rates[t] == 0 ? 1 : 0));
  }
  for (std::size_t k = 0; k < 4; ++k) {  // a ring: as often left as entered
    double left = 0;
    double entered = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      left += chain.moves(k, j);
      entered += chain.moves(j, k);
    }
    CHECK(left == doctest::Approx(bins[k]).epsilon(1e-9));
    CHECK(entered == doctest::Approx(bins[k]).epsilon(1e-9));
  }
}

TEST_CASE("fitting a draw finds the number of states, their rates, dwells and transitions") {
  CAPTURE(seed);
  const auto model = four_states();
  const auto rates = drawn_with_noise(model, 20000);
  const auto fit = fit_channel(rates, model.slot);
  REQUIRE(fit.model.states.size() == 4);
  CHECK(fit.chosen.outages == 1);
  CHECK(fit.model.states[0].name == "out");
  CHECK(fit.model.states[3].name == "level_3");
  for (std::size_t k = 0; k < 4; ++k) {
    const auto& found = fit.model.states[k];
    const auto& drew = model.states[k];
    CAPTURE(drew.name);
    if (k == 0) {  // bins that the noise brings down to almost nothing are outages, too
      CHECK(found.mean() < .01 * model.mean());
    } else {  // the mean of a square is the square of the mean and the variance
      const double rate = drew.mean().si() + 125e3 * .0625;
      CHECK(found.mean().si() == doctest::Approx(rate).epsilon(.02));
    }
    // about 600 visits or more each: 4 relative deviations of a mean dwell are 4/sqrt(600) = 16 %
    CHECK(found.dwell.si() == doctest::Approx(drew.dwell.si()).epsilon(.16));
    for (std::size_t j = 0; j < 4; ++j) CHECK(std::abs(found.next[j] - drew.next[j]) < .08);
  }
}

TEST_CASE("a fitted model keeps the mean and the shares of its bins, but for rounding") {
  const auto rates = drawn_with_noise(four_states(), 3000);
  const auto fit = fit_channel(rates, Seconds(.1), 3);
  CHECK(fit.model.states.size() == 3);
  double mean = 0;
  double down = 0;
  for (const double rate : rates) {
    mean += rate / 3000;
    down += rate == 0 ? 1 / 3000. : 0;
  }
  CHECK(fit.model.mean().si() == doctest::Approx(mean).epsilon(.005));
  CHECK(fit.model.time_shares()[0] == doctest::Approx(down).epsilon(.02));
  const Scratch scratch;  // what was rounded reads back
  const auto again = read_channel_model(scratch.write("fit.yaml", to_yaml(fit.model)));
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(again.states[k].rates == fit.model.states[k].rates);
    CHECK(again.states[k].next == fit.model.states[k].next);
  }
}

TEST_CASE("outages of two lengths get two states") {
  CAPTURE(seed);
  // 1 of 5 outages lasts 10 s, the others 300 ms
  const auto model = reading(
      "slot: 100 ms\nstates:\n"
      "  - {name: up, rates: [3 Mbps, 4 Mbps, 5 Mbps], dwell: 5 s, next: {brief: 0.8, long: 0.2}}\n"
      "  - {name: brief, rate: 0 bps, dwell: 300 ms, next: {up: 1}}\n"
      "  - {name: long, rate: 0 bps, dwell: 10 s, next: {up: 1}}\n");
  const auto fit = fit_channel(drawn(model, 30000), model.slot);
  REQUIRE(fit.chosen.outages == 2);
  CHECK(fit.model.states[0].name == "out_short");
  // about 80 long ones in 3000 s: 4/sqrt(80) = 45 %, twice as many digits for the brief ones
  CHECK(fit.model.states[0].dwell.si() == doctest::Approx(.3).epsilon(.25));
  CHECK(fit.model.states[1].dwell.si() == doctest::Approx(10).epsilon(.45));
}

TEST_CASE("what cannot be fitted is told") {
  const auto told = [](const std::vector<double>& rates, std::optional<std::size_t> states) {
    try {
      fit_channel(rates, Seconds(1), states);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(told(std::vector<double>(19, 1.), {}) ==
        "the recording has 19 bins; expected at least 20: choose a shorter bin");
  CHECK(told(std::vector<double>(20, 1e6), {}) ==
        "the recording's rate never changes; expected one that varies");
  std::vector<double> two(20, 1e6);
  two[3] = two[9] = 0;  // 2 outages, 18 bins of one rate
  CHECK(told(two, {}) == "");
  std::vector<double> few(20, 0.);
  few[3] = few[9] = 1e6;  // 2 bins cannot fill 11 levels
  CHECK(told(few, 12) ==
        "the recording of 20 bins cannot fill 12 states; expected fewer states or a shorter bin");
}

}  // namespace updraft
