// Every sample is offloaded:
//   offload variant                                                     (1)
// The upper end of most accuracy-against-cost curves (SR = 0; "cloud only" in Li et al., AppealNet,
// DAC 2021). Nothing runs at the edge, unless run_stage says so: a threshold above every score
// offloads every sample too, but has spent the stage first. `stage` is otherwise only what AccI
// compares with.
#include "policies/menu_keys.hpp"
#include "policies/one_way.hpp"

namespace updraft {

std::unique_ptr<PolicyPlan> make_always_cloud(Section& params, const PolicyContext& context) {
  const bool runs_it = params.boolean("run_stage", false);
  const StageId reference =
      read_stage(params, context.menu, runs_it ? Need::required : Need::if_any);
  const VariantId variant = read_variant(params, context.menu);
  return always({runs_it ? reference : no_stage, variant}, reference, variant);  // (1)
}

}  // namespace updraft
