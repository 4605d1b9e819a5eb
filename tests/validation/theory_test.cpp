// The formulas themselves (sim/queueing_theory), against special cases done by hand, against each
// other and against bounds; and the verdict of a check.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "sim/queueing_theory.hpp"
#include "sim/validate_check.hpp"

namespace updraft {
namespace {

using doctest::Approx;

}  // namespace

TEST_CASE("Erlang C: the load for one server, 1/3 for two at 1 erlang, 27/53 for four at 3") {
  CHECK(theory::erlang_c(.7, 1) == Approx(.7).epsilon(1e-14));
  CHECK(theory::erlang_c(1, 2) == Approx(1 / 3.).epsilon(1e-14));
  // P(wait) = (3^4/4! * 4) / (1 + 3 + 9/2 + 27/6 + 3^4/4! * 4) = 13.5 / 26.5
  CHECK(theory::erlang_c(3, 4) == Approx(27 / 53.).epsilon(1e-14));
  // E[W] = 27/53 * s / (4 - 3)
  CHECK(theory::mmc_wait(Hertz(3), Seconds(1), 4).si() == Approx(27 / 53.).epsilon(1e-14));
  CHECK(theory::mmc_wait_above(Hertz(3), Seconds(1), 4, Seconds(0)) == Approx(27 / 53.));
}

TEST_CASE("M/D/1's distribution: idle at 0, by hand at 2 s, and its mean is the mean") {
  const Hertz lambda(.8);
  const Seconds s(1);
  CHECK(theory::md1_wait_within(lambda, s, Seconds(0)) == Approx(.2));
  // 0.2 (e^1.6 - 0.8 e^0.8)
  CHECK(theory::md1_wait_within(lambda, s, Seconds(2)) ==
        Approx(.2 * (std::exp(1.6) - .8 * std::exp(.8))).epsilon(1e-12));
  // E[W] = integral of P(W > t), by the midpoint rule; beyond 12 s, where 0.4 % are left, the tail
  // decays as exp(-0.43084 t) (the root of 0.8 (e^x - 1) = x)
  double area = 0;
  const double step = 1e-3;
  for (int i = 0; i < 12000; ++i) {
    area += step * (1 - theory::md1_wait_within(lambda, s, Seconds((i + .5) * step)));
  }
  area += (1 - theory::md1_wait_within(lambda, s, Seconds(12))) / .43084;
  CHECK(area == Approx(theory::md1_wait(lambda, s).si()).epsilon(1e-4));
  CHECK(theory::md1_wait(lambda, s).si() == Approx(2));  // 0.8 / 0.4
  const Seconds median = theory::md1_wait_quantile(lambda, s, .5);
  CHECK(theory::md1_wait_within(lambda, s, median) == Approx(.5).epsilon(1e-9));
}

TEST_CASE("M/D/c is M/D/1 for one server and within 1 % of Cosmetatos' approximation for more") {
  CHECK(theory::mdc_wait(Hertz(.8), Seconds(1), 1).si() == Approx(2).epsilon(1e-9));
  for (const std::uint32_t c : {2U, 4U, 8U}) {
    for (const double load : {.6, .8, .9}) {
      const Hertz lambda(load * c);
      // (1 + (1 - load) (c - 1) (sqrt(4 + 5 c) - 2) / (16 load c)) / 2 of M/M/c's wait
      // (Cosmetatos, Operational Research Quarterly 27(3), 1976)
      const double factor =
          .5 * (1 + (1 - load) * (c - 1) * (std::sqrt(4 + 5. * c) - 2) / (16 * load * c));
      CAPTURE(c);
      CAPTURE(load);
      CHECK(theory::mdc_wait(lambda, Seconds(1), c).si() ==
            Approx(factor * theory::mmc_wait(lambda, Seconds(1), c).si()).epsilon(.02));
    }
  }
}

TEST_CASE("the batch queue is M/D/1 for batches of one, and stays just below Inoue's bound") {
  const auto one = theory::batch_queue(Hertz(.8), Seconds(0), Seconds(1), 1);
  CHECK(one.sojourn.si() == Approx(3).epsilon(1e-9));  // wait 2 + service 1
  CHECK(one.batch == Approx(1));
  for (const double lambda : {.2, .5, .8}) {
    const auto all = theory::batch_queue(Hertz(lambda), Seconds(2), Seconds(1), 1000000);
    const Seconds bound = theory::batch_sojourn_bound(Hertz(lambda), Seconds(2), Seconds(1));
    CHECK(all.sojourn < bound);
    CHECK(all.sojourn.si() > .97 * bound.si());
  }
  // a maximum that is never reached changes nothing
  CHECK(theory::batch_queue(Hertz(.2), Seconds(2), Seconds(1), 60).sojourn.si() ==
        Approx(theory::batch_queue(Hertz(.2), Seconds(2), Seconds(1), 1000000).sojourn.si()));
}

TEST_CASE("the closed loop of one and of two devices, by hand") {
  // one: 1 / (3 + 1). Two, think = s = 1: Q1 = 1/2, R2 = 1.5, X2 = 2 / 2.5
  CHECK(theory::closed_loop(1, Seconds(3), Seconds(1)).throughput.si() == Approx(.25));
  const auto two = theory::closed_loop(2, Seconds(1), Seconds(1));
  CHECK(two.sojourn.si() == Approx(1.5));
  CHECK(two.throughput.si() == Approx(.8));
}

TEST_CASE("a check holds inside its 99.9 % interval widened by the tolerance, not outside") {
  Check check{"case", "wait, ms", 10, 11.4, .9, 1.5, 0};
  CHECK(check.holds());  // |11.4 - 10| = 1.4 <= 1.5, though not <= 0.9
  check.simulated = 8.4;
  CHECK(!check.holds());  // 1.6
  check.tolerance = .2;
  CHECK(check.holds());
  check.simulated = std::numeric_limits<double>::quiet_NaN();
  CHECK(!check.holds());
  // and an interval that would hold anything proves nothing
  CHECK(Check{"case", "wait, ms", 10, 10, 1, 2, 0}.holds());
  CHECK(!Check{"case", "wait, ms", 10, 10, 1.01, 2, 0}.holds());
}

TEST_CASE("two columns are the same to a billionth, and a sample that never came differs") {
  CHECK(same("case", "dates", {1, 2}, {1, 2 * (1 + 0.9e-9)}).holds());
  const Check off = same("case", "dates", {1, 2, 3}, {1, 2 * (1 + 1.1e-9), 3});
  CHECK(!off.holds());
  CHECK(off.expected == 2);  // it shows the worst
  CHECK(!same("case", "dates", {1, 2}, {std::numeric_limits<double>::quiet_NaN(), 2}).holds());
}

TEST_CASE("asking a queue for what it is not, fails: an M/M/1 is no M/D/1") {
  const auto checks = ask("M/M/1", R"(
workload: {trace: none, payload: 0 B, samples: 5000, arrivals: {poisson: 50 Hz}}
device: {stage_time: {exponential: 10 ms}}
channel: {uplink: 8 Mbps, downlink: 8 Mbps}
policies: [{policy: always_edge}]
replications: 5
)",
                          middle_of(100),
                          {{"wait, ms", 1e3 * theory::md1_wait(Hertz(50), Seconds(.010)).si(),
                            &Stamps::arrived, &Stamps::started, mean_ms()}});
  CHECK(!checks[0].holds());
}

}  // namespace updraft
