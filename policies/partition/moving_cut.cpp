#include "policies/partition/moving_cut.hpp"

#include <optional>
#include <vector>

#include "policies/menu_keys.hpp"
#include "policies/partition/cut_keys.hpp"
#include "policies/rate_note.hpp"

namespace updraft {
namespace {

struct Ways {  // of one candidate
  StageId stage;
  VariantId variant;
};

struct Plan {
  std::vector<CandidateCut> cuts;
  std::vector<Ways> ways;  // [cuts]
  RateMap best;
  // Of the cuts that offload, which are `cuts` up to the last.
  RateMap best_offload;
  BytesPerSecond first_rate;
  std::uint32_t probe = 0;  // 0: never
  CutCosts costs;
  std::optional<Joules> budget{};
};

class MovingCut final : public Policy {
 public:
  explicit MovingCut(const Plan& plan) : plan_(plan) {}

  StageId choose_stage(const ArrivalView& seen) override {
    const bool measured = seen.link.rate.si() > 0;
    const BytesPerSecond rate = measured ? seen.link.rate : plan_.first_rate;
    std::size_t cut = plan_.best.best_at(rate);  // (1)
    kept_ = plan_.cuts[cut].offloads() ? 0 : kept_ + 1;
    if (plan_.probe > 0 && kept_ > plan_.probe) {  // (2)
      cut = plan_.best_offload.best_at(rate);
      kept_ = 0;
    }
    ways_ = plan_.ways[cut];
    return ways_.stage;
  }
  // As begun, whatever the link did meanwhile.
  Decision decide(const ScoredView&) override {
    return ways_.variant < 0 ? Decision::answer() : Decision::offload(ways_.variant);
  }

 private:
  const Plan& plan_;
  Ways ways_{};
  std::uint32_t kept_ = 0;
};

class MovingCutPlan final : public PolicyPlan {
 public:
  MovingCutPlan(Plan plan, StageId reference, VariantId answers)
      : plan_(std::move(plan)), reference_(reference), answers_(answers) {}
  std::unique_ptr<Policy> for_device(Stream) const override {
    return std::make_unique<MovingCut>(plan_);
  }
  StageId reference_stage() const override { return reference_; }
  VariantId reference_variant() const override { return answers_; }
  bool hears_of_replies() const override { return true; }

  // "cut after output, from 0.21 Mbps block3, from 9.4 Mbps input"
  std::string note() const override {
    std::vector<ChosenFrom> pieces;
    for (const auto& piece : plan_.best.pieces())
      pieces.push_back({piece.from, plan_.cuts[piece.cut].after});
    const auto kept = plan_.budget
                          ? std::optional(kept_from(plan_.cuts, *plan_.budget, plan_.costs))
                          : std::nullopt;
    return "cut after " + rate_note(pieces, kept, "no cut");
  }

 private:
  Plan plan_;
  StageId reference_;
  VariantId answers_;
};

}  // namespace

std::unique_ptr<PolicyPlan> moving_cut(
    Section& params, const PolicyContext& context,
    const std::function<std::vector<CandidateCut>(const PartitionMenu&, const Objective&)>& cuts) {
  const PartitionMenu* partition = read_partition_menu(params, context);
  const StageId reference = read_stage(params, context.menu, Need::if_any);
  const Objective objective = read_objective(params);
  const auto first_rate = params.quantity<BytesPerSecond>("first_rate", std::nullopt, any_rate);
  const auto probe = static_cast<std::uint32_t>(params.count("probe", 20, {0, 1e9}));
  if (partition == nullptr || partition->cuts.empty()) return nullptr;
  std::vector<CandidateCut> own = cuts(*partition, objective);
  std::vector<Ways> ways;
  for (auto& cut : own) {
    const std::size_t i = number_in_menu(*partition, cut);
    cut.after = partition->cuts[i].after;
    ways.push_back({partition->stages[i], partition->variants[i]});
  }
  const std::vector<CandidateCut> offloading(own.begin(), own.end() - 1);
  std::optional<Joules> budget;
  if (objective.kind == Objective::Kind::latency_within) budget = objective.budget;
  RateMap best(own, objective, partition->costs);
  RateMap best_offload(offloading, objective, partition->costs);
  return std::make_unique<MovingCutPlan>(
      Plan{std::move(own), std::move(ways), std::move(best), std::move(best_offload), first_rate,
           probe, partition->costs, budget},
      reference, partition->answers);
}

}  // namespace updraft
