// A threshold on a score in the words of a paper that has one of its own: which score it is, which
// way its threshold counts, and whether a tie answers. Everything else (the stage, `tune`, the
// notes) is threshold.cpp's, written once.
#pragma once

#include <memory>
#include <string_view>

#include "policies/policy.hpp"

namespace updraft {

struct ThresholdWords {
  std::string_view score{};  // "": the entry names it
  bool falling = false;      // it counts the other way: delta = -score, and below it is sure
  bool ties_answer = true;   // else the score must lie above delta, as the paper says it
  Range range{};             // of delta
  std::string_view expected = "a number";  // where delta is missing
};

// The plan for `params` in these words; delta, given or tuned, is said in them, too.
std::unique_ptr<PolicyPlan> make_threshold_as(const ThresholdWords& words, Section& params,
                                              const PolicyContext& context);

}  // namespace updraft
