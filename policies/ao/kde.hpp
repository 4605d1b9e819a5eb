// From which confidence on is a guess more likely right than wrong? Kernel densities of the
// confidences of right and of wrong guesses, and the last place where they cross. It knows nothing
// of classes, samples or networks.
//   w(u) = sum_i [ k(u - c_i) + k(u + c_i) + k(u - (2 - c_i)) ],  k(d) = exp(-d^2 / (2 h^2))   (1)
//   T(lambda) = the least t in [0, 1] with w_right(u) >= lambda w_wrong(u) for all u in [t, 1]  (2)
// c_i  confidence in [0, 1] of the n guesses of one kind;  h  bandwidth in [0.001, 0.5]
// w    n F(u) but for the factor h sqrt(2 pi) that both kinds share: the Gaussian kernel density F,
//      weighted with the number of guesses, its kernel reflected at 0 and 1
// lambda  how many times likelier right than wrong, >= 0; 1 is the paper's
// Edge cases of (2): no wrong guess: T = 0, everything is kept. No right one, or w_right(1) <
// lambda w_wrong(1): there is no such t, T = never.
// Source: Lo et al. (policies/routing/ao.cpp), Sec. III-C and Fig. 7; kernel densities: Parzen,
// 1962.
//
// Departures: the paper takes "the intersection" of two densities and does not say which, nor
// whether they are weighted. Small samples have several or none, and without the counts a crossing
// is not where right becomes likelier than wrong; hence (1) with counts and (2) as the last one.
// Reflection, which the paper does not have, keeps the mass that a kernel would put outside [0, 1].
#pragma once

#include <limits>
#include <vector>

namespace updraft {

inline constexpr double never_sure = std::numeric_limits<double>::infinity();

// (1) of one kind of guesses, in logarithms: far from all of them, where w itself would be 0, the
// nearest guess decides.
class LogDensity {
 public:
  LogDensity(const std::vector<double>& confidences, double bandwidth);  // at least one
  struct Point {
    double value;  // ln w(u)
    double slope;  // d ln w / du
  };
  Point at(double u) const;  // O(guesses within 9 h of u)

 private:
  std::vector<double> centres_;  // with their reflections, ascending
  double half_precision_;        // 1 / (2 h^2)
};

// T(lambda) for every lambda, from one walk over [0, 1].
class LastCrossing {
 public:
  LastCrossing(const std::vector<double>& right, const std::vector<double>& wrong,
               double bandwidth);
  // (2), to 1e-9, not below it; in [0, 1] or never_sure. It rises with lambda.
  double at(double lambda) const;

 private:
  LogDensity::Point log_odds(double u) const;  // of right against wrong
  void add_minimum(double low, double high);
  double between(double low, double high, double log_lambda) const;

  std::vector<LogDensity> kinds_;  // right, wrong; none where one has no guesses
  bool any_wrong_;
  std::vector<double> places_;      // in [0, 1], ascending: a grid, and the minima between
  std::vector<double> least_from_;  // the least log odds at this place or above
};

}  // namespace updraft
