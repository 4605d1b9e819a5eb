#include "policies/impatient.hpp"

#include <algorithm>
#include <utility>

namespace updraft {
namespace {

class Impatient final : public Policy {
 public:
  Impatient(std::unique_ptr<Policy> policy, Seconds timeout)
      : policy_(std::move(policy)), timeout_(timeout) {}
  StageId choose_stage(const ArrivalView& seen) override { return policy_->choose_stage(seen); }
  Decision decide(const ScoredView& seen) override {
    Decision decision = policy_->decide(seen);
    decision.timeout = std::min(decision.timeout, timeout_);  // of no account where it answers
    return decision;
  }

 private:
  std::unique_ptr<Policy> policy_;
  Seconds timeout_;
};

class ImpatientPlan final : public PolicyPlan {
 public:
  ImpatientPlan(std::unique_ptr<PolicyPlan> plan, Seconds timeout)
      : plan_(std::move(plan)), timeout_(timeout) {}
  std::unique_ptr<Policy> for_device(Stream random) const override {
    return std::make_unique<Impatient>(plan_->for_device(random), timeout_);
  }
  StageId reference_stage() const override { return plan_->reference_stage(); }
  VariantId reference_variant() const override { return plan_->reference_variant(); }
  bool depends_on_rows() const override { return plan_->depends_on_rows(); }
  bool hears_of_replies() const override { return true; }
  bool knows_truth() const override { return plan_->knows_truth(); }
  std::optional<double> delta() const override { return plan_->delta(); }
  std::string note() const override { return plan_->note(); }

 private:
  std::unique_ptr<PolicyPlan> plan_;
  Seconds timeout_;
};

}  // namespace

std::unique_ptr<PolicyPlan> with_timeout(std::unique_ptr<PolicyPlan> plan, Seconds timeout) {
  return std::make_unique<ImpatientPlan>(std::move(plan), timeout);
}

}  // namespace updraft
