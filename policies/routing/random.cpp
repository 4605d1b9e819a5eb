// Offloads a share of the samples, whichever they are:
//   offload  iff  U < share,   U ~ uniform [0, 1)                       (1)
// share in [0, 1]. The line that a score has to beat: its accuracy is a1 + share (a0 - a1) in the
// mean, a1 and a0 the edge's and the cloud's. The stage runs for every sample, as it does for the
// scores it is compared with.
//
// U comes from the device's own stream, one draw a sample in the order of decisions: a sample that
// is offloaded at one share is offloaded at every larger one.
#include "policies/menu_keys.hpp"
#include "policies/policy.hpp"

namespace updraft {
namespace {

class Random final : public Policy {
 public:
  Random(StageId stage, VariantId variant, double share, Stream coin)
      : stage_(stage), variant_(variant), share_(share), coin_(coin) {}
  StageId choose_stage(const ArrivalView&) override { return stage_; }
  Decision decide(const ScoredView&) override {
    const bool heads = coin_.uniform() < share_;  // (1)
    return heads ? Decision::offload(variant_) : Decision::answer();
  }

 private:
  StageId stage_;
  VariantId variant_;
  double share_;
  Stream coin_;
};

class RandomPlan final : public PolicyPlan {
 public:
  RandomPlan(StageId stage, VariantId variant, double share)
      : stage_(stage), variant_(variant), share_(share) {}
  std::unique_ptr<Policy> for_device(Stream random) const override {
    return std::make_unique<Random>(stage_, variant_, share_, random);
  }
  StageId reference_stage() const override { return stage_; }
  VariantId reference_variant() const override { return variant_; }

 private:
  StageId stage_;
  VariantId variant_;
  double share_;
};

}  // namespace

std::unique_ptr<PolicyPlan> make_random(Section& params, const PolicyContext& context) {
  const double share = params.fraction("offload", std::nullopt);
  const StageId stage = read_stage(params, context.menu);
  const VariantId variant = read_variant(params, context.menu);
  return std::make_unique<RandomPlan>(stage, variant, share);
}

}  // namespace updraft
