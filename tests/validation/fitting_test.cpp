// Does `fitting` follow a link that fades and comes back, and is what it weighs what a run charges?
// Sums by hand, on both engines; 0.8 Mbps carry 100 B a ms.
#include "tests/validation/simulated.hpp"
#include "traces/inference_trace.hpp"

namespace updraft {
namespace {

constexpr std::size_t rows = 4;

// Stages: "net", 5 ms at 1 GMAC/s, sure of rows 0 and 2; "crop", an extractor of 1 ms. Variants:
//   crop    100 B    right on 2 rows
//   coded   400 B    right on 3, 2 ms to encode
//   image  1000 B    right on 4
// The cloud takes 0.01 ms for each.
std::string trace_file(const TemporaryFolder& folder) {
  InferenceTrace trace;
  trace.dataset = "fitting";
  trace.classes = 2;
  for (const char* name : {"calibration", "test"}) {
    Split split;
    split.name = name;
    split.labels = {0, 1, 0, 1};
    Stage net;
    net.name = "net";
    net.work = Flops(10e6);
    net.answers.correct = {1, 0, 1, 0};
    net.scores.push_back({"q", {.9F, .1F, .8F, .2F}});
    Stage look;
    look.name = "crop";
    look.work = Flops(2e6);
    look.answers.correct.assign(rows, 0);
    look.theta.assign(4 * rows, .5F);
    look.theta_convention = "of this test";
    split.stages = {net, look};
    const auto variant = [](const char* called, double bytes, std::vector<std::uint8_t> correct) {
      Variant out;
      out.name = called;
      out.cloud_work = Flops(2e7);
      out.payload = Bytes(bytes);
      out.answers.correct = std::move(correct);
      return out;
    };
    split.variants = {variant("crop", 100, {1, 1, 0, 0}), variant("coded", 400, {1, 1, 1, 0}),
                      variant("image", 1000, {1, 1, 1, 1})};
    split.variants[1].encode_work = Flops(4e6);
    trace.splits.push_back(split);
  }
  const std::string file = folder.path("fitting.h5");
  write_inference_trace(trace, file);
  return file;
}

std::string scenario(const TemporaryFolder& folder, const std::string& arrivals,
                     const std::string& uplink, const std::string& policy,
                     const std::string& rest = "") {
  return "workload: {trace: '" + trace_file(folder) + "', order: recorded, arrivals: " + arrivals +
         "}\nchannel: {uplink: " + uplink + ", downlink: 8 Mbps, latency: 5 ms}\n" + rest +
         "policies: [{" + policy + "}]\n";
}

// What each sample sent, from crop = 0, coded = 1, image = 2; -1: it was answered at the edge.
std::vector<int> sent(const Run& run) {
  return {run.samples.variant.begin(), run.samples.variant.end()};
}

void check_ms(const std::vector<double>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CAPTURE(i);
    CHECK(std::abs(found[i] - expected[i]) <= 1e-8);
  }
}

}  // namespace

TEST_CASE("a link that fades is noticed by what was sent, and so is its return") {
  // A sample a second; 100 B/ms, from 2.5 s on 10, from 7.5 s on 100 again. Within 15 ms an image
  // is sent at r >= 1,000 B / 15 ms = 66.7 B/ms. r after each, (1) of link_meter.hpp:
  //   0, 1, 2  100            image, 10 ms; the first by first_rate
  //   3        77.5           image, 100 ms: nobody knew
  //   4        60.6           image, 100 ms
  //   5, 6, 7  48.0 38.5 31.4 crop, 1 ms + 10 ms
  //   8        48.5           crop, 1 ms + 1 ms
  //   9        61.4           crop
  //   10       71.0           crop
  //   11                      image, 10 ms
  const TemporaryFolder folder;
  std::vector<double> dates;
  for (int i = 0; i < 12; ++i) dates.push_back(1000. * i);
  const ArrivalsFile arrivals(dates);
  const std::string uplink =
      "{trace: '" + folder.file("fade.txt", "2.5 0.8\n7.5 0.08\n100 0.8\n") + "'}";
  const Run run = simulated(
      scenario(folder, arrivals.yaml(), uplink,
               "policy: fitting, variants: [crop, image], budget: 15 ms, first_rate: 0.8 Mbps"));
  CHECK(sent(run) == std::vector<int>{2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 2});
  for (std::size_t i = 0; i < 12; ++i) CHECK(run.samples.stage[i] == (i < 5 || i == 11 ? -1 : 1));
  const double rest = 5 + .01 + 5;
  check_ms(latencies_ms(run), {10 + rest, 10 + rest, 10 + rest, 100 + rest, 100 + rest, 11 + rest,
                               11 + rest, 11 + rest, 2 + rest, 2 + rest, 2 + rest, 10 + rest});
}

TEST_CASE("what is on the uplink counts before it has left it") {
  // At 100 B/ms an image takes 10 ms, within 15. At 4 ms one is under way, nobody waits: 550 B in
  // the mean and an image are 15.5 ms, 550 B and a crop, which takes 1 ms to make, 7.5. At 30 ms
  // the uplink is free.
  const TemporaryFolder folder;
  const ArrivalsFile arrivals({0, 4, 30});
  const Run run = simulated(
      scenario(folder, arrivals.yaml(), "0.8 Mbps",
               "policy: fitting, variants: [crop, image], budget: 15 ms, first_rate: 0.8 Mbps"));
  CHECK(sent(run) == std::vector<int>{2, 0, 2});
}

TEST_CASE("a budget between what two payloads take decides between them, in a run as on paper") {
  // At 100 B/ms: crop 1 + 1 = 2 ms, coded 2 + 4 = 6 ms, image 10 ms.
  const TemporaryFolder folder;
  const auto run_within = [&](const std::string& budget) {
    return simulated(scenario(folder, "back_to_back", "0.8 Mbps",
                              "policy: fitting, first_rate: 0.8 Mbps, budget: " + budget));
  };
  const double rest = 5 + .01 + 5;
  const std::vector<std::pair<std::string, double>> found{
      {"2.001 ms", 2}, {"5.999 ms", 2}, {"6.001 ms", 6}, {"9.999 ms", 6}, {"10.001 ms", 10}};
  for (const auto& [budget, takes] : found) {
    CAPTURE(budget);
    check_ms(latencies_ms(run_within(budget)), std::vector<double>(rows, takes + rest));
  }
}

TEST_CASE("a network first: what it is sure of stays, of the rest what fits is made and sent") {
  // net 5 ms; then within 3 ms the crop, 1 + 1 ms, its extractor behind the decision.
  const TemporaryFolder folder;
  const Run run = simulated(
      scenario(folder, "back_to_back", "0.8 Mbps",
               "policy: fitting, first_rate: 0.8 Mbps, budget: 3 ms, score: q, delta: 0.5"));
  const double offloaded = 5 + 2 + 5 + .01 + 5;
  CHECK(sent(run) == std::vector<int>{-1, 0, -1, 0});
  check_ms(latencies_ms(run), {5, offloaded, 5, offloaded});
}

TEST_CASE("a crop takes the same whether its extractor is the stage or part of the encoding") {
  const TemporaryFolder folder;
  for (const std::string policy : {"crop", "always_cloud, variant: crop"}) {
    CAPTURE(policy);
    const Run run = simulated(scenario(folder, "back_to_back", "0.8 Mbps", "policy: " + policy));
    check_ms(latencies_ms(run), std::vector<double>(rows, 1 + 1 + 5 + .01 + 5));
  }
}

TEST_CASE("codec encodes, sends what came out of it, and runs no stage") {
  const TemporaryFolder folder;
  const Run run = simulated(scenario(folder, "back_to_back", "0.8 Mbps", "policy: codec"));
  check_ms(latencies_ms(run), std::vector<double>(rows, 2 + 4 + 5 + .01 + 5));
  for (std::size_t i = 0; i < rows; ++i) {
    CHECK(run.samples.stage[i] == no_stage);
    CHECK(run.samples.uplink_bytes[i] == 400);
  }
}

TEST_CASE("the energy that is weighed is the energy that a run charges") {
  // 1 J/Mbit and 2 W while it sends: an image of 1,000 B, 8 kbit, 10 ms = 8 + 20 = 28 mJ; a crop
  // 0.8 + 2 mJ, and 5 W for 1 ms of extracting = 7.8 mJ.
  const TemporaryFolder folder;
  const std::string radios = folder.file("radios.yaml", R"(
radios:
  round:
    uplink: 1000 mW/Mbps
    downlink: 0 mW/Mbps
    base: 2 W
    promotion: {delay: 0 ms, power: 0 W}
    tail: []
    idle: 0 W
    source: round numbers
)");
  const auto spent_mJ = [&](const std::string& variants, const std::string& budget) {
    const auto prepared = prepare_text(
        "workload: {trace: '" + trace_file(folder) +
            "', arrivals: {periodic: 1 Hz}}\nchannel: {uplink: 0.8 Mbps, downlink: 8 Mbps, "
            "latency: 5 ms, radio: round}\ndevice: {idle: 0 W, busy: 5 W}\ncatalog: '" +
            radios + "'\npolicies: [{policy: fitting, first_rate: 0.8 Mbps, variants: " + variants +
            ", budget: " + budget + "}]\n",
        "test");
    const auto results = simulate(*prepared, [](std::size_t, std::size_t, const Run&) {});
    const RunFigures& figures = results[0].runs[0];
    return 1e3 * (figures.edge_busy_J + figures.radio_transfer_J);
  };
  const std::string both = "[crop, image]";
  CHECK(spent_mJ("[image]", "1 J") == doctest::Approx(28));
  CHECK(spent_mJ("[crop]", "1 J") == doctest::Approx(7.8));
  CHECK(spent_mJ(both, "28.01 mJ") == doctest::Approx(28));
  CHECK(spent_mJ(both, "27.99 mJ") == doctest::Approx(7.8));
}

}  // namespace updraft
