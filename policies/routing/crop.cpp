// An extractor finds the region that matters; what it found is offloaded, of every sample:
//   run the stage that makes `variant`, offload it                                            (1)
// It has no answer of its own: a time-out drops the sample. Source: Dai, Kong, Guo, Huang, "CiNET:
// redesigning deep neural networks for efficient mobile-cloud collaborative inference" (seeds/004),
// Sec. 3. `stage` is only what AccI compares with.
#include "policies/menu_keys.hpp"
#include "policies/one_way.hpp"
#include "sim/core/names_of.hpp"

namespace updraft {

std::unique_ptr<PolicyPlan> make_crop(Section& params, const PolicyContext& context) {
  const Menu& menu = context.menu;
  const StageId reference = read_stage(params, menu, Need::if_any);
  const auto crops = names_of(menu.variants, [&](const MenuVariant& variant) {
    return variant.made_by != no_stage &&
           menu.stages[static_cast<std::size_t>(variant.made_by)].recorded;
  });
  if (crops.empty()) {
    params.mistake("variant", "a workload trace that records an extractor and what it sends");
    return nullptr;
  }
  const VariantId variant = read_variant_among(params, menu, crops);
  if (variant < 0) return nullptr;
  const StageId extractor = menu.variants[static_cast<std::size_t>(variant)].made_by;
  return always({extractor, variant}, reference, variant);  // (1)
}

}  // namespace updraft
