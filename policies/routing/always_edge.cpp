// Every sample is answered at the edge:
//   answer                                                              (1)
// The lower end of every accuracy-against-cost curve (SR = 1; "edge only" in Li et al., AppealNet,
// DAC 2021). The variant, if the trace records one, is only what AccI and AD compare with.
#include "policies/menu_keys.hpp"
#include "policies/one_way.hpp"

namespace updraft {

std::unique_ptr<PolicyPlan> make_always_edge(Section& params, const PolicyContext& context) {
  const StageId stage = read_stage(params, context.menu);
  const VariantId variant = read_variant(params, context.menu, Need::if_any);
  return always({stage, -1}, stage, variant);  // (1)
}

}  // namespace updraft
