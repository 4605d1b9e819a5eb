#include "sim/core/portable_math.hpp"

#include <cmath>  // frexp, ldexp, floor only: exact by their definition
#include <limits>

namespace updraft::portable {
namespace {

// ln 2 in two parts: n * ln2_high is exact for every exponent n of a double.
constexpr double ln2_high = 0x1.62e42feep-1;
constexpr double ln2_low = 0x1.a39ef35793c76p-33;

}  // namespace

// exp(x) = 2^n exp(r), r = x - n ln 2 in [-0.347, 0.347]; Taylor to r^14/14!: |rest| < 2e-19.
double exp(double x) {
  if (x != x) return x;
  if (x > 709.8) return std::numeric_limits<double>::infinity();
  if (x < -745.2) return 0;
  const double n = std::floor(x * 1.4426950408889634 + 0.5);
  const double r = (x - n * ln2_high) - n * ln2_low;
  double sum = 1;
  for (int k = 14; k >= 1; --k) sum = 1 + sum * r / k;
  return std::ldexp(sum, static_cast<int>(n));
}

// log(x) = n ln 2 + 2 atanh(s), s = f/(2+f), f = m-1, m in [sqrt(1/2), sqrt(2)): |s| < 0.172;
// atanh's series to s^23: |rest| < 1e-20. 2s is taken as f - s f, because f is exact.
double log(double x) {
  int n = 0;
  double m = std::frexp(x, &n);
  if (m < 0.70710678118654752) {
    m *= 2;
    --n;
  }
  const double f = m - 1;
  const double s = f / (2 + f);
  const double s2 = s * s;
  double sum = 0;
  for (int k = 23; k >= 3; k -= 2) sum = (sum + 1.0 / k) * s2;
  return n * ln2_high + (f - (s * (f - 2 * sum) - n * ln2_low));
}

}  // namespace updraft::portable
