// The table of all policies: a new one is a file in this folder's sub-folders, its maker's
// declaration in registry.cpp and one line in the table there. `updraft list policies` and "did you
// mean" come from it.
#pragma once

#include <span>
#include <string_view>

#include "policies/policy.hpp"

namespace updraft {

struct PolicyKind {
  std::string_view name;
  std::string_view keys;  // the keys it takes in a scenario, as `updraft list policies` shows them
  std::string_view summary;  // one line
  std::string_view source;   // paper and equation
  // Reads the policy's own keys from `params`, reporting mistakes there (the plan is then not
  // used).
  std::unique_ptr<PolicyPlan> (*make)(Section& params, const PolicyContext& context);
};

std::span<const PolicyKind> policy_kinds();
const PolicyKind* find_policy(std::string_view name);  // null if there is none
std::vector<std::string> policy_names();

}  // namespace updraft
