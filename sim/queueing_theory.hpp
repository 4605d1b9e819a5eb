// What is known about queues without simulating them: the formulas that `updraft validate` and
// tests/validation hold the simulator against. Exact for what their names say; they know nothing of
// stations or scenarios. lambda: arrivals, Poisson; s: (mean) service time; load = lambda s / c
// < 1.
#pragma once

#include <cstdint>

#include <vector>

#include "sim/units/quantity.hpp"

namespace updraft::theory {

// M/M/c. Probability that an arrival has to wait, with a = lambda s (Erlang, Elektroteknikeren 13,
// 1917):
//   B_0 = 1,  B_k = a B_{k-1} / (k + a B_{k-1}),  C = B_c / (1 - a/c (1 - B_c))          (1)
//   E[W] = C s / (c - a),   P(W > t) = C exp(-(c - a) t / s)                             (2)
double erlang_c(double a, std::uint32_t servers);
Seconds mmc_wait(Hertz lambda, Seconds s, std::uint32_t servers);
double mmc_wait_above(Hertz lambda, Seconds s, std::uint32_t servers, Seconds t);

// M/D/1. The mean by Pollaczek (1930) and Khintchine (1932); the distribution by Erlang (Nyt
// Tidsskrift for Matematik B 20, 1909) and Crommelin (Post Office Electrical Engineers' Journal 25,
// 1932), with u_j = lambda (t - j s):
//   E[W] = lambda s^2 / (2 (1 - lambda s))                                               (3)
//   P(W <= t) = (1 - lambda s) sum_{j = 0 .. t/s} (-u_j)^j / j! exp(u_j)                 (4)
// The terms of (4) alternate: good to 1e-9 for t up to 12 s.
Seconds md1_wait(Hertz lambda, Seconds s);
double md1_wait_within(Hertz lambda, Seconds s, Seconds t);
Seconds md1_wait_quantile(Hertz lambda, Seconds s, double share);  // share in (1 - load, 0.999]

// M/D/c (Crommelin, as above). Whoever is served now has left one s later, and nobody else has:
//   n(t + s) = max(n(t) - c, 0) + Poisson(lambda s)                                      (5)
//   E[W] = E[max(n - c, 0)] / lambda                          by Little's law            (6)
// over the chain's stationary distribution, found by iteration. Load at most 0.95.
Seconds mdc_wait(Hertz lambda, Seconds s, std::uint32_t servers);

// One server that takes all that wait, `max` at most, in batches of t(b) = setup + b each, and
// never waits for more. With n waiting when a batch starts, b = min(n, max), the next one starts
// with
//   n' = max(1, n - b + Poisson(lambda t(b)))                                            (7)
// and over a batch the samples present wait lambda t^2 / 2 + (n - b) t together, so
//   E[T] = E[lambda t^2 / 2 + (n - b) t + b t] / E[b]                by renewal reward   (8)
// over the chain's stationary distribution. Load lambda t(max) / max at most 0.9.
struct BatchQueue {
  Seconds sojourn;
  double batch;  // mean size
};
BatchQueue batch_queue(Hertz lambda, Seconds setup, Seconds each, std::uint32_t max);

// The same without a maximum, bounded from above in closed form (Inoue, "Queueing analysis of
// GPU-based inference servers with dynamic batching: a closed-form characterization", Performance
// Evaluation 147, 2021), with r = lambda each, t0 = setup:
//   E[T] <= min(phi0, phi1),                                                             (9)
//   phi0 = (each + t0) / (2 (1 - r)) (1 + 2 lambda t0 + (1 - lambda t0) / (1 + r))
//   phi1 = 3 t0 / (2 (1 - r)) + each (r + 2) / (2 (1 - r^2))
Seconds batch_sojourn_bound(Hertz lambda, Seconds setup, Seconds each);

// M/G/1 shared equally by all present: depends on nothing but the mean (Sakata, Noguchi and Oizumi,
// Operations Research 19(2), 1971):
//   E[T] = s / (1 - lambda s)                                                            (10)
Seconds shared_sojourn(Hertz lambda, Seconds s);

// `devices` that each think for an exponential time, then queue for one exponential server, again
// and again: mean-value analysis (Reiser and Lavenberg, Journal of the ACM 27(2), 1980):
//   R_n = s (1 + Q_{n-1}),  X_n = n / (think + R_n),  Q_n = X_n R_n,  Q_0 = 0            (11)
struct ClosedLoop {
  Hertz throughput;  // X, over all devices
  Seconds sojourn;   // R, at the server
};
ClosedLoop closed_loop(std::uint32_t devices, Seconds think, Seconds s);

// A rate that holds until a date, counted from the beginning of a sequence that then begins again.
struct Piece {
  double until_s;
  double rate_Bps;
};

// When `bytes` that start at `from` are through. Piece by piece, on purpose not by the prefix sums
// of traces/rate_profile, which it is held against.
double through(const std::vector<Piece>& pieces, double from, double bytes);

}  // namespace updraft::theory
