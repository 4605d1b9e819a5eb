// One number for a whole score: areas under its curves. From counts at every threshold
// (deferral.hpp); no cost, no channel.
//
// Deferral: accuracy A over the offloaded fraction B, straight between thresholds, which is what
// offloading a random part of a tie gives:
//   AUDC = integral of A(B) dB over [0, 1]                                       (1)  trapezoids
//   normalised = (AUDC - random) / (oracle - random)                             (2)
// 1: as good as a router that knows the truth; 0: as good as a coin; below 0: worse. The oracle's
// and the random router's areas stand in curves.hpp, (5) and (6).
//
// Risk and coverage: r_k the share of wrong rows among the k most confident of n, edge alone;
// inside a tie, its mean over all orders:
//   AURC = (1/n) sum_k r_k                                                       (3)
//   optimum of e wrong rows, all ranked last: (1/n) (e - (n - e)(H_n - H_{n-e})) (4)
//   E-AURC = AURC - optimum                                                      (5)
// H_k = 1 + 1/2 + ... + 1/k. (4) is exact for n rows; its limit is r + (1 - r) ln(1 - r), r = e/n.
//   AUROC = P(score of a right row > score of a wrong one) + P(equal) / 2        (6)
// Sources: Jitkrittum et al., "When Does Confidence-Based Cascade Deferral Suffice?" (NeurIPS 2023)
// for (1); Geifman, Uziel, El-Yaniv, "Bias-Reduced Uncertainty Estimation for Deep Neural
// Classifiers" (ICLR 2019) for (3) and (5); the scale (2) and the finite sum (4) are ours.
#pragma once

#include <cstddef>
#include <vector>

#include "analysis/recording/deferral.hpp"

namespace updraft {

double deferral_area(const Tally& tally, Setting setting);          // (1)
double normalised_area(double area, double random, double oracle);  // (2); NaN where both are equal
double auroc(const Tally& tally);  // (6); NaN where the edge is right, or wrong, everywhere

class RiskCoverage {
 public:
  explicit RiskCoverage(std::size_t most_rows);  // of any tally that it will be asked about

  double area(const Tally& tally) const;                      // (3)
  double optimum(std::size_t rows, std::size_t wrong) const;  // (4)

 private:
  std::vector<double> harmonic_;  // H_k by k
};

}  // namespace updraft
