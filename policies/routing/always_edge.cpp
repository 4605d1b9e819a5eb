// Every sample is answered at the edge:
//   answer                                                              (1)
// The lower end of every accuracy-against-cost curve (SR = 1; "edge only" in Li et al., AppealNet,
// DAC 2021). The variant, if the trace records one, is only what AccI and AD compare with.
#include "policies/menu_keys.hpp"
#include "policies/policy.hpp"

namespace updraft {
namespace {

class AlwaysEdge final : public Policy {
 public:
  explicit AlwaysEdge(StageId stage) : stage_(stage) {}
  StageId choose_stage(const ArrivalView&) override { return stage_; }
  Decision decide(const ScoredView&) override { return Decision::answer(); }  // (1)

 private:
  StageId stage_;
};

class AlwaysEdgePlan final : public PolicyPlan {
 public:
  AlwaysEdgePlan(StageId stage, VariantId variant) : stage_(stage), variant_(variant) {}
  std::unique_ptr<Policy> for_device(Stream) const override {
    return std::make_unique<AlwaysEdge>(stage_);
  }
  StageId reference_stage() const override { return stage_; }
  VariantId reference_variant() const override { return variant_; }

 private:
  StageId stage_;
  VariantId variant_;
};

}  // namespace

std::unique_ptr<PolicyPlan> make_always_edge(Section& params, const PolicyContext& context) {
  const StageId stage = read_stage(params, context.menu);
  const VariantId variant = read_variant(params, context.menu, Need::if_any);
  return std::make_unique<AlwaysEdgePlan>(stage, variant);
}

}  // namespace updraft
