// Dynamic network sizing: while the channel is good the edge runs little and shares the work with
// the cloud (WS mode: an early exit); while it is poor it runs its whole network, keeps more
// samples and sends fewer (normal mode). A mode is a policy of its own:
//   poor -> good  iff  r >= good_rate  and  R <= good_round_trip  and  u = 0                    (1)
//   good -> poor  iff  r < poor_rate   or   R > poor_round_trip   or   u >= unanswered          (2)
// r  the uplink's smoothed rate [B/s] as this device measured it, 0 before the first payload;
// R  its last round trip [s], from decision to reply;  u  time-outs and failed uploads since the
// last reply in time (sim/stations/link_meter.hpp). poor_rate <= good_rate and good_round_trip <=
// poor_round_trip: between the two the mode stays what it is (hysteresis), so that a rate that
// jitters about one limit does not switch the network with every sample.
// Source: Lo, Su, Lee, Chang, "A dynamic deep neural network design for efficient workload
// allocation in edge computing", ICCD 2017 (seeds/001), Sec. IV-A: WS and normal mode.
// Departures: the paper says that the channel is good or unstable, and no more. Here an edge device
// judges that by what it can measure, never by the true rate. Nor does it say what the device does
// while it knows nothing: here it begins in the poor mode, and (1) needs a payload that was sent,
// and a reply where round trips are limited,
// so that a poor mode which never offloads never ends: always_edge is refused, others are the
// user's affair.
#include <tuple>
#include <utility>

#include "policies/policy.hpp"
#include "policies/registry.hpp"

namespace updraft {
namespace {

struct Limits {
  BytesPerSecond good_rate;
  BytesPerSecond poor_rate;
  Seconds good_round_trip = no_timeout;
  Seconds poor_round_trip = no_timeout;
  std::uint32_t unanswered = 1;
};

class DynamicSizing final : public Policy {
 public:
  DynamicSizing(const Limits& limits, std::unique_ptr<Policy> good, std::unique_ptr<Policy> poor)
      : limits_(limits), good_(std::move(good)), poor_(std::move(poor)) {}

  StageId choose_stage(const ArrivalView& seen) override {
    const LinkView& link = seen.link;
    if (is_good_) {
      is_good_ = link.rate >= limits_.poor_rate &&
                 link.last_round_trip <= limits_.poor_round_trip &&
                 link.unanswered < limits_.unanswered;  // (2)
    } else {
      const bool knows = link.rate.si() > 0 &&
                         (limits_.good_round_trip == no_timeout || link.last_round_trip.si() > 0);
      is_good_ = knows && link.rate >= limits_.good_rate &&
                 link.last_round_trip <= limits_.good_round_trip && link.unanswered == 0;  // (1)
    }
    return mode().choose_stage(seen);
  }
  // In the mode whose stage has run, whatever the channel did meanwhile.
  Decision decide(const ScoredView& seen) override { return mode().decide(seen); }

 private:
  Policy& mode() { return is_good_ ? *good_ : *poor_; }

  const Limits& limits_;
  std::unique_ptr<Policy> good_;
  std::unique_ptr<Policy> poor_;
  bool is_good_ = false;
};

class DynamicSizingPlan final : public PolicyPlan {
 public:
  DynamicSizingPlan(const Limits& limits, std::unique_ptr<PolicyPlan> good,
                    std::unique_ptr<PolicyPlan> poor)
      : limits_(limits), good_(std::move(good)), poor_(std::move(poor)) {}
  std::unique_ptr<Policy> for_device(Stream random) const override {
    // A stream each: the modes' coins are not the same coins.
    const Stream of_good(random.bits(), "good");
    const Stream of_poor(random.bits(), "poor");
    return std::make_unique<DynamicSizing>(limits_, good_->for_device(of_good),
                                           poor_->for_device(of_poor));
  }
  // The papers' figures are measured from the network that stands when there is no channel.
  StageId reference_stage() const override { return poor_->reference_stage(); }
  VariantId reference_variant() const override { return good_->reference_variant(); }
  bool hears_of_replies() const override { return true; }
  bool depends_on_rows() const override {
    return good_->depends_on_rows() || poor_->depends_on_rows();
  }
  bool knows_truth() const override { return good_->knows_truth() || poor_->knows_truth(); }
  std::string note() const override {
    std::string text;
    for (const auto& [name, plan] : {std::pair("good", &*good_), std::pair("poor", &*poor_)}) {
      if (plan->note().empty()) continue;
      text += (text.empty() ? "" : "; ") + std::string(name) + ": " + plan->note();
    }
    return text;
  }

 private:
  Limits limits_;
  std::unique_ptr<PolicyPlan> good_;
  std::unique_ptr<PolicyPlan> poor_;
};

// `good` or `poor`: an entry as in `policies`, without a name.
std::unique_ptr<PolicyPlan> read_mode(Section& params, const std::string& key,
                                      const PolicyContext& context) {
  const Document* node = params.node(key);
  if (node == nullptr || node->kind != Document::Kind::map) {
    params.mistake(key, "a policy, such as {policy: threshold, score: margin, delta: 0.5}");
    return nullptr;
  }
  Section mode = params.section(key);
  return make_policy(mode, context);
}

// A pair of limits, the second of which is the first's where only one is given.
template <class Q>
std::pair<Q, Q> read_pair(Section& params, const std::string& first, const std::string& second,
                          Range range) {
  const bool alone = !params.has(second);
  const Q one = params.quantity<Q>(first, std::nullopt, range);
  return {one, alone ? one : params.quantity<Q>(second, std::nullopt, range)};
}

Limits read_limits(Section& params) {
  constexpr Range durations{0, 1e9, true};
  Limits out;
  const bool by_rate = params.has("good_rate") || params.has("poor_rate");
  const bool by_trip = params.has("good_round_trip") || params.has("poor_round_trip");
  if (by_rate) {
    std::tie(out.good_rate, out.poor_rate) =
        read_pair<BytesPerSecond>(params, "good_rate", "poor_rate", any_rate);
    if (out.poor_rate > out.good_rate) params.mistake("poor_rate", "at most good_rate");
  }
  if (by_trip) {
    std::tie(out.good_round_trip, out.poor_round_trip) =
        read_pair<Seconds>(params, "good_round_trip", "poor_round_trip", durations);
    if (out.poor_round_trip < out.good_round_trip)
      params.mistake("poor_round_trip", "at least good_round_trip");
  }
  if (!by_rate && !by_trip) {
    params.mistake("good_rate",
                   "when the channel is good: good_rate: 8 Mbps (and poor_rate), "
                   "good_round_trip: 100 ms (and poor_round_trip), or both");
  }
  out.unanswered = static_cast<std::uint32_t>(params.count("unanswered", 1, {1, 1e6}));
  return out;
}

}  // namespace

std::unique_ptr<PolicyPlan> make_dynamic_sizing(Section& params, const PolicyContext& context) {
  auto good = read_mode(params, "good", context);
  auto poor = read_mode(params, "poor", context);
  const Limits limits = read_limits(params);
  const Document* entry = params.node("poor");
  const Document* kind = entry == nullptr ? nullptr : entry->find("policy");
  const Document* after = entry == nullptr ? nullptr : entry->find("after");
  const bool keeps_all =
      kind != nullptr &&
      (kind->text == "always_edge" ||
       (kind->text == "fixed_cut" && after != nullptr && after->text == "output"));
  if (keeps_all) {
    params.mistake("poor",
                   "a policy that offloads now and then: without a payload sent the device never "
                   "learns that the channel is good again");
  }
  if (good == nullptr || poor == nullptr) return nullptr;
  return std::make_unique<DynamicSizingPlan>(limits, std::move(good), std::move(poor));
}

}  // namespace updraft
