// What the golden tests share: the recorded trace that they replay, made from a formula, and the
// comparison with what is committed.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/unit/traces/scratch.hpp"
#include "traces/inference_trace.hpp"

namespace updraft {

// 16 rows of 3 classes; logits are k/8 with k from a multiplicative sequence mod 97, so that they
// are exact and look like nothing in particular. The cloud's have the label's lifted by 2.
inline InferenceTrace tiny_trace() {
  constexpr int rows = 16;
  InferenceTrace trace;
  trace.dataset = "tiny";
  trace.classes = 3;
  int k = 1;
  const auto next = [&] { return static_cast<float>((k = k * 5 % 97) % 32) / 8; };
  for (const char* name : {"calibration", "test"}) {
    Split split;
    split.name = name;
    Stage stage;
    stage.name = "edge";
    stage.work = Flops(2e8);
    Variant variant;
    variant.name = "image";
    variant.reply = Bytes(40);
    variant.cloud_work = Flops(8e9);
    for (int i = 0; i < rows; ++i) {
      const int label = (7 * i + 3) % 3;
      split.labels.push_back(label);
      variant.payload_bytes.push_back(static_cast<std::uint32_t>(2000 + 900 * (i % 7)));
      for (int c = 0; c < 3; ++c) {
        stage.answers.logits.push_back(next() + (c == label ? 1.F : 0.F));
        variant.answers.logits.push_back(next() + (c == label ? 2.F : 0.F));
      }
    }
    split.stages.push_back(stage);
    split.variants.push_back(variant);
    trace.splits.push_back(split);
  }
  return trace;
}

// Lines that differ, line by line, ten at most.
inline std::string moved(const std::string& before, const std::string& after) {
  std::istringstream a(before);
  std::istringstream b(after);
  std::string out;
  int shown = 0;
  for (int number = 1; (a || b) && shown < 10; ++number) {
    std::string line_a;
    std::string line_b;
    std::getline(a, line_a);
    std::getline(b, line_b);
    if (line_a == line_b) continue;
    out += fmt::format("{}\n- {}\n+ {}\n", number, line_a, line_b);
    ++shown;
  }
  return out;
}

// What a run left in `out` is what is committed, byte for byte; UPDRAFT_RENEW_GOLDEN=1 commits it.
inline void check_committed(const std::string& out, const std::filesystem::path& golden,
                            const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const std::string now = bytes_of(out + "/" + name);
    const std::string committed = bytes_of((golden / name).string());
    REQUIRE(now != "");
    if (std::getenv("UPDRAFT_RENEW_GOLDEN") != nullptr) {
      MESSAGE(name, ": ", now == committed ? "unchanged" : "renewed\n" + moved(committed, now));
      std::ofstream(golden / name, std::ios::binary) << now;
      continue;
    }
    CAPTURE(name);
    INFO(moved(committed, now));
    CHECK((now == committed));  // not both texts printed in full
  }
}

}  // namespace updraft
