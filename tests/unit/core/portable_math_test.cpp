// portable::exp and portable::log against long double functions of the C library, in units in the
// last place of the true value.
#include "sim/core/portable_math.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/random.hpp"

namespace updraft {
namespace {

static_assert(std::numeric_limits<long double>::digits >= 64, "the reference must be more precise");

constexpr double infinity = std::numeric_limits<double>::infinity();

// |got - truth| in units of the spacing of doubles at `truth`.
double ulps(double got, long double truth) {
  const double near = std::abs(static_cast<double>(truth));
  const double spacing = std::nextafter(near, infinity) - near;
  return static_cast<double>(std::abs(static_cast<long double>(got) - truth) / spacing);
}

TEST_CASE("exp is within 2 ulp of the true value, from underflow to overflow") {
  double worst = 0;
  double at = 0;
  const auto look = [&](double x) {
    const double error = ulps(portable::exp(x), std::exp(static_cast<long double>(x)));
    if (error > worst) {
      worst = error;
      at = x;
    }
  };
  for (int i = -74'000; i <= 70'900; ++i) look(i * 0.01);  // -740 ... 709
  Stream stream(1, "test");
  for (int i = 0; i < 200'000; ++i) look(-708 + 1417 * stream.uniform());
  for (int i = 0; i < 200'000; ++i) look(2 * stream.uniform() - 1);
  for (int e = -1074; e <= 9; ++e) {
    look(std::ldexp(1, e));
    look(-std::ldexp(1, e));
  }
  look(709.782712893384);  // the largest x with a finite exp
  CAPTURE(at);
  CHECK(worst <= 2);
}

TEST_CASE("exp at its ends: 0, infinity, 1, not a number") {
  CHECK(portable::exp(0) == 1);
  CHECK(portable::exp(-0.0) == 1);
  CHECK(portable::exp(-infinity) == 0);
  CHECK(portable::exp(-746) == 0);
  CHECK(portable::exp(-745) > 0);  // the smallest subnormal is exp(-744.4)
  CHECK(portable::exp(infinity) == infinity);
  CHECK(portable::exp(709.783) == infinity);
  CHECK(std::isfinite(portable::exp(709.78)));
  CHECK(std::isnan(portable::exp(std::numeric_limits<double>::quiet_NaN())));
}

TEST_CASE("exp does not fall where x rises") {
  double before = 0;
  for (int i = -74'000; i <= 70'900; ++i) {
    const double value = portable::exp(i * 0.01);
    REQUIRE(value >= before);
    before = value;
  }
}

TEST_CASE("log is within 2 ulp of the true value, from the smallest double to the largest") {
  double worst = 0;
  double at = 0;
  const auto look = [&](double x) {
    const double error = ulps(portable::log(x), std::log(static_cast<long double>(x)));
    if (error > worst) {
      worst = error;
      at = x;
    }
  };
  for (int e = -1074; e <= 1023; ++e) look(std::ldexp(1, e));
  for (int e = -1021; e <= 1023; ++e) {
    look(std::nextafter(std::ldexp(1, e), 0));
    look(std::nextafter(std::ldexp(1, e), infinity));
  }
  look(std::numeric_limits<double>::max());
  look(std::numeric_limits<double>::denorm_min());
  Stream stream(2, "test");
  for (int i = 0; i < 300'000; ++i) look(1 - stream.uniform());  // what exponential() asks for
  for (int i = 0; i < 200'000; ++i) look(0.5 + 1.5 * stream.uniform());
  for (int i = 0; i < 200'000; ++i) look(1 + (stream.uniform() - 0.5) * 1e-6);
  for (int i = 0; i < 200'000; ++i) {
    look(std::ldexp(0.5 + stream.uniform() / 2, static_cast<int>(stream.below(2000)) - 1000));
  }
  CAPTURE(at);
  CHECK(worst <= 2);
}

TEST_CASE("log of one is nothing") { CHECK(portable::log(1) == 0); }

TEST_CASE("these values have these bits, on every machine") {
  CHECK(portable::exp(1) == 0x1.5bf0a8b14576ap+1);  // e is 0.7 ulp below
  CHECK(portable::log(2) == 0x1.62e42fefa39efp-1);
  CHECK(portable::log(10) == 0x1.26bb1bbb55516p+1);
}

}  // namespace
}  // namespace updraft
