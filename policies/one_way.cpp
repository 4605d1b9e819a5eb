#include "policies/one_way.hpp"

namespace updraft {
namespace {

class Always final : public Policy {
 public:
  explicit Always(OneWay way) : way_(way) {}
  StageId choose_stage(const ArrivalView&) override { return way_.stage; }
  Decision decide(const ScoredView&) override {
    return way_.variant < 0 ? Decision::answer() : Decision::offload(way_.variant);
  }

 private:
  OneWay way_;
};

class AlwaysPlan final : public PolicyPlan {
 public:
  AlwaysPlan(OneWay way, StageId reference_stage, VariantId reference_variant)
      : way_(way), reference_stage_(reference_stage), reference_variant_(reference_variant) {}
  std::unique_ptr<Policy> for_device(Stream) const override {
    return std::make_unique<Always>(way_);
  }
  StageId reference_stage() const override { return reference_stage_; }
  VariantId reference_variant() const override { return reference_variant_; }

 private:
  OneWay way_;
  StageId reference_stage_;
  VariantId reference_variant_;
};

}  // namespace

std::unique_ptr<PolicyPlan> always(OneWay way, StageId reference_stage,
                                   VariantId reference_variant) {
  return std::make_unique<AlwaysPlan>(way, reference_stage, reference_variant);
}

}  // namespace updraft
