#include "policies/partition/cut_keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/check.hpp"

namespace updraft {

const PartitionMenu* read_partition_menu(Section& params, const PolicyContext& context) {
  if (context.partition == nullptr) {
    params.mistake("policy",
                   "a scenario that says what is cut: partition: {layers: FILE.yaml, answers: "
                   "VARIANT}");
  }
  return context.partition;
}

std::size_t number_in_menu(const PartitionMenu& menu, const CandidateCut& cut) {
  const auto found =
      std::find_if(menu.cuts.begin(), menu.cuts.end(),
                   [&](const CandidateCut& other) { return other.on_edge == cut.on_edge; });
  UPDRAFT_CHECK(found != menu.cuts.end(), fmt::format("no cut after {}", cut.after));
  return static_cast<std::size_t>(found - menu.cuts.begin());
}

Objective read_objective(Section& params) {
  using Kind = Objective::Kind;
  Objective out;
  const std::vector<std::string> names(objective_names.begin(), objective_names.end());
  const std::string name = params.choice("objective", "latency", names);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) out.kind = static_cast<Kind>(i);
  }
  if (out.kind == Kind::weighted) {
    const auto price = parse_price(params.text("price", ""));
    if (!price) params.mistake("price", expected_price);
    out.price = price.value_or(0);
  } else if (params.has("price")) {
    params.mistake("price", "nothing, or objective: weighted, which has one");
  }
  if (out.kind == Kind::latency_within) {
    out.budget = params.quantity<Joules>("budget", std::nullopt, {0, 1e9, true});
  } else if (params.has("budget")) {
    params.mistake("budget", "nothing, or objective: latency_within, which has one");
  }
  return out;
}

std::optional<double> parse_price(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto seconds = parse<Seconds>(text.substr(0, slash));
  const auto joules = parse<Joules>(fmt::format("1 {}", text.substr(slash + 1)));
  if (!seconds || !joules || *seconds < Seconds(0)) return std::nullopt;
  if (seconds->si() / joules->si() > 1e9) return std::nullopt;
  return seconds->si() / joules->si();
}

}  // namespace updraft
