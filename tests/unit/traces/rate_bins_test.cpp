#include "traces/rate_bins.hpp"

#include <cmath>

#include "tests/unit/traces/scratch.hpp"

namespace updraft {

TEST_CASE("bins hold the mean rate, whole bins only, of a profile and of a source alike") {
  // 8 B/s until 1 s, 2 until 2.5 s. Bins of 0.8 s: 8, (.2 x 8 + .6 x 2)/.8 = 3.5, 2; 0.1 s is left
  const RateProfile profile({{1, 8}, {2.5, 2}}, AtEnd::loop);
  const auto rates = bin_rates(profile, Seconds(.8));
  REQUIRE(rates.size() == 3);
  CHECK(rates[0] == doctest::Approx(8));
  CHECK(rates[1] == doctest::Approx(3.5));
  CHECK(rates[2] == doctest::Approx(2));
  // It loops: the fourth bin has 0.1 s of 2 and 0.7 s of 8
  const auto drawn = bin_rates(*play(profile), 4, Seconds(.8));
  for (std::size_t b = 0; b < 3; ++b) CHECK(drawn[b] == doctest::Approx(rates[b]));
  CHECK(drawn[3] == doctest::Approx((.1 * 2 + .7 * 8) / .8));
  CHECK(bin_rates(*std::make_unique<ConstantRate>(BytesPerSecond(5)), 3, Seconds(1)) ==
        std::vector<double>{5, 5, 5});
}

TEST_CASE("a recording's own bin is its median step, to 100 ms") {
  CHECK(own_bin(RateProfile({{.1, 1}, {.2, 2}, {.3, 1}}, AtEnd::loop)).si() == .1);
  // steps .55, .33, 1.04
  CHECK(own_bin(RateProfile({{.55, 1}, {.88, 2}, {1.92, 1}}, AtEnd::loop)).si() ==
        doctest::Approx(.6));
  CHECK(own_bin(RateProfile({{.001, 1}, {.002, 2}}, AtEnd::loop)).si() == .1);
}

TEST_CASE("figures: nearest ranks, autocorrelations and outages by hand") {
  // 1 2 0 0 4 0 3 6 of 1 s: mean 2; sorted 0 0 0 1 2 3 4 6
  const std::vector<double> rates{1, 2, 0, 0, 4, 0, 3, 6};
  const auto found = figures_of(rates, Seconds(1), .5, 4);
  CHECK(found.mean == 2);
  // ranks: ceil(.05 x 8) = 1, 1, 4, 8, 8
  CHECK(found.quantiles == std::vector<double>{0, 0, 1, 6, 6});
  // off the mean: -1 0 -2 -2 2 -2 1 4: squares 34; by one bin 0 + 0 + 4 - 4 - 4 - 2 + 4 = -2
  CHECK(found.autocorrelations[0] == doctest::Approx(-2 / 34.));
  CHECK(std::isnan(found.autocorrelations[1]));  // 4 x 5 bins do not fit
  CHECK(found.outages_per_hour == doctest::Approx(2 / 8. * 3600));
  CHECK(found.outage_share == doctest::Approx(3 / 8.));
  CHECK(found.outage_mean.si() == doctest::Approx(1.5));
  // stretches of 4: one of 2 s ends in the first, one of 1 s in the second
  CHECK(found.outage_longest.si() == doctest::Approx(1.5));
}

}  // namespace updraft
