#include "sim/metrics/verdicts.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "sim/core/random.hpp"
#include "sim/metrics/budget_text.hpp"
#include "tests/unit/metrics/synthetic.hpp"

using namespace updraft;

namespace {

Budget budget(const std::string& name, double limit) {
  for (const BudgetKind& kind : budget_kinds()) {
    if (kind.name == name) return {&kind, limit};
  }
  FAIL("no budget " << name);
  return {};
}

std::vector<RunFigures> runs(double RunFigures::*figure, std::initializer_list<double> values) {
  std::vector<RunFigures> out;
  for (const double value : values) {
    RunFigures run;
    run.samples = 1000;
    run.*figure = value;
    out.push_back(run);
  }
  return out;
}

Verdict energy(std::initializer_list<double> values, double limit) {
  return verdict_on(budget("energy_per_sample", limit), runs(&RunFigures::energy_J, values))
      .verdict;
}

// P(Bin(n, p) <= k), term by term.
double binomial_cdf(std::size_t n, double p, std::size_t k) {
  long double term = std::pow(1 - static_cast<long double>(p), static_cast<long double>(n));
  long double sum = 0;
  for (std::size_t i = 0; i <= k; ++i) {
    sum += term;
    term *= static_cast<long double>(n - i) / static_cast<long double>(i + 1) *
            static_cast<long double>(p) / (1 - static_cast<long double>(p));
  }
  return static_cast<double>(sum);
}

PolicyResult policy(const std::string& name, double accuracy, double cost, double energy_J) {
  PolicyResult out{.name = name};
  RunFigures run;
  run.samples = 1e6;
  run.accuracy = accuracy;
  run.cost_macs = cost;
  run.energy_J = energy_J;
  run.latency_mean_s = .01;
  out.runs = {run};
  return out;
}

}  // namespace

TEST_CASE("a bare figure meets its limit on it and a rounding beyond, and misses it further on") {
  CHECK(energy({.2}, .2) == Verdict::met);
  CHECK(energy({.2 * (1 + 1e-10)}, .2) == Verdict::met);
  CHECK(energy({.2 * (1 + 1e-8)}, .2) == Verdict::missed);
  CHECK(energy({RunFigures::none}, .2) == Verdict::undecided);
}

TEST_CASE("an interval has to lie on one side of the limit, all of it") {
  // 1 and 3: mean 2, s = sqrt(2), half = 12.7062 * sqrt(2) / sqrt(2) = 12.7062
  // 1.9 and 2.1: half = 12.7062 * 0.1 = 1.27062: [0.72938, 3.27062]
  CHECK(energy({1.9, 2.1}, 3.2707) == Verdict::met);
  CHECK(energy({1.9, 2.1}, 3.2705) == Verdict::undecided);
  CHECK(energy({1.9, 2.1}, .7295) == Verdict::undecided);
  CHECK(energy({1.9, 2.1}, .7293) == Verdict::missed);
  CHECK(energy({2, 2, 2}, 2) == Verdict::met);  // no spread: the figure itself
}

TEST_CASE("where the limit is the least, the sides are exchanged and so is the margin's sign") {
  const auto found = [](std::initializer_list<double> values, double limit) {
    return verdict_on(budget("accuracy", limit), runs(&RunFigures::accuracy, values));
  };
  // 0.79 and 0.81: mean 0.8, half = 12.7062 * 0.01 = 0.127062
  CHECK(found({.79, .81}, .6729).verdict == Verdict::met);
  CHECK(found({.79, .81}, .6730).verdict == Verdict::undecided);
  CHECK(found({.79, .81}, .9270).verdict == Verdict::undecided);
  CHECK(found({.79, .81}, .9271).verdict == Verdict::missed);
  // (3): (0.8 - 0.64) / 0.64 = 0.25 within, (0.8 - 1) / 1 = -0.2 short
  CHECK(found({.8, .8}, .64).margin() == doctest::Approx(.25));
  CHECK(found({.8, .8}, 1).margin() == doctest::Approx(-.2));
  const auto most = verdict_on(budget("energy_per_sample", .2), runs(&RunFigures::energy_J, {.25}));
  CHECK(most.margin() == doctest::Approx(-.25));  // (0.2 - 0.25) / 0.2
  CHECK(most.room() == doctest::Approx(-.05));
  CHECK(
      std::isnan(verdict_on(budget("dropped_rate", 0), runs(&RunFigures::dropped, {1})).margin()));
}

TEST_CASE("ranks of a quantile's interval are those that the sums of binomials give") {
  for (const std::size_t n : {1, 2, 10, 59, 100, 368, 369, 1000}) {
    for (const double p : {.5, .95, .99}) {
      CAPTURE(n);
      CAPTURE(p);
      const auto [l, u] = quantile_ranks(n, p);
      if (l > 0) CHECK(binomial_cdf(n, p, l - 1) <= .025);
      CHECK((l == n || binomial_cdf(n, p, l) > .025));  // no larger l
      if (u <= n) CHECK(binomial_cdf(n, p, u - 1) >= .975);
      CHECK((u == 1 || binomial_cdf(n, p, u - 2) < .975));  // no smaller u
    }
  }
  // The textbook's: the median of 10 lies between the 2nd and the 9th. 0.5^10 (1 + 10) = 1.07 %.
  CHECK(quantile_ranks(10, .5) == std::pair<std::size_t, std::size_t>{2, 9});
  // 0.99^n <= 2.5 % from n = ln 0.025 / ln 0.99 = 367.04 on: below, p99 has no upper end.
  CHECK(quantile_ranks(367, .99).second == 368);
  CHECK(quantile_ranks(368, .99).second == 368);
}

TEST_CASE("intervals by order statistics and Wilson's hold the truth as often as they say") {
  Stream random(5, "coverage");
  MESSAGE("Stream(5, \"coverage\")");
  constexpr int tries = 2000;
  constexpr std::size_t n = 400;
  int median = 0;
  int ninety_fifth = 0;
  int shares = 0;
  for (int t = 0; t < tries; ++t) {
    std::vector<double> values;
    double hits = 0;
    for (std::size_t i = 0; i < n; ++i) {
      values.push_back(random.uniform());
      hits += random.uniform() < .1;
    }
    std::sort(values.begin(), values.end());
    const auto holds = [&](double p) {  // the quantile p of the uniform is p
      const auto [l, u] = quantile_ranks(n, p);
      return values[l - 1] <= p && p < values[u - 1];
    };
    median += holds(.5);
    ninety_fifth += holds(.95);
    const Ends ends = wilson(hits / n, n);
    shares += ends.low <= .1 && .1 <= ends.high;
  }
  // 95 % at least (ranks are whole: a little more), less 4 standard errors of
  // sqrt(.95 * .05 / 2000) = 0.49 %; Wilson's is 95 % on average over shares: 1.5 % beside that
  CHECK(median >= .93 * tries);
  CHECK(ninety_fifth >= .93 * tries);
  CHECK(median < .985 * tries);
  CHECK(ninety_fifth < .985 * tries);
  CHECK(shares >= .915 * tries);
  CHECK(shares < .985 * tries);
}

TEST_CASE("Wilson's interval is the worked example's") {
  // x = 0.5, n = 100, z^2 = 3.8415: middle 0.5 + 0.019207, half 1.95996 sqrt(.0025 + .000096),
  // over 1.038415: [0.40383, 0.59617]
  const Ends ends = wilson(.5, 100);
  CHECK(ends.low == doctest::Approx(.40383).epsilon(1e-4));
  CHECK(ends.high == doctest::Approx(.59617).epsilon(1e-4));
  for (double n = 1; n <= 2000; ++n) {  // not by a rounding beside
    CHECK(wilson(0, n).low == 0);
    CHECK(wilson(1, n).high == 1);
  }
}

TEST_CASE("a limit of 0 % is not missed where nothing happened, and is where one thing did") {
  const auto judged = [](double dropped) {
    return verdict_on(budget("dropped_rate", 0), runs(&RunFigures::dropped, {dropped})).verdict;
  };
  CHECK(judged(0) == Verdict::undecided);  // 0 of 1000 may still be 3 in 1000
  CHECK(judged(1) == Verdict::missed);
}

TEST_CASE("an interval ends where its figure can be no less, a share where it can be no more") {
  // Two runs 0.02 apart: half = 12.7062 * 0.01 = 0.127062 beside their mean.
  const auto text = [](const std::string& name, std::vector<RunFigures> of) {
    return value_text(verdict_on(budget(name, 1), of));
  };
  CHECK(text("latency_p99", runs(&RunFigures::latency_p99_s, {.04, .06})) ==
        "50 ms [0 s, 177.1 ms]");
  CHECK(text("latency_p99", runs(&RunFigures::latency_p99_s, {.99, 1.01})) ==
        "1 s [872.9 ms, 1.127 s]");
  CHECK(text("accuracy", runs(&RunFigures::accuracy, {.98, 1})) == "99.00 % [86.29 %, 100.00 %]");
  // 10 and 30 of 1000
  CHECK(text("dropped_rate", runs(&RunFigures::dropped, {10, 30})) == "2.00 % [0.00 %, 14.71 %]");
}

TEST_CASE("replaying the same rows again makes accuracy no surer") {
  const auto judged = [](std::vector<RunFigures> of, double rows, double samples, double limit) {
    for (RunFigures& run : of) {
      run.recorded_rows = rows;
      run.samples = samples;
    }
    return verdict_on(budget("accuracy", limit), of);
  };
  // (5) with x = 0.9218, n = 10,000: (0.921992 +- 0.005265) / 1.000384 = [0.91638, 0.92690]
  const auto one = judged(runs(&RunFigures::accuracy, {.9218}), 1e4, 1e4, .92);
  CHECK(one.ends95.low == doctest::Approx(.91638).epsilon(1e-5));
  CHECK(one.ends95.high == doctest::Approx(.92690).epsilon(1e-5));
  CHECK(one.by == "Wilson");
  const auto million = judged(runs(&RunFigures::accuracy, {.9218}), 1e4, 1e6, .92);
  CHECK(million.ends95.low == one.ends95.low);
  // Five runs that agree: Student's half is 0, the rows' interval stays.
  const auto agreeing =
      judged(runs(&RunFigures::accuracy, {.9218, .9218, .9218, .9218, .9218}), 1e4, 1e4, .92);
  CHECK(agreeing.ends95.low == doctest::Approx(one.ends95.low).epsilon(1e-12));
  CHECK(agreeing.ends95.high == doctest::Approx(one.ends95.high).epsilon(1e-12));
  CHECK(agreeing.verdict == Verdict::undecided);
  CHECK(agreeing.by == "rows and replications");
  // (6): 0.9208 and 0.9228 have h = 12.7062 * 0.001 = 0.0127062; d = 0.005422 and 0.005098:
  // 0.9218 - 0.013815 = 0.907985, 0.9218 + 0.013691 = 0.935491
  const auto apart = judged(runs(&RunFigures::accuracy, {.9208, .9228}), 1e4, 1e4, .92);
  CHECK(apart.ends95.low == doctest::Approx(.907985).epsilon(2e-6));
  CHECK(apart.ends95.high == doctest::Approx(.935491).epsilon(2e-6));
  // Without a recording there are no rows to be unsure of.
  CHECK(judged(runs(&RunFigures::accuracy, {.9218, .9218}), 0, 1e4, .92).verdict == Verdict::met);
  // What befalls samples on their way is new in each run.
  auto dropping = runs(&RunFigures::dropped, {10, 10});  // of 1000 each: 1 %
  for (RunFigures& run : dropping) run.recorded_rows = 1000;
  CHECK(verdict_on(budget("dropped_rate", .011), dropping).verdict == Verdict::met);
}

TEST_CASE("over recordings and runs the interval holds the true accuracy 95 times in a hundred") {
  Stream random(6, "rows and runs");
  MESSAGE("Stream(6, \"rows and runs\")");
  constexpr int tries = 1000;
  constexpr int rows = 400;
  int held = 0;
  int held_by_runs_alone = 0;
  for (int t = 0; t < tries; ++t) {
    // Each row is right if offloaded (90 %), which happens to all but a tenth of each run's rows;
    // those are right half the time: 0.9 * 0.9 + 0.1 * 0.5 = 0.86.
    std::vector<bool> right(rows);
    for (int i = 0; i < rows; ++i) right[static_cast<std::size_t>(i)] = random.uniform() < .9;
    std::vector<RunFigures> found(5);
    std::vector<double> values;
    for (RunFigures& run : found) {
      double sum = 0;
      for (const bool row : right) sum += random.uniform() < .1 ? random.uniform() < .5 : row;
      run.samples = run.recorded_rows = rows;
      run.accuracy = sum / rows;
      values.push_back(run.accuracy);
    }
    const Ends ends = verdict_on(budget("accuracy", .5), found).ends95;
    held += ends.low <= .86 && .86 <= ends.high;
    const Estimate e = estimate(values);
    held_by_runs_alone += std::abs(e.value - .86) <= *e.half_width;
  }
  // 93 %: 95 less 3 standard errors of sqrt(.95 * .05 / 1000) = 0.69 %. The interval may be wider
  // than it need be (Wilson's variance holds a run's own noise, too), so no bound above but all.
  CHECK(held >= .93 * tries);
  CHECK(held < tries);
  CHECK(held_by_runs_alone < .85 * tries);
}

TEST_CASE("a single run's quantile is judged by its order statistics") {
  SyntheticRun made = synthetic_run(3, 2000);
  made.context.quantile_ends = true;
  const RunFigures run = figures(made.samples, made.truth, made.menu, made.counts, made.context);
  made.context.quantile_ends = false;
  const RunFigures bare = figures(made.samples, made.truth, made.menu, made.counts, made.context);
  CHECK(run.latency_p99_s == bare.latency_p99_s);  // sorting before changes nothing
  CHECK(std::isnan(bare.latency_p99_ends.low));
  std::vector<double> latency;
  for (std::size_t i = 0; i < made.samples.size(); ++i) {
    if (made.samples.outcome[i] == Outcome::dropped) continue;
    latency.push_back((made.samples.stamps.answered[i] - made.samples.stamps.arrived[i]).si());
  }
  std::sort(latency.begin(), latency.end());
  const auto [l, u] = quantile_ranks(latency.size(), .95);
  CHECK(run.latency_p95_ends.low == latency[l - 1]);
  CHECK(run.latency_p95_ends.high == latency[u - 1]);
  const auto verdict = [&](double limit) {
    return verdict_on(budget("latency_p95", limit), std::span(&run, 1)).verdict;
  };
  CHECK(verdict(run.latency_p95_ends.high) == Verdict::met);
  CHECK(verdict(run.latency_p95_ends.high * .999999) == Verdict::undecided);
  CHECK(verdict(run.latency_p95_ends.low) == Verdict::undecided);
  CHECK(verdict(run.latency_p95_ends.low * .999999) == Verdict::missed);
}

TEST_CASE("one missed budget misses all, one undecided leaves all undecided") {
  PolicyResult one = policy("one", .9, 1e6, .1);
  const std::vector<Budget> both{budget("accuracy", .8), budget("energy_per_sample", .05)};
  judge({&one, 1}, both);
  CHECK(one.budgets[0].verdict == Verdict::met);
  CHECK(verdict_on_all(one) == Verdict::missed);
  judge({&one, 1}, std::vector{budget("accuracy", .8), budget("accuracy", .9)});
  CHECK(one.budgets[1].verdict == Verdict::undecided);  // Wilson's interval of a million is narrow
  CHECK(verdict_on_all(one) == Verdict::undecided);
  judge({&one, 1}, {});
  CHECK_FALSE(verdict_on_all(one).has_value());
}

TEST_CASE("the winner meets all and is the most accurate, then the cheapest; never the oracle") {
  std::vector<PolicyResult> policies{policy("dear", .90, 9e6, .1), policy("cheap", .90, 2e6, .1),
                                     policy("poor", .85, 1e6, .1), policy("hot", .95, 1e6, .3),
                                     policy("oracle", .99, 1e6, .1)};
  policies[4].knows_truth = true;
  judge(policies, std::vector{budget("energy_per_sample", .2)});
  const auto winner = winner_of(policies);
  REQUIRE(winner);
  CHECK(winner->policy == 1);
  CHECK(winner->by->name == "cost_macs");
  const std::string text = budget_sentences(policies);
  CAPTURE(text);
  CHECK(text.find("hot: missed: energy_per_sample is 300 mJ, 100 mJ over (50.0 %)") !=
        std::string::npos);
  CHECK(text.find("Of the 3 that meet every budget, cheap has the lowest cost, 2 MMAC, at the") !=
        std::string::npos);

  policies.erase(policies.begin(), policies.begin() + 2);
  judge(policies, std::vector{budget("energy_per_sample", .2)});
  CHECK(winner_of(policies)->policy == 0);
  CHECK(budget_sentences(policies).find("Only poor meets every budget.") != std::string::npos);
  judge(policies, std::vector{budget("energy_per_sample", .01)});
  CHECK_FALSE(winner_of(policies).has_value());
}
