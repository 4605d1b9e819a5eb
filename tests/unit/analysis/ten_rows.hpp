// A recording of ten rows whose figures can be had by hand: one stage without logits, its score q,
// and a cloud; and a calibration split of four.
#pragma once

#include <string>
#include <vector>

#include "traces/inference_trace.hpp"

namespace updraft::testing {

inline Split split_of(const std::string& name, const std::vector<float>& q,
                      const std::vector<std::uint8_t>& edge,
                      const std::vector<std::uint8_t>& cloud) {
  Split split;
  split.name = name;
  split.labels.assign(q.size(), 0);
  Stage stage;
  stage.name = "net";
  stage.work = Flops(2e6);  // 1 MMAC
  stage.answers.correct = edge;
  stage.scores = {{"q", q}};
  Variant variant;
  variant.name = "image";
  variant.payload = Bytes(100);
  variant.reply = Bytes(4);
  variant.cloud_work = Flops(20e6);  // 10 MMAC
  variant.encode_work = Flops(1e6);  // 0.5 MMAC
  variant.answers.correct = cloud;
  split.stages = {stage};
  split.variants = {variant};
  return split;
}

// offloaded      0  1  2  3  4  5 ... 10
// right          7  8  7  8  9  9      9   white box: a1 = .7, a0 = .9, g = .3, h = .1
// right          7  8  8  9 10 10     10   black box
inline InferenceTrace ten_rows() {
  InferenceTrace trace;
  trace.file = "ten.h5";
  trace.dataset = "ten rows";
  trace.task = "regression";
  trace.splits = {// delta for AccI 50 %: one row right more, (.3 + .5) / 2 = .4
                  split_of("calibration", {.3F, .5F, .8F, .9F}, {0, 1, 1, 1}, {1, 1, 1, 1}),
                  split_of("test", {.05F, .15F, .25F, .35F, .45F, .55F, .65F, .75F, .85F, .95F},
                           {0, 1, 0, 0, 1, 1, 1, 1, 1, 1}, {1, 0, 1, 1, 1, 1, 1, 1, 1, 1})};
  return trace;
}

}  // namespace updraft::testing
