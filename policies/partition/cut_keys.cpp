#include "policies/partition/cut_keys.hpp"

#include <array>

namespace updraft {

const PartitionMenu* read_partition_menu(Section& params, const PolicyContext& context) {
  if (context.partition == nullptr) {
    params.mistake("policy",
                   "a scenario that says what is cut: partition: {layers: FILE.yaml, answers: "
                   "VARIANT}");
  }
  return context.partition;
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
    out.price = params.number("price", std::nullopt, {0, 1e9, true});  // s/J
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

}  // namespace updraft
