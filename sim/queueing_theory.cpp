#include "sim/queueing_theory.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace updraft::theory {
namespace {

using Chances = std::vector<double>;

// P(Poisson(mean) = k) for k = 0, 1, ..., cut where nothing is left. mean <= 700.
Chances poisson(double mean) {
  Chances p{std::exp(-mean)};
  for (double k = 1; k < mean || p.back() > 1e-18; ++k) p.push_back(p.back() * mean / k);
  return p;
}

// The stationary distribution of n' = max(least, stay(n) + jump(n)), over 0 .. states-1; what would
// jump beyond stays at the end, so `states` must leave nothing there.
template <class Stay, class Jump>
Chances stationary(std::size_t states, std::size_t least, const Stay& stay, const Jump& jump) {
  Chances now(states, 0.);
  now[least] = 1;
  for (double change = 1; change > 1e-14;) {
    Chances next(states, 0.);
    for (std::size_t n = least; n < states; ++n) {
      if (now[n] < 1e-20) continue;
      const Chances& more = jump(n);
      for (std::size_t k = 0; k < more.size(); ++k) {
        next[std::clamp(stay(n) + k, least, states - 1)] += now[n] * more[k];
      }
    }
    change = 0;
    for (std::size_t n = 0; n < states; ++n) change += std::abs(next[n] - now[n]);
    now.swap(next);
  }
  return now;
}

constexpr std::size_t states = 400;

}  // namespace

double erlang_c(double a, std::uint32_t servers) {
  double b = 1;
  for (std::uint32_t k = 1; k <= servers; ++k) b = a * b / (k + a * b);
  return b / (1 - a / servers * (1 - b));  // (1)
}

Seconds mmc_wait(Hertz lambda, Seconds s, std::uint32_t servers) {
  const double a = lambda * s;
  return erlang_c(a, servers) * s / (servers - a);  // (2)
}

double mmc_wait_above(Hertz lambda, Seconds s, std::uint32_t servers, Seconds t) {
  const double a = lambda * s;
  return erlang_c(a, servers) * std::exp(-(servers - a) * (t / s));  // (2)
}

Seconds md1_wait(Hertz lambda, Seconds s) {
  const double load = lambda * s;
  return load * s / (2 * (1 - load));  // (3)
}

double md1_wait_within(Hertz lambda, Seconds s, Seconds t) {
  double sum = 0;
  for (int j = 0; j * s <= t; ++j) {
    const double u = lambda * (t - j * s);
    double term = std::exp(u);
    for (int k = 1; k <= j; ++k) term *= -u / k;
    sum += term;
  }
  return (1 - lambda * s) * sum;  // (4)
}

Seconds md1_wait_quantile(Hertz lambda, Seconds s, double share) {
  Seconds low(0);
  Seconds high = s;
  while (md1_wait_within(lambda, s, high) < share) high = 2 * high;
  while (high - low > 1e-12 * s) {
    const Seconds middle = (low + high) / 2;
    (md1_wait_within(lambda, s, middle) < share ? low : high) = middle;
  }
  return high;
}

Seconds mdc_wait(Hertz lambda, Seconds s, std::uint32_t servers) {
  const Chances arriving = poisson(lambda * s);
  const auto left = [&](std::size_t n) { return n > servers ? n - servers : 0; };
  const Chances p =
      stationary(states, 0, left, [&](std::size_t) -> const Chances& { return arriving; });  // (5)
  double waiting = 0;
  for (std::size_t n = 0; n < states; ++n) waiting += p[n] * static_cast<double>(left(n));
  return waiting / lambda;  // (6)
}

BatchQueue batch_queue(Hertz lambda, Seconds setup, Seconds each, std::uint32_t max) {
  const auto size = [&](std::size_t n) { return std::min<std::size_t>(n, max); };
  const auto time = [&](std::size_t n) { return setup + static_cast<double>(size(n)) * each; };
  std::vector<Chances> arriving;
  for (std::size_t n = 0; n < states; ++n) {
    arriving.push_back(n > max ? arriving[max] : poisson(lambda * time(n)));
  }
  const Chances p = stationary(
      states, 1, [&](std::size_t n) { return n - size(n); },
      [&](std::size_t n) -> const Chances& { return arriving[n]; });  // (7)
  double batch = 0;
  Seconds sum;
  for (std::size_t n = 1; n < states; ++n) {
    const Seconds t = time(n);
    const auto b = static_cast<double>(size(n));
    batch += p[n] * b;
    sum += p[n] * ((lambda * t / 2) * t + (static_cast<double>(n) - b) * t + b * t);
  }
  return {sum / batch, batch};  // (8)
}

Seconds batch_sojourn_bound(Hertz lambda, Seconds setup, Seconds each) {
  const double r = lambda * each;
  const double at_setup = lambda * setup;
  const Seconds phi0 =
      (each + setup) / (2 * (1 - r)) * (1 + 2 * at_setup + (1 - at_setup) / (1 + r));
  const Seconds phi1 = 3 * setup / (2 * (1 - r)) + (r + 2) * each / (2 * (1 - r * r));
  return std::min(phi0, phi1);  // (9)
}

Seconds shared_sojourn(Hertz lambda, Seconds s) { return s / (1 - lambda * s); }  // (10)

ClosedLoop closed_loop(std::uint32_t devices, Seconds think, Seconds s) {
  ClosedLoop at;
  double queue = 0;
  for (std::uint32_t n = 1; n <= devices; ++n) {  // (11)
    at.sojourn = s * (1 + queue);
    at.throughput = static_cast<double>(n) / (think + at.sojourn);
    queue = at.throughput * at.sojourn;
  }
  return at;
}

double through(const std::vector<Piece>& pieces, double from, double bytes) {
  for (double loop = 0;; ++loop) {
    const double base = loop * pieces.back().until_s;
    for (const Piece& piece : pieces) {
      const double until = base + piece.until_s;
      if (until <= from) continue;
      const double carried = piece.rate_Bps * (until - from);
      if (carried >= bytes) return from + bytes / piece.rate_Bps;
      bytes -= carried;
      from = until;
    }
  }
}

}  // namespace updraft::theory
