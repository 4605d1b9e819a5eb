#include "sim/core/portable_math.hpp"

#include <bit>
#include <cmath>  // frexp, ldexp, floor only: exact by their definition
#include <cstdint>
#include <limits>

namespace updraft::portable {
namespace {

// ln 2 in two parts: n * ln2_high is exact for every exponent n of a double.
constexpr double ln2_high = 0x1.62e42feep-1;
constexpr double ln2_low = 0x1.a39ef35793c76p-33;

// x = m 2^n with m in [sqrt(1/2), sqrt(2)), to a part in 2^20 of the bounds. No branch on the
// mantissa: for random x it would be mispredicted half the time.
double reduced(double x, int& n) {
  constexpr std::uint64_t root_half = std::uint64_t{0x3fe6a09e} << 32;
  constexpr std::uint64_t one = std::uint64_t{0x3ff} << 52;
  constexpr std::uint64_t fraction = (std::uint64_t{1} << 52) - 1;
  const std::uint64_t shifted = std::bit_cast<std::uint64_t>(x) + (one - root_half);
  n = static_cast<int>(shifted >> 52) - 1023;
  return std::bit_cast<double>((shifted & fraction) + root_half);
}

}  // namespace

// exp(x) = 2^n exp(r), r = x - n ln 2 in [-0.347, 0.347]; Taylor to r^14/14!: |rest| < 2e-19.
double exp(double x) {
  if (x != x) return x;
  if (x > 709.8) return std::numeric_limits<double>::infinity();
  if (x < -745.2) return 0;
  const double n = std::floor(x * 1.4426950408889634 + 0.5);
  const double r = (x - n * ln2_high) - n * ln2_low;
  const double r2 = r * r;
  const double r4 = r2 * r2;
  const double low = (1. / 2 + r * (1. / 6)) + r2 * (1. / 24 + r * (1. / 120));
  const double middle = (1. / 720 + r * (1. / 5040)) + r2 * (1. / 40320 + r * (1. / 362880));
  const double high = (1. / 3628800 + r * (1. / 39916800)) +
                      r2 * (1. / 479001600 + r * (1. / 6227020800)) + r4 * (1. / 87178291200);
  const double sum = 1 + (r + r2 * (low + r4 * (middle + r4 * high)));
  const int power = static_cast<int>(n);
  if (power < -1000 || power > 1000) return std::ldexp(sum, power);  // may leave the normal numbers
  return sum * std::bit_cast<double>(static_cast<std::uint64_t>(1023 + power) << 52);
}

// log(x) = n ln 2 + 2 atanh(s), s = f/(2+f), f = m-1, m in [sqrt(1/2), sqrt(2)): |s| < 0.172;
// atanh's series to s^23: |rest| < 1e-20. 2s is taken as f - s f, because f is exact. The series is
// summed in strands (Estrin's scheme, as above), which a processor works on side by side.
double log(double x) {
  int n = 0;
  double m = 0;
  if (x >= std::numeric_limits<double>::min() && x < std::numeric_limits<double>::infinity()) {
    m = reduced(x, n);
  } else {  // 0, subnormal or no number
    m = 2 * std::frexp(x, &n);
    --n;
  }
  const double f = m - 1;
  const double s = f / (2 + f);
  const double z = s * s;
  const double z2 = z * z;
  const double z4 = z2 * z2;
  const double low = (1. / 3 + z * (1. / 5)) + z2 * (1. / 7 + z * (1. / 9));
  const double middle = (1. / 11 + z * (1. / 13)) + z2 * (1. / 15 + z * (1. / 17));
  const double high = (1. / 19 + z * (1. / 21)) + z2 * (1. / 23);
  const double sum = z * (low + z4 * (middle + z4 * high));
  return n * ln2_high + (f - (s * (f - 2 * sum) - n * ln2_low));
}

}  // namespace updraft::portable
