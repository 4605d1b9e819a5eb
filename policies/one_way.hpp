// Every sample the same way: one stage, or none, then its answer or one variant. What the ends of
// the curves, a cut by hand and a crop are.
#pragma once

#include <memory>

#include "policies/policy.hpp"

namespace updraft {

struct OneWay {
  StageId stage = no_stage;
  VariantId variant = -1;  // -1: the stage's answer stands
};

// `reference_stage`, `reference_variant`: as of PolicyPlan.
std::unique_ptr<PolicyPlan> always(OneWay way, StageId reference_stage,
                                   VariantId reference_variant);

}  // namespace updraft
