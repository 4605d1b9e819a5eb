// The menu: the stages that an edge device can run on a sample and the variants in which it can
// offload one, with the scores that the edge computes. It is what policies see of a recorded trace.
// The truth (labels, who is right) stands apart, so that a policy cannot reach it by accident: only
// the oracle and the tuning of thresholds are handed it, by name.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/units/quantity.hpp"

namespace updraft {

using StageId = std::int16_t;
using VariantId = std::int16_t;
using ScoreId = std::int16_t;
inline constexpr StageId no_stage = -1;

struct ScoreColumn {
  std::string name;
  std::vector<double> values;  // one per row of the split; larger = easier
};

struct MenuStage {
  std::string name;
  Flops work;
  std::string family;
  std::vector<ScoreColumn> scores;
  // The class of the row's largest logit, the lowest on a tie, and of the largest among the others.
  // One per row; both empty where the trace stores no logits, or those of one class alone.
  std::vector<std::int32_t> top1{};
  std::vector<std::int32_t> top2{};
  // Has it an answer of its own? Layers up to a cut have none: there is nothing to fall back to.
  bool answers = true;
  bool recorded = true;  // in every split of the trace; a cut of a network is not
};

struct MenuVariant {
  std::string name;
  std::string family;
  Flops cloud_work;
  Flops encode_work;
  std::vector<std::uint32_t> payload_bytes;  // one per row
  std::uint32_t reply_bytes = 0;
  StageId made_by = no_stage;  // what puts its payload out; none: the sample as it arrived
};

struct Menu {
  std::size_t rows = 0;
  std::vector<MenuStage> stages;
  std::vector<MenuVariant> variants;

  std::vector<std::string> stage_names() const;
  std::vector<std::string> variant_names() const;
  std::vector<std::string> score_names(StageId stage) const;
  // Those that a policy may choose freely: stages that have an answer; variants that the trace
  // records, be it that a stage has to make them first. The cuts of a network are neither.
  std::vector<std::string> answering_stage_names() const;
  std::vector<std::string> recorded_variant_names() const;
  std::vector<std::string> direct_variant_names() const;  // those that no stage has to make first
};

// Who is right, on the same rows.
struct Truth {
  std::int32_t classes = 0;
  std::vector<std::int32_t> label;                       // [rows]
  std::vector<std::vector<std::uint8_t>> edge_correct;   // [stage][rows]
  std::vector<std::vector<std::uint8_t>> cloud_correct;  // [variant][rows]
};

// The scores that follow from logits [rows x classes] (float32, row-major). With p =
// softmax(logits), p1 >= p2 its two largest entries (seeds/000, Sec. VI-A):
//   msp     = p1                        in (0, 1]      (1)
//   margin  = p1 - p2                   in [0, 1]      (2)
//   entropy = sum_k p_k ln p_k = -H     in [-ln C, 0]  (3)  nats; negative on purpose: larger =
//   easier
std::vector<ScoreColumn> derived_scores(std::span<const float> logits, std::size_t classes);

// The columns top1 and top2 of a MenuStage with these logits.
struct TopClasses {
  std::vector<std::int32_t> top1;
  std::vector<std::int32_t> top2;
};
TopClasses top_classes(std::span<const float> logits, std::size_t classes);

}  // namespace updraft
