// Does a recorded score (a trained q) need fewer offloads than the best that logits give for free?
// Held against the best derived score of the family's base, and of its own network: at each AccI
// and AD target by AR and by cost, and over all by the normalised area. "The best" is chosen per
// figure on the tuning split, where there is one, so that nobody is picked for luck on the reported
// rows; without one it is chosen on the reported rows, which favours it.
#pragma once

#include <string>
#include <vector>

#include "analysis/recording/bootstrap.hpp"
#include "analysis/recording/contest.hpp"
#include "analysis/recording/targets.hpp"

namespace updraft {

enum class Compared { appealing_rate, cost_macs, audc };
std::string_view name_of(Compared figure);

struct Difference {
  std::size_t contender;  // a recorded score
  std::size_t rival;      // a derived score
  bool of_base;           // the rival is of the family's base, else of the contender's own stage
  Setting setting;
  Compared figure;
  Target target;        // where AR and cost are compared
  double wanted;        // NaN for the area, which is normalised by the base's lines
  double value;         // contender less rival
  Interval interval;    // paired: both on the same draws
  std::string verdict;  // "fewer", "more" (lower, higher; larger, smaller) or "undecided"
};

struct Draws {
  std::size_t contenders;
  std::vector<Figures> figures;  // draw by draw, contender by contender

  std::size_t count() const { return contenders == 0 ? 0 : figures.size() / contenders; }
  const Figures& of(std::size_t draw, std::size_t contender) const {
    return figures[draw * contenders + contender];
  }
};

// `seen`: the figures on the reported rows; `on_tuning`: those of a contest in which the tuning
// split is the reported one, or empty.
std::vector<Difference> differences(const Contest& contest, const std::vector<Figures>& seen,
                                    const std::vector<Figures>& on_tuning, const Draws& draws);

}  // namespace updraft
