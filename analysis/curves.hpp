// Accuracy against skipping rate: the curve that a threshold on a score draws, and the two lines
// that it is held against. From recorded answers alone: no channel, no queue, no policy.
//
// With c1, c0 in {0, 1} whether edge and cloud are right on a row, a1 and a0 their means,
//   g = P(c1 = 0, c0 = 1)   rows that offloading repairs                       (1)
//   h = P(c1 = 1, c0 = 0)   rows that it spoils                                (2)
// and B = 1 - SR the offloaded fraction, in [0, 1]:
//   oracle  A*(B) = a1 + min(B, g) - max(0, B - (1 - h))                       (3)
//   random  A(B)  = a1 + B (a0 - a1)                                           (4)
// (3): the best router that offloads exactly B sends the rows that gain first and those that lose
// last. Both are exact for every B that is a whole number of rows. Their areas over B in [0, 1]:
//   oracle  a1 + g - g^2 / 2 - h^2 / 2                                         (5)
//   random  (a0 + a1) / 2                                                      (6)
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/core/menu.hpp"

namespace updraft {

struct CurvePoint {
  double skipping_rate;
  double accuracy;
  double delta;
};

struct Curve {
  std::string score;
  StageId stage;
  std::vector<CurvePoint> points;  // from all offloaded (SR = 0) to none (SR = 1)
};

struct RouterLines {
  double edge_accuracy = 0;   // a1
  double cloud_accuracy = 0;  // a0
  double repaired = 0;        // g
  double spoiled = 0;         // h

  double oracle(double offloaded) const;  // (3)
  double random(double offloaded) const;  // (4)
  double oracle_area() const;             // (5)
  double random_area() const;             // (6)
  // The least B that reaches an accuracy, by (3) and by (4); NaN where none does.
  double oracle_reaches(double accuracy) const;
  double random_reaches(double accuracy) const;
  // The same edge before a cloud that is always right: a0 = 1, g = 1 - a1, h = 0.
  RouterLines before_oracle_cloud() const;
};

// One curve per score of `stage`, on the given rows (repeats included, at least one), offloading
// `variant`. Rows of equal score are answered or offloaded together, so a point stands at every
// distinct score and nowhere else: what no delta can reach is not drawn. O(n log n) a score.
std::vector<Curve> score_curves(const Menu& menu, const Truth& truth, StageId stage,
                                VariantId variant, std::span<const std::uint32_t> rows);

// `weights`: how often each row counts, in all at least once.
RouterLines router_lines(std::span<const std::uint8_t> edge_correct,
                         std::span<const std::uint8_t> cloud_correct,
                         std::span<const std::uint16_t> weights);
RouterLines router_lines(const Truth& truth, StageId stage, VariantId variant,
                         std::span<const std::uint32_t> rows);

// At most about `most` of the points, evenly spread over the skipping rate, both ends among them.
std::vector<CurvePoint> thinned(const std::vector<CurvePoint>& points, std::size_t most);

}  // namespace updraft
