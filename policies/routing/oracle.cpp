// The best that any router could do at a share of offloads: it knows who is right, and offloads
// only samples that gain by it.
//   gains(i)  iff  the edge is wrong and the cloud is right             (1)
//   offload   a largest set of samples that gain, of at most floor(budget N)  (2)
//   accuracy  = a1 + min(floor(budget N), G) / N                        (3)  G = |gains|
// N    samples that the run replays, repeats included;  budget in [0, 1];  a1 the edge's accuracy
// Source: (3) is the exchange argument on 0/1 gains, checked against brute force over all sets
// (tests/unit/policies/oracle_test.cpp). It bounds every policy at that policy's share of offloads.
// Not a policy that a device could run: the maker hands it the truth, by name.
//
// A recorded sample that is replayed m times is offloaded every time or never (a policy is asked
// about a recorded sample, and each device asks its own), so (2) takes the fullest set of whole
// samples under the budget; where m = 1 throughout that is (3) exactly, else it may fall short of
// (3) by less than the largest m. It still bounds every policy that decides by the sample.
//
// All gains are equal, so the choice among them is free: by a hash of the recorded sample's number,
// which spreads the offloads over the run whatever its order (taken in order they would all come
// first, and meet a queue of their own making).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "policies/menu_keys.hpp"
#include "policies/policy.hpp"

namespace updraft {
namespace {

// How many of each size to take so that their sizes add up to as much as possible without passing
// `room`. `available`: size -> how many there are. A bounded subset sum, O(sizes * room).
std::map<std::uint32_t, std::size_t> fullest(const std::map<std::uint32_t, std::size_t>& available,
                                             std::size_t room) {
  constexpr std::uint32_t unreached = 0;
  // The size that was added last to fill s, in the order of `available`, and how many of it.
  std::vector<std::uint32_t> last(room + 1, unreached);
  std::vector<std::size_t> taken(room + 1, 0);
  for (const auto& [size, count] : available) {
    for (std::size_t s = size; s <= room; ++s) {
      const std::size_t before = s - size;
      const std::size_t used = last[before] == size ? taken[before] : 0;
      const bool possible = before == 0 || last[before] != unreached;
      if (last[s] != unreached || !possible || used == count) continue;
      last[s] = size;
      taken[s] = used + 1;
    }
  }
  std::size_t filled = room;
  while (filled > 0 && last[filled] == unreached) --filled;
  std::map<std::uint32_t, std::size_t> out;
  for (; filled > 0; filled -= last[filled]) ++out[last[filled]];
  return out;
}

struct Offloads {
  std::vector<std::uint8_t> of_row;  // 1: offload this recorded sample
  std::size_t samples = 0;           // offloaded, repeats included
  std::size_t gains = 0;             // that would gain, repeats included
};

Offloads best_offloads(const Menu& menu, const std::vector<std::uint8_t>& edge_correct,
                       const std::vector<std::uint8_t>& cloud_correct,
                       std::span<const std::uint32_t> replayed, double budget) {
  std::vector<std::uint32_t> repeats(menu.rows, 0);
  for (const std::uint32_t row : replayed) ++repeats[row];

  Offloads out{std::vector<std::uint8_t>(menu.rows, 0)};
  std::vector<std::uint32_t> candidates;
  std::map<std::uint32_t, std::size_t> available;
  for (std::uint32_t row = 0; row < menu.rows; ++row) {
    const bool gains = edge_correct[row] == 0 && cloud_correct[row] != 0;  // (1)
    if (repeats[row] == 0 || !gains) continue;
    candidates.push_back(row);
    ++available[repeats[row]];
    out.gains += repeats[row];
  }
  const auto whole = static_cast<double>(replayed.size());
  const auto room = static_cast<std::size_t>(std::floor(budget * whole + 1e-9));
  auto take = out.gains <= room ? available : fullest(available, room);  // (2)
  std::ranges::stable_sort(candidates, {},
                           [](std::uint32_t row) { return Stream(row, "oracle").bits(); });
  for (const std::uint32_t row : candidates) {
    auto& left = take[repeats[row]];
    if (left == 0) continue;
    --left;
    out.of_row[row] = 1;
    out.samples += repeats[row];
  }
  return out;
}

class Oracle final : public Policy {
 public:
  Oracle(StageId stage, VariantId variant, std::span<const std::uint8_t> offloads)
      : stage_(stage), variant_(variant), offloads_(offloads) {}
  StageId choose_stage(const ArrivalView&) override { return stage_; }
  Decision decide(const ScoredView& seen) override {
    return offloads_[seen.at.row] != 0 ? Decision::offload(variant_) : Decision::answer();
  }

 private:
  StageId stage_;
  VariantId variant_;
  std::span<const std::uint8_t> offloads_;  // [rows], the plan's
};

class OraclePlan final : public PolicyPlan {
 public:
  OraclePlan(StageId stage, VariantId variant, std::vector<std::uint8_t> offloads, std::string note)
      : stage_(stage), variant_(variant), offloads_(std::move(offloads)), note_(std::move(note)) {}
  std::unique_ptr<Policy> for_device(Stream) const override {
    return std::make_unique<Oracle>(stage_, variant_, offloads_);
  }
  StageId reference_stage() const override { return stage_; }
  VariantId reference_variant() const override { return variant_; }
  bool knows_truth() const override { return true; }
  bool depends_on_rows() const override { return true; }
  std::string note() const override { return note_; }

 private:
  StageId stage_;
  VariantId variant_;
  std::vector<std::uint8_t> offloads_;
  std::string note_;
};

}  // namespace

std::unique_ptr<PolicyPlan> make_oracle(Section& params, const PolicyContext& context) {
  const double budget = params.fraction("budget", std::nullopt);
  const StageId stage = read_stage(params, context.menu);
  const VariantId variant = read_variant(params, context.menu);
  if (stage < 0 || variant < 0) return nullptr;
  auto best = best_offloads(
      context.menu, context.truth.edge_correct[static_cast<std::size_t>(stage)],
      context.truth.cloud_correct[static_cast<std::size_t>(variant)], context.rows, budget);
  std::string note =
      fmt::format("knows the truth: offloads {} of {} samples (budget {:.6g} %), {} would gain",
                  best.samples, context.rows.size(), 100 * budget, best.gains);
  return std::make_unique<OraclePlan>(stage, variant, std::move(best.of_row), std::move(note));
}

}  // namespace updraft
