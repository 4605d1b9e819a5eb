// Compressed images: every sample is encoded on the device and its coded image offloaded; the cloud
// decodes it and answers by a network trained on decoded images:
//   run no stage, encode the sample as `variant`, offload it                                  (1)
// A variant whose encoding is work on the device and which no stage makes: JPEG and DeepN-JPEG at
// one quality each. Its bytes differ by the sample. Nothing has an answer at the edge: a time-out
// drops the sample. Source: Dai, Kong, Guo, Huang, "CiNET: redesigning deep neural networks for
// efficient mobile-cloud collaborative inference" (seeds/004), Sec. 4.1, its in-cloud baselines;
// Liu et al., "DeepN-JPEG", DAC 2018. `stage` is only what AccI compares with.
// Departure: the paper counts the encoder's work as nothing; here the device takes its time.
#include "policies/menu_keys.hpp"
#include "policies/one_way.hpp"
#include "sim/core/names_of.hpp"

namespace updraft {

std::unique_ptr<PolicyPlan> make_codec(Section& params, const PolicyContext& context) {
  const Menu& menu = context.menu;
  const StageId reference = read_stage(params, menu, Need::if_any);
  const auto coded = names_of(menu.variants, [](const MenuVariant& variant) {
    return variant.made_by == no_stage && variant.encode_work > Flops(0);
  });
  if (coded.empty()) {
    params.mistake("variant", "a workload trace with a variant that is encoded (encode_macs)");
    return nullptr;
  }
  const VariantId variant = read_variant_among(params, menu, coded);
  return always({no_stage, variant}, reference, variant);  // (1)
}

}  // namespace updraft
