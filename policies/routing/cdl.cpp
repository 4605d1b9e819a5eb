// Conditional deep learning: keeps what the edge gives a high probability.
//   answer  iff  max_k p_k > T,  else offload                            (1)
// p  softmax of the stage's logits (msp of sim/core/menu.hpp), its largest in (0, 1];
// T  `delta`, in [0, 1]: 0 answers all, 1 none
// Source: Panda, Sengupta, Roy: Energy-Efficient and Improved Image Recognition with Conditional
// Deep Learning, J. Emerging Technologies in Computing Systems 13(3), 2017; in the words of Lo et
// al. (ao.cpp), eq. 2, who hold AO against it.
//
// Departures: CDL has a linear classifier at each of several exits of one network; here it is one
// exit of an edge network before the cloud, as in Lo et al. T may be tuned on calibration.
#include "policies/routing/threshold.hpp"

namespace updraft {

std::unique_ptr<PolicyPlan> make_cdl(Section& params, const PolicyContext& context) {
  ThresholdWords words;
  words.score = "msp";
  words.ties_answer = false;  // (1)
  words.range = Range::unit();
  return make_threshold_as(words, params, context);
}

}  // namespace updraft
