// Can a policy see what an edge device cannot know? Its views hold no label, no answer of the cloud
// and no true rate (policies/policy.hpp: types). Here each of these is changed behind its back, and
// every decision has to stay what it was: for every policy of the registry, so that a new one has
// to be added to `entries`.
#include <doctest/doctest.h>

#include <bit>
#include <map>
#include <vector>

#include "policies/registry.hpp"
#include "sim/core/random.hpp"
#include "sim/simulation.hpp"
#include "tests/unit/core/temporary_folder.hpp"
#include "traces/inference_trace.hpp"

namespace updraft {
namespace {

constexpr std::size_t rows = 400;
constexpr int classes = 4;

const std::map<std::string_view, std::string> entries = {
    {"always_edge", "variant: image"},
    {"always_cloud", "variant: look, run_stage: true"},
    {"random", "variant: image, offload: 40 %"},
    {"threshold", "variant: look, score: margin, tune: {appealing_rate: 40 %}"},
    {"cdl", "variant: image, tune: {appealing_rate: 40 %}"},
    {"branchynet", "variant: image, delta: 0.9"},
    {"ao", "variant: image, stage: whole"},
    {"oracle", "variant: image, budget: 30 %"},
    {"dynamic_sizing",
     "good: {policy: threshold, stage: exit, score: margin, delta: 0.5, variant: image}, poor: "
     "{policy: threshold, stage: whole, score: margin, delta: 0.3, variant: image}, good_rate: 0.9 "
     "Mbps, poor_rate: 0.7 Mbps"},
    {"fixed_cut", "after: front"},
    {"best_cut", "first_rate: 1 Mbps"},
    {"min_cut", "first_rate: 1 Mbps"},
    {"crop", ""},
    {"codec", ""},
    // At 1 Mbps look takes 10.8 ms, coded 5 + 12, image 24; at half that 11.6, 29 and 48.
    {"fitting", "budget: 26 ms, first_rate: 1 Mbps"}};

std::string policies() {
  std::string text = "policies:\n";
  for (const auto& kind : policy_kinds()) {
    const auto found = entries.find(kind.name);
    REQUIRE_MESSAGE(found != entries.end(), "a line for ", kind.name, " in `entries`");
    text += "  - {policy: " + std::string(kind.name) + (found->second.empty() ? "" : ", ") +
            found->second + "}\n";
  }
  return text;
}

std::vector<float> logits(Stream& random) {
  std::vector<float> out;
  for (std::size_t i = 0; i < rows * classes; ++i)
    out.push_back(static_cast<float>(4 * random.uniform()));
  return out;
}

// Two stages that answer, an extractor and three variants. `hidden` draws the test split's labels
// and the cloud's answers to it; all that an edge device sees, and the whole calibration split, do
// not depend on it.
std::string trace_file(const TemporaryFolder& folder, std::uint64_t hidden) {
  InferenceTrace trace;
  trace.dataset = "hidden";
  trace.classes = classes;
  for (const std::string name : {"calibration", "test"}) {
    Stream seen(1, name);
    Stream unseen(name == "test" ? hidden : 1, name + ".hidden");
    Split split;
    split.name = name;
    for (const char* stage_name : {"exit", "whole"}) {
      Stage stage;
      stage.name = stage_name;
      stage.work = Flops(2e6);
      stage.answers.logits = logits(seen);
      split.stages.push_back(stage);
    }
    Stage look;
    look.name = "look";
    look.work = Flops(1e6);
    look.answers.correct.assign(rows, 0);
    look.theta.assign(4 * rows, .5F);
    look.theta_convention = "of this test";
    split.stages.push_back(look);
    Variant found;
    found.name = "look";
    found.cloud_work = Flops(1e8);
    found.payload = Bytes(100);
    found.answers.logits = logits(unseen);
    split.variants.push_back(found);
    Variant variant;
    variant.name = "image";
    variant.cloud_work = Flops(2e9);
    variant.reply = Bytes(16);
    variant.payload_bytes.assign(rows, 3000);
    variant.answers.logits = logits(unseen);
    split.variants.push_back(variant);
    variant.name = "coded";
    variant.encode_work = Flops(1e6);
    variant.payload_bytes.assign(rows, 1500);
    variant.answers.logits = logits(unseen);
    split.variants.push_back(variant);
    for (std::size_t i = 0; i < rows; ++i)
      split.labels.push_back(static_cast<std::int32_t>(unseen.below(classes)));
    if (name == "calibration") {  // whole images are the best that fitting may find
      for (std::size_t i = 0; i < rows; ++i)
        split.variants[1].answers.logits[i * classes + static_cast<std::size_t>(split.labels[i])] =
            5;
    }
    trace.splits.push_back(split);
  }
  const std::string file = folder.path("hidden_" + std::to_string(hidden) + ".h5");
  write_inference_trace(trace, file);
  return file;
}

struct Decided {
  std::vector<std::int16_t> stage;
  std::vector<std::int16_t> variant;
  std::vector<std::uint64_t> score;  // bits: NaN is NaN
  double accuracy = 0;
  bool knows_truth = false;
  friend bool operator==(const Decided& a, const Decided& b) {
    return a.stage == b.stage && a.variant == b.variant && a.score == b.score;
  }
};

std::map<std::string, Decided> decided(const std::string& trace, const std::string& layers,
                                       const std::string& uplink) {
  const auto prepared =
      prepare_text("workload: {trace: " + trace +
                       ", arrivals: {periodic: 1 Hz}}\n"
                       "device: {stage_time: 10 ms, encode_time: 5 ms}\n"
                       "cloud: {use: ideal}\n"
                       "partition: {times: ideal, answers: image, layers: " +
                       layers +
                       "}\n"
                       "channel: {uplink: {trace: " +
                       uplink + "}, downlink: 8 Mbps, latency: 1 ms}\n" + policies(),
                   "test");
  std::map<std::string, Decided> out;
  const auto results = simulate(*prepared, [&](std::size_t p, std::size_t, const Run& run) {
    Decided& found = out[prepared->scenario.policies[p].policy];
    found.stage = run.samples.stage;
    found.variant = run.samples.variant;
    for (const double score : run.samples.score)
      found.score.push_back(std::bit_cast<std::uint64_t>(score));
    found.knows_truth = prepared->replications[0].policies[p]->knows_truth();
  });
  for (std::size_t p = 0; p < results.size(); ++p)
    out[prepared->scenario.policies[p].policy].accuracy = results[p].runs[0].accuracy;
  return out;
}

// The cloud's network as two halves: at 1 Mbps the front at the edge is best (5 ms there, 500 B),
// at half that all of it (30 ms): 1 GMAC/s at the edge.
std::string layers_file(const TemporaryFolder& folder) {
  return folder.file("layers.yaml",
                     "format: updraft-layers\nname: net\nsource: written for this test\nlayers:\n"
                     "  image: {type: input, shape: [3000], bytes: 3000 B}\n"
                     "  front: {type: convolution, from: [image], shape: [125], work: 5 MMAC}\n"
                     "  back: {type: linear, from: [front], shape: [10], work: 8 MMAC}\n"
                     "outputs: [back]\n");
}

// A second at `busy` Mbps until 0.5 s and at `quiet` from there, and again: samples arrive at full
// seconds and are sent within 0.01 + 3000 * 8 / 0.5e6 = 0.058 s.
std::string uplink_file(const TemporaryFolder& folder, const std::string& busy,
                        const std::string& quiet) {
  return folder.file(busy + "_" + quiet + ".txt", "0.5 " + busy + "\n1.0 " + quiet + "\n");
}

}  // namespace

TEST_CASE("labels and the cloud's answers are hidden from every policy but the oracle") {
  const TemporaryFolder folder;
  const std::string uplink = uplink_file(folder, "1", "1");
  const std::string layers = layers_file(folder);
  const auto one = decided(trace_file(folder, 1), layers, uplink);
  const auto other = decided(trace_file(folder, 2), layers, uplink);
  REQUIRE(one.size() == policy_kinds().size());
  for (const auto& [name, what] : one) {
    CAPTURE(name);
    CHECK(what.accuracy != other.at(name).accuracy);  // the truth is another, indeed
    CHECK((what == other.at(name)) == !what.knows_truth);
  }
}

TEST_CASE("the rate of a link that nothing is sent on is hidden from every policy") {
  const TemporaryFolder folder;
  const std::string trace = trace_file(folder, 1);
  const std::string layers = layers_file(folder);
  const auto slow = decided(trace, layers, uplink_file(folder, "1", "0.1"));
  const auto fast = decided(trace, layers, uplink_file(folder, "1", "90"));
  for (const auto& [name, what] : slow) {
    CAPTURE(name);
    CHECK(what == fast.at(name));
  }
  // While something is sent it can be measured: else the check above would be idle.
  const auto faded = decided(trace, layers, uplink_file(folder, "0.5", "1"));
  for (const char* moves : {"dynamic_sizing", "best_cut", "min_cut", "fitting"})
    CHECK(!(faded.at(moves) == slow.at(moves)));
}

}  // namespace updraft
