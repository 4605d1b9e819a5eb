#include "policies/registry.hpp"

#include "policies/impatient.hpp"

namespace updraft {

// The makers, one file each.
std::unique_ptr<PolicyPlan> make_always_cloud(Section& params, const PolicyContext& context);
std::unique_ptr<PolicyPlan> make_always_edge(Section& params, const PolicyContext& context);
std::unique_ptr<PolicyPlan> make_ao(Section& params, const PolicyContext& context);
std::unique_ptr<PolicyPlan> make_best_cut(Section& params, const PolicyContext& context);
std::unique_ptr<PolicyPlan> make_branchynet(Section& params, const PolicyContext& context);
std::unique_ptr<PolicyPlan> make_cdl(Section& params, const PolicyContext& context);
std::unique_ptr<PolicyPlan> make_codec(Section& params, const PolicyContext& context);
std::unique_ptr<PolicyPlan> make_crop(Section& params, const PolicyContext& context);
std::unique_ptr<PolicyPlan> make_dynamic_sizing(Section& params, const PolicyContext& context);
std::unique_ptr<PolicyPlan> make_fitting(Section& params, const PolicyContext& context);
std::unique_ptr<PolicyPlan> make_fixed_cut(Section& params, const PolicyContext& context);
std::unique_ptr<PolicyPlan> make_min_cut(Section& params, const PolicyContext& context);
std::unique_ptr<PolicyPlan> make_oracle(Section& params, const PolicyContext& context);
std::unique_ptr<PolicyPlan> make_random(Section& params, const PolicyContext& context);
std::unique_ptr<PolicyPlan> make_threshold(Section& params, const PolicyContext& context);

namespace {

using Takes = PolicyKind::Takes;

// Cheapest first; every one takes `timeout`, and most `stage` and `variant`. Those that hold others
// leave both to them; the variants of a partition are its cuts.
constexpr PolicyKind kinds[] = {
    {"always_edge", "", "every sample is answered at the edge",
     "lower end of the curve; Li et al., AppealNet, DAC 2021", make_always_edge},
    {"always_cloud", "run_stage", "every sample is offloaded, and by default no stage runs",
     "upper end of the curve; Li et al., AppealNet, DAC 2021", make_always_cloud},
    {"random", "offload", "offloads a share of the samples, whichever they are",
     "the line a score has to beat; a1 + share (a0 - a1)", make_random},
    {"threshold", "score, delta or tune, reference", "answers iff score >= delta",
     "Li et al., AppealNet, DAC 2021, eq. 1; MSP, margin and entropy are its baselines",
     make_threshold},
    {"cdl", "reference, delta or tune", "answers iff the largest softmax output > delta",
     "Panda et al., CDL, JETC 2017; Lo et al., ICCD 2017, eq. 2", make_cdl},
    {"branchynet", "reference, delta or tune", "answers iff the softmax's entropy < delta, in nats",
     "Teerapittayanon et al., BranchyNet, ICPR 2016; Lo et al., ICCD 2017, eqs. 3, 4 with its "
     "minus",
     make_branchynet},
    {"ao", "thresholds, lambda, least_samples, least_errors, bandwidth",
     "answers iff margin >= a threshold of the two best classes, found on calibration",
     "Lo et al., Authentic Operation, ICCD 2017, eqs. 5-7", make_ao},
    {"dynamic_sizing",
     "good, poor, good_rate, poor_rate, good_round_trip, poor_round_trip, unanswered",
     "one policy while the measured channel is good, another while it is poor",
     "Lo et al., dynamic DNN design, ICCD 2017, Sec. IV-A: WS and normal mode", make_dynamic_sizing,
     Takes::neither},
    {"fixed_cut", "after", "runs the layers up to one, offloads what crosses",
     "partition by hand: the baseline of Dai et al., CiNET, Table 6", make_fixed_cut, Takes::stage},
    {"best_cut", "first_rate, objective, price, budget, probe",
     "the best cut between blocks at the measured rate",
     "Kang et al., Neurosurgeon, ASPLOS 2017, Sec. 4", make_best_cut, Takes::stage},
    {"min_cut", "first_rate, objective, price, budget, probe",
     "the best cut of the whole graph at the measured rate",
     "Hu et al., DADS, INFOCOM 2019; min-cut", make_min_cut, Takes::stage},
    {"crop", "variant", "runs an extractor, offloads what it found", "Dai et al., CiNET, Sec. 3",
     make_crop, Takes::stage},
    {"codec", "variant", "compresses every sample on the device, offloads the coded image",
     "JPEG and DeepN-JPEG: baselines of Dai et al., CiNET, Sec. 4.1", make_codec, Takes::stage},
    {"fitting", "variants, budget, first_rate, score, delta",
     "the most accurate payload that fits a budget at the measured rate",
     "ours: crop sizes by the rate, crop or image by a budget", make_fitting, Takes::stage},
    {"oracle", "budget", "the best router at a share of offloads; knows the truth",
     "a1 + min(budget, P(edge wrong, cloud right))", make_oracle},
};

}  // namespace

std::span<const PolicyKind> policy_kinds() { return kinds; }

const PolicyKind* find_policy(std::string_view name) {
  for (const auto& kind : kinds) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

std::vector<std::string> policy_names() {
  std::vector<std::string> names;
  for (const auto& kind : kinds) names.emplace_back(kind.name);
  return names;
}

std::unique_ptr<PolicyPlan> make_policy(Section& params, const PolicyContext& context) {
  params.has("name");
  const Document* named = params.node("policy");
  const PolicyKind* kind = named == nullptr ? nullptr : find_policy(named->text);
  if (kind == nullptr) {  // its keys are not looked at: they would all seem unknown
    params.choice("policy", std::nullopt, policy_names());
    return nullptr;
  }
  auto plan = kind->make(params, context);
  if (params.has("timeout")) {
    constexpr Range longest{0, 1e9, true};  // as every duration of a scenario
    const auto timeout = params.quantity<Seconds>("timeout", std::nullopt, longest);
    if (plan != nullptr) plan = with_timeout(std::move(plan), timeout);
  }
  params.finish();
  return plan;
}

std::vector<std::vector<std::string>> policy_rows() {
  std::vector<std::vector<std::string>> rows{{"policy", "keys", "what it does", "source"}};
  for (const auto& kind : kinds) {
    const std::string own(kind.keys);
    rows.push_back({std::string(kind.name),
                    own + (own.empty() ? "" : ", ") +
                        (kind.takes == Takes::stage_and_variant ? "stage, variant, "
                         : kind.takes == Takes::stage           ? "stage, "
                                                                : "") +
                        "timeout",
                    std::string(kind.summary), std::string(kind.source)});
  }
  return rows;
}

}  // namespace updraft
