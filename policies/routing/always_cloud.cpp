// Every sample is offloaded:
//   offload variant                                                     (1)
// The upper end of most accuracy-against-cost curves (SR = 0; "cloud only" in Li et al., AppealNet,
// DAC 2021). Nothing runs at the edge, unless run_stage says so: a threshold above every score
// offloads every sample too, but has spent the stage first. `stage` is otherwise only what AccI
// compares with.
#include "policies/menu_keys.hpp"
#include "policies/policy.hpp"

namespace updraft {
namespace {

class AlwaysCloud final : public Policy {
 public:
  AlwaysCloud(StageId stage, VariantId variant) : stage_(stage), variant_(variant) {}
  StageId choose_stage(const ArrivalView&) override { return stage_; }
  Decision decide(const ScoredView&) override { return Decision::offload(variant_); }  // (1)

 private:
  StageId stage_;
  VariantId variant_;
};

class AlwaysCloudPlan final : public PolicyPlan {
 public:
  AlwaysCloudPlan(StageId reference, bool runs_it, VariantId variant)
      : reference_(reference), stage_(runs_it ? reference : no_stage), variant_(variant) {}
  std::unique_ptr<Policy> for_device(Stream) const override {
    return std::make_unique<AlwaysCloud>(stage_, variant_);
  }
  StageId reference_stage() const override { return reference_; }
  VariantId reference_variant() const override { return variant_; }

 private:
  StageId reference_;
  StageId stage_;
  VariantId variant_;
};

}  // namespace

std::unique_ptr<PolicyPlan> make_always_cloud(Section& params, const PolicyContext& context) {
  const bool runs_it = params.boolean("run_stage", false);
  const StageId reference =
      read_stage(params, context.menu, runs_it ? Need::required : Need::if_any);
  const VariantId variant = read_variant(params, context.menu);
  return std::make_unique<AlwaysCloudPlan>(reference, runs_it, variant);
}

}  // namespace updraft
