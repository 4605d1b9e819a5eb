// Of several payloads the best that fits a budget at the rate that the device measured of its own
// uplink: a small crop, a larger one, a coded image, the image itself.
//   send v = (3), (4) of payload_choice.hpp at r                                              (1)
//   r  measured rate (sim/stations/link_meter.hpp), `first_rate` until there is one
// Every sample is sent, so that no rate grows old; the stage that makes v runs as the sample's
// stage. With `score` and `delta` a stage runs first, and what it is sure of stays:
//   answer  iff  score >= delta,  else (1), at the decision's date                            (2)
// and what makes v is then part of its encoding. Bytes are the calibration split's mean, though a
// crop's are known: what a codec makes of an image is not, before it was encoded.
// Source: ours. seeds/004 sends one size of crop, seeds/000 one kind of payload; (2) is the
// threshold of AppealNet's eq. 1 before a crop. Without (2) `stage` is only what AccI compares
// with.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "policies/menu_keys.hpp"
#include "policies/policy.hpp"
#include "policies/rate_note.hpp"
#include "policies/routing/payload_choice.hpp"

namespace updraft {
namespace {

struct Plan {
  PayloadChoice choice;
  BytesPerSecond first_rate;
  StageId stage = no_stage;  // that may answer, or what AccI compares with
  std::optional<ScoreId> score{};
  double delta = 0;
};

class Fitting final : public Policy {
 public:
  explicit Fitting(const Plan& plan) : plan_(plan) {}

  StageId choose_stage(const ArrivalView& seen) override {
    if (plan_.score) return plan_.stage;
    chosen_ = &fitting(seen);
    return chosen_->made_by;
  }
  Decision decide(const ScoredView& seen) override {
    if (!plan_.score) return Decision::offload(chosen_->variant);  // as begun
    const double score = seen.score(*plan_.score);
    if (score >= plan_.delta) return Decision::answer(score);  // (2)
    return Decision::offload(fitting(seen.at).variant, score);
  }

 private:
  const Payload& fitting(const ArrivalView& seen) const {
    const bool measured = seen.link.rate.si() > 0;
    return plan_.choice.at(measured ? seen.link.rate : plan_.first_rate,
                           seen.link.pending);  // (1)
  }

  const Plan& plan_;
  const Payload* chosen_ = nullptr;  // the plan's
};

class FittingPlan final : public PolicyPlan {
 public:
  explicit FittingPlan(Plan plan) : plan_(std::move(plan)) {}
  std::unique_ptr<Policy> for_device(Stream) const override {
    return std::make_unique<Fitting>(plan_);
  }
  StageId reference_stage() const override { return plan_.stage; }
  VariantId reference_variant() const override { return plan_.choice.most_accurate().variant; }
  bool hears_of_replies() const override { return true; }
  std::optional<double> delta() const override {
    return plan_.score ? std::optional(plan_.delta) : std::nullopt;
  }

  // "crop5, from 1.2 Mbps crop10, from 9 Mbps image; none keeps the budget below 0.4 Mbps"
  std::string note() const override {
    std::vector<ChosenFrom> pieces;
    for (const auto& piece : plan_.choice.pieces())
      pieces.push_back({piece.from, piece.payload->name});
    return rate_note(pieces, plan_.choice.kept_from(), "none");
  }

 private:
  Plan plan_;
};

// `variants`, ids of the menu; all that the trace records where it is left out. Empty after a
// mistake.
std::vector<VariantId> read_variants(Section& params, const Menu& menu) {
  const auto all = menu.variant_names();
  const auto names = menu.recorded_variant_names();
  std::vector<VariantId> out;
  const Document* given = params.node("variants");
  if (given == nullptr) {
    for (const auto& name : names) out.push_back(index_of(all, name));
    if (out.empty())
      params.mistake("variants", "a workload trace that records at least one variant");
    return out;
  }
  if (given->kind != Document::Kind::list || given->items.empty()) {
    params.mistake("variants", "a list of variants, such as [crop, image], of " + one_of(names));
    return {};
  }
  bool all_known = true;
  for (std::size_t i = 0; i < given->items.size(); ++i) {
    const Document& item = given->items[i];
    const bool is_known = item.kind == Document::Kind::scalar && index_of(names, item.text) >= 0;
    const VariantId variant = is_known ? index_of(all, item.text) : VariantId{-1};
    const bool again = is_known && std::ranges::find(out, variant) != out.end();
    all_known = all_known && is_known && !again;
    if (!is_known || again) {
      params.mistakes().add(
          item.place, fmt::format("{}[{}]", params.full("variants"), i), item.shown(),
          again ? "each variant once" : one_of(names) + did_you_mean(item.text, names));
    }
    out.push_back(variant);
  }
  return all_known ? out : std::vector<VariantId>{};
}

std::optional<PayloadBudget> read_budget(Section& params) {
  constexpr Range range{0, 1e9, true};
  const Document* given = params.node("budget");
  if (given != nullptr && given->kind == Document::Kind::scalar) {
    const auto time = parse<Seconds>(given->text);
    if (time && range.holds(time->si())) return *time;
    const auto energy = parse<Joules>(given->text);
    if (energy && range.holds(energy->si())) return *energy;
  }
  params.mistake(
      "budget",
      "what a sample may take, such as 50 ms, or spend, such as 20 mJ, above 0 and up to "
      "1e9 of either");
  return std::nullopt;
}

// What the calibration split and the device say of these; nothing, with the mistake, if that split
// lacks one of them, or where the device has mistakes of its own.
std::optional<std::vector<Payload>> weighed(Section& params, const PolicyContext& context,
                                            const std::vector<VariantId>& variants) {
  const Menu* calibration = context.calibration;
  if (calibration == nullptr || context.calibration_truth == nullptr || calibration->rows == 0) {
    params.mistake("policy",
                   "a workload trace with a calibration split, which says whose answers are best");
    return std::nullopt;
  }
  std::vector<Payload> out;
  for (const VariantId variant : variants) {
    const MenuVariant& here = context.menu.variants[static_cast<std::size_t>(variant)];
    const VariantId twin = index_of(calibration->variant_names(), here.name);
    if (twin < 0) {
      params.mistake("variants",
                     fmt::format("variant {} in the trace's calibration split, too", here.name));
      return std::nullopt;
    }
    if (context.device == nullptr) return std::nullopt;
    const auto there = static_cast<std::size_t>(twin);
    const auto& bytes = calibration->variants[there].payload_bytes;
    const auto& correct = context.calibration_truth->cloud_correct[there];
    Payload payload{here.name, variant, here.made_by};
    payload.correct = static_cast<std::size_t>(std::ranges::count(correct, std::uint8_t{1}));
    payload.bytes =
        Bytes(std::accumulate(bytes.begin(), bytes.end(), 0.) / static_cast<double>(bytes.size()));
    payload.work = context.device->encode[static_cast<std::size_t>(variant)];
    if (here.made_by != no_stage)
      payload.work += context.device->stage[static_cast<std::size_t>(here.made_by)];
    out.push_back(std::move(payload));
  }
  return out;
}

}  // namespace

std::unique_ptr<PolicyPlan> make_fitting(Section& params, const PolicyContext& context) {
  const auto variants = read_variants(params, context.menu);
  const auto budget = read_budget(params);
  const auto first_rate = params.quantity<BytesPerSecond>("first_rate", std::nullopt, any_rate);
  StageId stage = no_stage;
  std::optional<ScoreId> score;
  double delta = 0;
  const bool has_score = params.has("score");
  if (params.has("delta") || has_score) {
    const StageAndScore by = read_stage_and_score(params, context.menu);
    stage = by.stage;
    score = by.score;
    delta = params.number("delta", std::nullopt);
  } else {
    stage = read_stage(params, context.menu, Need::if_any);
  }
  auto payloads = weighed(params, context, variants);
  if (!payloads || payloads->empty() || !budget) return nullptr;
  return std::make_unique<FittingPlan>(
      Plan{PayloadChoice(std::move(*payloads), *budget, *context.device), first_rate, stage, score,
           delta});
}

}  // namespace updraft
