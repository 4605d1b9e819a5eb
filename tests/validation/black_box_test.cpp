// Is a black-box cloud right on every sample, when thresholds are tuned as well as when they are
// used?
#include <doctest/doctest.h>

#include "sim/simulation.hpp"
#include "tests/unit/core/temporary_folder.hpp"
#include "traces/inference_trace.hpp"

using namespace updraft;

namespace {

// Ten rows in each split, class 0. The edge is right on the first six, with margins that grow from
// row to row; the cloud, as recorded, is right on the last three.
void write_ten_rows(const std::string& file) {
  InferenceTrace trace;
  trace.dataset = "ten";
  trace.classes = 2;
  for (const char* name : {"calibration", "test"}) {
    Split split;
    split.name = name;
    split.labels.assign(10, 0);
    Stage stage;
    stage.name = "edge";
    stage.work = Flops(2e6);
    Variant variant;
    variant.name = "image";
    variant.payload = Bytes(1000);
    variant.reply = Bytes(16);
    for (int i = 0; i < 10; ++i) {
      const auto sure = static_cast<float>(10 - i);
      const bool right = i < 6;
      stage.answers.logits.insert(stage.answers.logits.end(),
                                  {right ? sure : 0.0f, right ? 0.0f : sure});
      variant.answers.correct.push_back(i >= 7 ? 1 : 0);
    }
    split.stages = {stage};
    split.variants = {variant};
    trace.splits.push_back(split);
  }
  write_inference_trace(trace, file);
}

std::string scenario(const std::string& trace, const std::string& black_box,
                     const std::string& policy) {
  return "workload: {trace: '" + trace + "', black_box: " + black_box +
         ", arrivals: {periodic: 1 Hz}}\n"
         "device: {stage_time: 1 ms}\n"
         "channel: {uplink: 8 Mbps, downlink: 8 Mbps}\n"
         "cloud: {service: 1 ms}\n"
         "policies: [" +
         policy + "]\n";
}

RunFigures run(const std::string& text) {
  const auto prepared = prepare_text(text, "test");
  return figures_of(*prepared, 0, 0, simulate_here(*prepared, 0, 0, EngineKind::native));
}

}  // namespace

TEST_CASE("a black box answers every offloaded sample right, a recorded cloud as recorded") {
  const TemporaryFolder folder;
  const std::string trace = folder.path("ten.h5");
  write_ten_rows(trace);
  CHECK(run(scenario(trace, "false", "{policy: always_cloud}")).accuracy == 0.3);
  CHECK(run(scenario(trace, "true", "{policy: always_cloud}")).accuracy == 1);
  CHECK(run(scenario(trace, "true", "{policy: always_edge}")).accuracy == 0.6);
}

TEST_CASE("thresholds are tuned against the black box, too") {
  // AccI 50 % from 0.6 on the way to 1 is 0.8: the two rows of the smallest margins go, both wrong
  // at the edge. The recorded cloud is worse than the edge: there is no way to go.
  const TemporaryFolder folder;
  const std::string trace = folder.path("ten.h5");
  write_ten_rows(trace);
  const std::string tuned =
      "{policy: threshold, score: margin, tune: {accuracy_improvement: 50 %}}";
  const RunFigures black = run(scenario(trace, "true", tuned));
  CHECK(black.accuracy == 0.8);
  CHECK(black.appealing_rate == 0.2);
  CHECK(black.accuracy_improvement == doctest::Approx(0.5));
  CHECK_THROWS_AS(run(scenario(trace, "false", tuned)), InputError);
}
