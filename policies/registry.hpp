// The table of all policies: a new one is a file in this folder's sub-folders, its maker's
// declaration in registry.cpp and one line in the table there. `updraft list policies` and "did you
// mean" come from it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policies/policy.hpp"

namespace updraft {

struct PolicyKind {
  std::string_view name;
  std::string_view keys;  // the keys it takes in a scenario, as `updraft list policies` shows them
  std::string_view summary;  // one line
  std::string_view source;   // paper and equation
  // Reads the policy's own keys from `params`, reporting mistakes there (the plan is then not
  // used, and may be null). Call it by way of make_policy.
  std::unique_ptr<PolicyPlan> (*make)(Section& params, const PolicyContext& context);
  enum class Takes { stage_and_variant, stage, neither } takes = Takes::stage_and_variant;
};

std::span<const PolicyKind> policy_kinds();
const PolicyKind* find_policy(std::string_view name);  // null if there is none
std::vector<std::string> policy_names();

// One entry of a scenario's `policies:`, such as {name: margin, policy: threshold, score: margin,
// delta: 0.6}, to a plan: lets the kind that `policy` names read its keys, then reports those that
// nobody asked for, so that no maker can forget it. `name` is the scenario reader's. Null if there
// is no such policy (reported); whatever it returns after a mistake must not be used.
std::unique_ptr<PolicyPlan> make_policy(Section& params, const PolicyContext& context);

// For `updraft list policies`: a row per policy, the first row the column heads.
std::vector<std::vector<std::string>> policy_rows();

}  // namespace updraft
