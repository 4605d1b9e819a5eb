// BranchyNet: keeps what the edge's softmax leaves little doubt about.
//   answer  iff  H(p) < T,  else offload                                 (1)
//   H(p) = - sum_k p_k ln p_k                                            (2)
// p  softmax of the stage's logits;  H  in [0, ln C], 0 where it is certain;
// T  `delta`, in nats, >= 0: 0 answers none, above ln C all
// Source: Teerapittayanon, McDanel, Kung: BranchyNet: Fast Inference via Early Exiting from Deep
// Neural Networks, ICPR 2016; in the words of Lo et al. (ao.cpp), eqs. 3, 4, who hold AO against
// it.
//
// Departures: (2) has the minus that Lo et al.'s eq. 4 lacks in print: with sum p ln p < T the
// uncertain samples would be kept and the certain ones sent. The score that is recorded, and
// `threshold` on `entropy`, is -H: larger = easier (sim/core/menu.hpp). One exit before the cloud
// instead of several in one network; T may be tuned on calibration.
#include "policies/routing/threshold.hpp"

namespace updraft {

std::unique_ptr<PolicyPlan> make_branchynet(Section& params, const PolicyContext& context) {
  ThresholdWords words;
  words.score = "entropy";
  words.falling = true;       // (2)
  words.ties_answer = false;  // (1)
  words.range = Range::not_negative();
  words.expected = "an entropy in nats, below which the edge's answer stands";
  return make_threshold_as(words, params, context);
}

}  // namespace updraft
