#include "traces/trace_info.hpp"

#include "tests/unit/traces/scratch.hpp"
#include "traces/inference_trace.hpp"

namespace updraft {
namespace {

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a bandwidth trace is described by its rates and stalls") {
  const Scratch scratch;
  // 1 s at 8 Mbps, 2 s at 0, 1 s at 24 Mbps: mean 32 / 4 = 8 Mbps
  const auto text = describe_trace(scratch.write("trace", "1 8\n3 0\n4 24\n"));
  CHECK(holds(text,
              "bandwidth trace\n  format     seconds Mbps\n  rows       3, as 3 steps of rate\n"));
  CHECK(holds(text, "duration   4.000 s"));
  CHECK(holds(text, "mean          8.000 Mbps"));
  CHECK(holds(text, "max          24.000 Mbps"));
  CHECK(holds(text, "p5 0.000, p50 0.000, p95 24.000 Mbps"));  // seconds: 0 0 8 24
  CHECK(holds(text, "50.00 % of the time below 1 % of the mean; longest 2.000 s"));
}

TEST_CASE("a channel model is described by its states and its stationary mean") {
  const auto text = describe_trace("traces/channels/lte_uplink.yaml");
  CHECK(holds(text, "channel model"));
  CHECK(holds(text, "mean       5.953 Mbps (stationary)"));
  CHECK(holds(text, "    fade      0.036     264.0   2.64 %  level_1 0.500, level_2 0.429"));
}

TEST_CASE("an inference trace is described by its splits, stages and variants") {
  InferenceTrace trace;
  trace.dataset = "toy";
  trace.classes = 2;
  Split split;
  split.name = "test";
  split.labels = {0, 1, 1, 1};
  Stage stage;
  stage.name = "net";
  stage.work = Flops(2 * 94.6e6);
  stage.params = 12;
  stage.weights = Bytes(48000);
  stage.answers.logits = {1, 0, 0, 1, 1, 0, 0, 1};  // three of four are right
  stage.scores = {{"q", {1, 1, 0, 1}}};
  split.stages = {stage};
  Variant crop;
  crop.name = "crop";
  crop.payload_bytes = {100, 200, 300, 400};
  crop.reply = Bytes(16);
  crop.cloud_work = Flops(2e9);
  crop.answers.correct = {1, 1, 1, 1};
  split.variants = {crop};
  trace.splits = {split};
  const Scratch scratch;
  write_inference_trace(trace, scratch.path("t.h5"));
  const auto text = describe_trace(scratch.path("t.h5"));
  CHECK(holds(text, "dataset    toy, classification, 2 classes"));
  CHECK_FALSE(holds(text, "seed"));  // none was told
  CHECK(holds(text, "  test: 4 samples"));
  CHECK(holds(text, "    net           94.600      12        48.0   75.00 %  q"));
  CHECK(holds(text, "100 .. 400, mean 250"));
  CHECK(holds(text, "100.00 %"));
  trace.seed = 0;
  write_inference_trace(trace, scratch.path("seeded.h5"));
  CHECK(holds(describe_trace(scratch.path("seeded.h5")), "  seed       0\n"));
}

TEST_CASE(
    "an extractor has no accuracy of its own, and coefficients have a column where there are any") {
  InferenceTrace trace;
  trace.dataset = "toy";
  trace.classes = 2;
  Split split;
  split.name = "test";
  split.labels = {0, 1};
  Stage extractor;
  extractor.name = "crop5";
  extractor.work = Flops(2e6);
  extractor.answers.correct = {0, 0};
  extractor.theta = {0, 0, 1, 1, 0, 0, 1, 1};
  split.stages = {extractor};
  Variant crop;
  crop.name = "crop5";
  crop.payload = Bytes(25);
  crop.answers.correct = {1, 1};
  Variant coded = crop;
  coded.name = "jpeg_low";
  coded.nonzero = {10, 15};
  split.variants = {crop, coded};
  trace.splits = {split};
  const Scratch scratch;
  write_inference_trace(trace, scratch.path("t.h5"));
  const auto text = describe_trace(scratch.path("t.h5"));
  CHECK(holds(text, "payload B  not 0  reply B"));
  CHECK(holds(text, "jpeg_low                  25     12  "));  // (10 + 15) / 2, to even
  CHECK(split.extractor_of(crop) == &split.stages[0]);
  CHECK(split.extractor_of(coded) == nullptr);
}

TEST_CASE("what is no trace is refused with what its kind expects") {
  const Scratch scratch;
  const auto told = [](const std::string& file) {
    return complaint(file, [](const auto& trace) { describe_trace(trace); });
  };
  CHECK(told(scratch.path("none")) == "FILE: cannot be read: No such file or directory");
  CHECK(told(scratch.write("a.h5", "text")) ==
        "FILE: is not an HDF5 file; expected an inference trace");
  CHECK(told(scratch.write("a.yaml", "a: 1")) ==
        "FILE:1:1: is not a channel model; expected format: updraft-channel");
  CHECK(told(scratch.write("s.yaml", "workload: {}\nchannel: {}\n")) ==
        "FILE:1:1: is a scenario, not a channel model; updraft check is for scenarios");
  CHECK(told(scratch.write("f.yaml", "format: x\nstates: 5\n")) ==
        "FILE:1:9: format = x; expected updraft-channel");
  CHECK(told(scratch.write("a.txt", "words")).starts_with("FILE:1:1: line = words; expected"));
}

TEST_CASE("of a CSV with several rates, column and unit say which; other files have neither") {
  const Scratch scratch;
  const auto csv =
      scratch.write("two.csv", "time_s,up_Mbps,down_Mbps,raw\n0,8,1,2000\n1,8,3,4000\n");
  CHECK(complaint(csv, [](const auto& file) { describe_trace(file); })
            .find("expected column: (or --column) to say which, up_Mbps or down_Mbps") !=
        std::string::npos);
  CHECK(holds(describe_trace(csv, "down_Mbps"), "mean          2.000 Mbps"));    // (1 + 3) / 2
  CHECK(holds(describe_trace(csv, "raw", "kbps"), "mean          3.000 Mbps"));  // (2 + 4) / 2
  CHECK(complaint("traces/channels/lte_uplink.yaml", [](const auto& file) {
          describe_trace(file, "rate");
        }) == "FILE: column = rate; expected none: the file is no CSV");
}

}  // namespace updraft
