// A small recorded world for the tests of policies: one stage "edge" with the score q, one variant
// "image", and who is right; and the way from a line of YAML to a plan.
#pragma once

#include <string>

#include "policies/registry.hpp"

namespace updraft::testing {

struct Recorded {
  Menu menu;
  Truth truth;
};

inline Recorded recorded(const std::vector<double>& q, const std::vector<std::uint8_t>& edge,
                         const std::vector<std::uint8_t>& cloud) {
  Recorded out;
  out.menu.rows = q.size();
  out.menu.stages = {{"edge", Flops(2e6), "mobilenet_v2", {{"q", q}}}};
  out.menu.variants = {
      {"image", "resnet50", Flops(2e9), Flops(0), std::vector<std::uint32_t>(q.size(), 3072), 4}};
  out.truth = {10, std::vector<std::int32_t>(q.size(), 0), {edge}, {cloud}};
  return out;
}

inline std::vector<std::uint32_t> once_each(const Recorded& of) {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < of.menu.rows; ++row) rows.push_back(row);
  return rows;
}

struct Made {
  std::unique_ptr<PolicyPlan> plan;
  std::string mistakes;  // "" if there is none
};

inline Made make(const std::string& entry, const PolicyContext& context) {
  const Document document = parse_document(entry, "p.yaml");
  Mistakes mistakes;
  Section params(document, "policies[0]", mistakes);
  Made out{make_policy(params, context), ""};
  try {
    mistakes.throw_if_any();
  } catch (const InputError& error) {
    out.mistakes = error.what();
  }
  return out;
}

// What one device's policy decides about the rows, asked in that order.
inline std::vector<Decision> decisions(const PolicyPlan& plan, const Menu& menu,
                                       std::span<const std::uint32_t> rows,
                                       std::uint64_t seed = 1) {
  const auto policy = plan.for_device(Stream(seed, "policy"));
  std::vector<Decision> out;
  for (const std::uint32_t row : rows) {
    const ArrivalView at{SimTime(0), row, 0, 0};
    const StageId stage = policy->choose_stage(at);
    const MenuStage* scored =
        stage == no_stage ? nullptr : &menu.stages[static_cast<std::size_t>(stage)];
    out.push_back(policy->decide({at, stage, scored}));
  }
  return out;
}

inline std::size_t offloads(const std::vector<Decision>& all) {
  std::size_t count = 0;
  for (const auto& each : all) count += each.offloads();
  return count;
}

// How many of the replayed samples end with a right answer.
inline std::size_t right(const std::vector<Decision>& all, const Truth& truth,
                         std::span<const std::uint32_t> rows) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    count += (all[i].offloads() ? truth.cloud_correct : truth.edge_correct)[0][rows[i]] != 0;
  }
  return count;
}

}  // namespace updraft::testing
