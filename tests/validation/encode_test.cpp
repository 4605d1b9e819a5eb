// What stands between the decision and the uplink: the device's processor encodes, or runs the
// extractor that another stage has kept waiting. 125 kB at 8 Mbps take 125 ms; dates in ms.
#include <algorithm>

#include "tests/validation/simulated.hpp"
#include "traces/inference_trace.hpp"

namespace updraft {
namespace {

// A stage of 10 ms, then every sample is encoded and offloaded.
std::string encoding(const std::string& arrivals, const std::string& encode_time,
                     const std::string& keys = "") {
  return "workload: {trace: none, payload: 125 kB, reply: 0 B, arrivals: " + arrivals +
         "}\ndevice: {stage_time: 10 ms, encode_time: " + encode_time +
         ", idle: 2 W, busy: 6 W}\nchannel: {uplink: 8 Mbps, downlink: 8 Mbps}\n"
         "policies: [{policy: always_cloud, run_stage: true" +
         keys + "}]\n";
}

// At 1 GMAC/s: a network of 10 ms, an extractor of 5 ms, whose crop of 1 kB takes 1 ms more; a
// coded image of 2 kB, 3 ms. The cloud: 100 MMAC for a crop, 200 for an image.
std::string recording(const TemporaryFolder& folder) {
  InferenceTrace trace;
  trace.dataset = "of this test";
  trace.classes = 2;
  Split split;
  split.name = "test";
  split.labels = {0, 1, 1, 0};
  Answers right;
  right.correct = {1, 1, 1, 1};
  Stage net;
  net.name = "net";
  net.work = Flops(2 * 10e6);
  net.answers = right;
  Stage look;
  look.name = "look";
  look.work = Flops(2 * 5e6);
  look.answers.correct = {0, 0, 0, 0};
  look.theta.assign(4 * 4, .5F);
  look.theta_convention = "of this test";
  split.stages = {net, look};
  Variant crop;
  crop.name = "look";
  crop.payload = Bytes(1000);
  crop.encode_work = Flops(2 * 1e6);
  crop.cloud_work = Flops(2 * 100e6);
  crop.answers = right;
  Variant coded = crop;
  coded.name = "coded";
  coded.payload = Bytes(2000);
  coded.encode_work = Flops(2 * 3e6);
  coded.cloud_work = Flops(2 * 200e6);
  split.variants = {crop, coded};
  trace.splits.push_back(split);
  const std::string file = folder.path("recording.h5");
  write_inference_trace(trace, file);
  return file;
}

// Runs `stage` on every sample and offloads `variant`.
class Always final : public PolicyPlan {
 public:
  Always(StageId stage, VariantId variant) : stage_(stage), variant_(variant) {}
  std::unique_ptr<Policy> for_device(Stream) const override {
    return std::make_unique<OfDevice>(*this);
  }
  StageId reference_stage() const override { return 0; }
  VariantId reference_variant() const override { return 0; }

 private:
  class OfDevice final : public Policy {
   public:
    explicit OfDevice(const Always& plan) : plan_(plan) {}
    StageId choose_stage(const ArrivalView&) override { return plan_.stage_; }
    Decision decide(const ScoredView&) override { return Decision::offload(plan_.variant_); }

   private:
    const Always& plan_;
  };
  StageId stage_;
  VariantId variant_;
};

struct Ended {
  Run run;
  RunFigures figures;
};

// The recording on a device as its block says; samples at 0, 50, 100 and 150 ms.
std::unique_ptr<Prepared> prepared_on(const std::string& device, const std::string& rest = "") {
  const TemporaryFolder folder;
  return prepare_text("workload: {trace: " + recording(folder) +
                          ", arrivals: {periodic: 20 Hz}, order: recorded}\ndevice: {" + device +
                          "}\nchannel: {uplink: 8 Mbps, downlink: 8 Mbps}\npolicies: [{policy: "
                          "always_edge, stage: net, variant: coded}]\n" +
                          rest,
                      "test");
}

Ended on_recording(const PolicyPlan& policy, const std::string& device) {
  const auto prepared = prepared_on(device);
  prepared->replications[0].policies[0] = &policy;
  Ended out{simulated(*prepared), {}};
  out.figures = figures_of(*prepared, 0, 0, out.run);
  return out;
}

std::vector<double> encode_ms(const Run& run) {
  return between_ms(run.samples.stamps.decided, run.samples.stamps.encoded);
}

constexpr StageId net = 0, look = 1;
constexpr VariantId crop = 0, coded = 1;

}  // namespace

TEST_CASE("the processor encodes before it takes the next sample, and the link waits for it") {
  // sample 0: stage 0 .. 10, encode 10 .. 30, upload 30 .. 155
  // sample 1, arrived at 5: waits for the processor until 30, stage .. 40, encode .. 60, waits for
  // the uplink until 155, .. 280
  const ArrivalsFile arrivals(std::vector<double>{0, 5});
  const auto prepared = prepare_text(encoding(arrivals.yaml(), "20 ms"), "test");
  const Run run = simulated(*prepared);
  const Stamps& at = run.samples.stamps;
  check_dates("started", at.started, {0, 30});
  check_dates("decided", at.decided, {10, 40});
  check_dates("encoded", at.encoded, {30, 60});
  check_dates("upload_started", at.upload_started, {30, 155});
  check_dates("answered", at.answered, {155, 280});
  CHECK(run.counts.edge_queue_max == 1);
  CHECK(run.counts.uplink_queue_max == 1);
  CHECK(1e3 * run.counts.edge_busy.si() == doctest::Approx(60).epsilon(1e-12));  // 2 * (10 + 20)
  const RunFigures f = figures_of(*prepared, 0, 0, run);
  CHECK(1e3 * f.encode_s == doctest::Approx(20).epsilon(1e-12));
  CHECK(1e3 * f.upload_wait_s == doctest::Approx(47.5).epsilon(1e-12));  // (0 + 95) / 2
  // 6 W * 60 ms and 2 W * (280 - 60) ms, over two samples
  CHECK(f.edge_busy_J == doctest::Approx(.18).epsilon(1e-12));
  CHECK(f.edge_idle_J == doctest::Approx(.22).epsilon(1e-12));
}

TEST_CASE("nothing to encode takes no time, and an edge answer is never encoded") {
  const Run none = simulated(encoding("{periodic: 1 Hz}, samples: 2", "0 ms"));
  check_dates("encoded", none.samples.stamps.encoded, {10, 1010});
  const Run edge = simulated(R"(
workload: {trace: none, payload: 1 B, samples: 2, arrivals: {periodic: 1 Hz}}
device: {stage_time: 10 ms, encode_time: 20 ms}
channel: {uplink: 8 Mbps, downlink: 8 Mbps}
policies: [{policy: always_edge}]
)");
  check_dates("encoded", edge.samples.stamps.encoded, {never, never});
  CHECK(1e3 * edge.counts.edge_busy.si() == doctest::Approx(20));
}

TEST_CASE("a time-out in mid-encode ends the sample, not the encode") {
  // sample 0: decided 10, given up at 10 + 50 = 60, encoded at 110 for nobody
  // sample 1, arrived at 20: begins at 110, decided 120, given up at 170, encoded at 220
  const ArrivalsFile arrivals(std::vector<double>{0, 20});
  const Run run = simulated(encoding(arrivals.yaml(), "100 ms", ", timeout: 50 ms"));
  const Stamps& at = run.samples.stamps;
  check_dates("started", at.started, {0, 110});
  check_dates("answered", at.answered, {60, 170});
  check_dates("encoded", at.encoded, {110, 220});
  check_dates("upload_started", at.upload_started, {never, never});
  CHECK(run.samples.uplink_bytes == std::vector<std::uint32_t>{0, 0});
  for (const Outcome outcome : run.samples.outcome) CHECK(outcome == Outcome::fell_back);
  CHECK(run.counts.uplink_busy.si() == 0);
  // The device works to the end: 2 * (10 + 100), and so long the run lasts.
  CHECK(1e3 * run.counts.edge_busy.si() == doctest::Approx(220));
  CHECK(1e3 * run.counts.horizon.si() == doctest::Approx(220));
}

TEST_CASE("a time-out at the very date at which the payload is ready finds it on the link") {
  // decided 10, encoded and given up at 110: not a byte has left
  const Run run =
      simulated(encoding("{periodic: 1 Hz}, samples: 1", "100 ms", ", timeout: 100 ms"));
  check_dates("upload_started", run.samples.stamps.upload_started, {110});
  check_dates("answered", run.samples.stamps.answered, {110});
  CHECK(run.samples.uplink_bytes[0] == 0);
}

TEST_CASE("back to back, the next sample comes when the last is given up, and waits for the rest") {
  // sample 0: decided 10, given up 60; sample 1 arrives then, begins at 110, given up at 170
  const Run run = simulated(encoding("back_to_back, samples: 2", "100 ms", ", timeout: 50 ms"));
  check_dates("arrived", run.samples.stamps.arrived, {0, 60});
  check_dates("started", run.samples.stamps.started, {0, 110});
  check_dates("answered", run.samples.stamps.answered, {60, 170});
}

TEST_CASE("an encode that ends as a sample arrives leaves no queue") {
  // a sample every 125 ms: 62.5 in the stage, 62.5 in the encode, to the bit
  const Run run = simulated(R"(
workload: {trace: none, payload: 0 B, reply: 0 B, samples: 5, arrivals: {periodic: 8 Hz}}
device: {stage_time: 62.5 ms, encode_time: 62.5 ms}
channel: {uplink: 8 Mbps, downlink: 8 Mbps}
policies: [{policy: always_cloud, run_stage: true}]
)");
  CHECK(run.counts.edge_queue_max == 0);
  check_dates("started", run.samples.stamps.started, {0, 125, 250, 375, 500});
}

TEST_CASE("a radio is promoted for a payload that is ready, not for one that is encoded") {
  // lte is promoted in 260.1 ms: 30 + 260.1
  std::string text = encoding("{periodic: 1 Hz}, samples: 1", "20 ms");
  text.replace(text.find("downlink: 8 Mbps"), 16, "downlink: 8 Mbps, radio: lte");
  const Run run = simulated(text);
  check_dates("encoded", run.samples.stamps.encoded, {30});
  check_dates("upload_started", run.samples.stamps.upload_started, {290.1});
}

TEST_CASE("an extractor runs as the stage, or within the encode after another stage, or none") {
  // as the stage: 5, then 1 of encoding
  const Ended as_stage = on_recording(Always(look, crop), "rate: 1 GMAC/s");
  check_dates("decided", as_stage.run.samples.stamps.decided, {5, 55, 105, 155});
  check_dates("encoded", as_stage.run.samples.stamps.encoded, {6, 56, 106, 156});
  // the network first: 10, then 5 and 1
  const Ended after = on_recording(Always(net, crop), "rate: 1 GMAC/s");
  check_dates("decided", after.run.samples.stamps.decided, {10, 60, 110, 160});
  check_dates("encoded", after.run.samples.stamps.encoded, {16, 66, 116, 166});
  // no stage: 0, then 5 and 1
  const Ended alone = on_recording(Always(no_stage, crop), "rate: 1 GMAC/s");
  check_dates("decided", alone.run.samples.stamps.decided, {0, 50, 100, 150});
  check_dates("encoded", alone.run.samples.stamps.encoded, {6, 56, 106, 156});
  // Eq. 15's c0 is the extractor's 5 and the cloud's 100 MMAC each time; beside it, what else ran:
  // 1 of encoding, and the network's 10.
  for (const Ended* each : {&as_stage, &after, &alone})
    CHECK(each->figures.cost_macs == doctest::Approx(105e6).epsilon(1e-12));
  CHECK(as_stage.figures.cost_with_edge_macs == doctest::Approx(106e6).epsilon(1e-12));
  CHECK(after.figures.cost_with_edge_macs == doctest::Approx(116e6).epsilon(1e-12));
  CHECK(alone.figures.cost_with_edge_macs == doctest::Approx(106e6).epsilon(1e-12));
  CHECK(1e3 * after.run.counts.edge_busy.si() == doctest::Approx(4 * 16));
}

TEST_CASE(
    "an encode takes its work over the device's rate for a codec, or what the scenario says") {
  const TemporaryFolder folder;
  const auto ms = [](const Prepared& prepared) {
    return 1e3 * prepared.plan.encode_times[coded].si();
  };
  // 3 MMAC
  CHECK(ms(*prepared_on("use: ideal")) == doctest::Approx(3));  // 1 GMAC/s
  CHECK(ms(*prepared_on("rate: 2 GMAC/s")) == doctest::Approx(1.5));
  CHECK(ms(*prepared_on("encode_time: 7 ms")) == doctest::Approx(7));
  CHECK(ms(*prepared_on("rate: 2 GMAC/s, encode_time: 7 ms")) == doctest::Approx(7));
  CHECK(ms(*prepared_on("stage_time: 40 ms")) == doctest::Approx(3));  // which is of stages alone
  const auto on_mine = [&](const std::string& rates) {
    const std::string catalog = folder.file(
        "catalog.yaml", "devices:\n  mine: {what: of this test, rates: {" + rates +
                            "}, default: 0.5 GMAC/s, idle: 1 W, busy: 2 W, source: none}\n");
    return prepared_on("use: mine", "catalog: '" + catalog + "'\n");
  };
  CHECK(ms(*on_mine("codec: 3 GMAC/s, resnet: 1 GMAC/s")) == doctest::Approx(1));
  const auto unmeasured = on_mine("resnet: 1 GMAC/s");
  CHECK(ms(*unmeasured) == doctest::Approx(6));  // by its default
  const auto& notes = unmeasured->notes;
  CHECK(std::count(notes.begin(), notes.end(),
                   "mine: 500 MMAC/s, its default: codec was not measured on it (resnet were)") ==
        1);
}

TEST_CASE("encode_time without anything to encode is told") {
  const TemporaryFolder folder;
  InferenceTrace trace = read_inference_trace(recording(folder));
  for (Variant& variant : trace.splits[0].variants) variant.encode_work = Flops(0);
  const std::string file = folder.path("plain.h5");
  write_inference_trace(trace, file);
  const auto prepared = prepare_text("workload: {trace: " + file + R"(, arrivals: back_to_back}
device: {encode_time: 5 ms}
channel: {uplink: 8 Mbps, downlink: 8 Mbps}
policies: [{policy: always_edge, stage: net, variant: coded}]
)",
                                     "test");
  CHECK(prepared->plan.encode_times == std::vector<Seconds>(2, Seconds(0)));
  const auto& notes = prepared->notes;
  CHECK(std::count(notes.begin(), notes.end(),
                   "device.encode_time: unused, the trace records nothing that is encoded") == 1);
}

TEST_CASE("an exponential extractor draws a time of its own within the encode") {
  const Ended after =
      on_recording(Always(net, crop), "stage_time: {exponential: 20 ms}, encode_time: 1 ms");
  const Ended alone =
      on_recording(Always(no_stage, crop), "stage_time: {exponential: 20 ms}, encode_time: 1 ms");
  const auto times = encode_ms(after.run);
  for (SampleId s = 0; s < 4; ++s) {
    CAPTURE(s);
    const double drawn = Stream(1, "encode_time", s, 0).exponential(20);
    CHECK(times[s] == doctest::Approx(1 + drawn).epsilon(1e-9));
    CHECK(encode_ms(alone.run)[s] == doctest::Approx(times[s]).epsilon(1e-9));
  }
}

}  // namespace updraft
