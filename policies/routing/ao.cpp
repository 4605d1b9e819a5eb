// Authentic operation: the edge keeps a guess that, for the two classes between which it wavers,
// was right more often than wrong when it was as sure as this.
//   confidence(a,b) = S_a - S_b                                          (1)
//   keep  iff  confidence(a,b) >= T(a,b)     thresholds: pairwise        (2)
//   keep  iff  confidence(a,b) >= T(a)       thresholds: class           (3)
// S_a, S_b  the two largest softmax outputs of the stage, of the classes a and b; in [0, 1]
// T  found on the calibration split (policies/ao/ao_thresholds.hpp), in [0, 1] or never
// lambda  how many times likelier right than wrong a guess must be to be kept, >= 0; 0 keeps all, a
//         large one none. 1 is the paper's rule; sweeping it draws AO's curve.
// Source: Lo, Su, Lee, Chang: A Dynamic Deep Neural Network Design for Efficient Workload
// Allocation in Edge Computing, ICCD 2017: (1) eq. 5, (2) eq. 6, (3) eq. 7; lambda is ours.
//
// Departures: which crossing, counts, reflection (policies/ao/kde.hpp); what few rows do
// (ao_thresholds.hpp); `thresholds: global`, one T for all, says what the classes are worth. The
// paper does not say which images its densities come from: never the test split here.
//
// The score that is recorded is the margin less its threshold, kept iff >= 0 (-inf: never kept):
// the margin alone does not say which way it went.
#include <fmt/format.h>

#include <algorithm>

#include "policies/ao/ao_unit.hpp"
#include "policies/menu_keys.hpp"
#include "policies/policy.hpp"

namespace updraft {
namespace {

class Ao final : public Policy {
 public:
  Ao(const AoUnit& unit, VariantId variant) : unit_(unit), variant_(variant) {}
  StageId choose_stage(const ArrivalView&) override { return unit_.stage(); }
  Decision decide(const ScoredView& seen) override {
    const double above = unit_.above(seen);  // (1)
    const bool keep = above >= 0;            // (2), (3)
    return keep ? Decision::answer(above) : Decision::offload(variant_, above);
  }

 private:
  const AoUnit& unit_;  // the plan's
  VariantId variant_;
};

class AoPlan final : public PolicyPlan {
 public:
  AoPlan(AoUnit unit, VariantId variant, std::string note)
      : unit_(std::move(unit)), variant_(variant), note_(std::move(note)) {}
  std::unique_ptr<Policy> for_device(Stream) const override {
    return std::make_unique<Ao>(unit_, variant_);
  }
  StageId reference_stage() const override { return unit_.stage(); }
  VariantId reference_variant() const override { return variant_; }
  std::string note() const override { return note_; }

 private:
  AoUnit unit_;
  VariantId variant_;
  std::string note_;
};

// A stage with logits: the one that is named, else the first.
StageId read_stage_with_logits(Section& params, const Menu& menu) {
  const auto has_logits = [](const MenuStage& stage) { return !stage.top1.empty(); };
  if (menu.stages.empty() || params.has("stage")) {
    const StageId stage = read_stage(params, menu);
    if (stage == no_stage || has_logits(menu.stages[static_cast<std::size_t>(stage)])) return stage;
  } else {
    const auto first = std::ranges::find_if(menu.stages, has_logits);
    if (first != menu.stages.end()) return static_cast<StageId>(first - menu.stages.begin());
  }
  params.mistake("stage",
                 "a stage of which the workload trace records logits of two classes or more");
  return no_stage;
}

}  // namespace

std::unique_ptr<PolicyPlan> make_ao(Section& params, const PolicyContext& context) {
  const StageId stage = read_stage_with_logits(params, context.menu);
  const VariantId variant = read_variant(params, context.menu);
  const AoKeys keys = read_ao_keys(params);
  if (stage == no_stage) return nullptr;
  auto unit = calibrated(params, context, stage, keys);
  if (!unit) return nullptr;
  const auto classes = static_cast<std::size_t>(context.truth.classes);
  std::string note = fmt::format("thresholds found on calibration, lambda {:.6g}: {}", keys.lambda,
                                 origins_text(*unit, keys.groups, classes));
  return std::make_unique<AoPlan>(std::move(*unit), variant, std::move(note));
}

}  // namespace updraft
