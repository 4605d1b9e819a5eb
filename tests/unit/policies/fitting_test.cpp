// Does `fitting` send the best payload that fits its budget at the measured rate? Sums over the
// payloads of crops.hpp, 1 Mbps = 125,000 B/s.
#include <doctest/doctest.h>

#include "crops.hpp"

namespace updraft {
namespace {

using namespace testing;

const std::string within_20_ms = "policy: fitting, budget: 20 ms, first_rate: 1 Mbps";

ArrivalView at_rate(double mbps, std::uint32_t waiting = 0, std::uint32_t row = 0) {
  return {SimTime(0), row, 0, 0, {BytesPerSecond(mbps * 125e3), Seconds(0), 0, waiting}};
}

// The name of what one device sends, where no stage answers first; its maker must be what runs.
std::string sent(const PolicyPlan& plan, const Menu& menu, const ArrivalView& seen) {
  const auto policy = plan.for_device(Stream(1, "policy"));
  const StageId stage = policy->choose_stage(seen);
  const Decision decision = policy->decide({seen, stage, nullptr});
  const auto& variant = menu.variants[static_cast<std::size_t>(decision.variant)];
  CHECK(variant.made_by == stage);
  return variant.name;
}

}  // namespace

TEST_CASE("the best of those that are sent within the budget, at the rate that was measured") {
  // T = work + bytes / rate <= 20 ms:
  //   image   10,000 B / 20 ms        = 500,000 B/s = 4 Mbps
  //   jpeg     1,250 B / (20 - 4) ms  =  78,125 B/s = 0.625 Mbps
  //   crop10     100 B / (20 - 2) ms  =   5,556 B/s = 0.0444 Mbps
  //   crop5       25 B / (20 - 2) ms  =   1,389 B/s = 0.0111 Mbps; below, it is the fastest
  const CropWorld world;
  const auto made = make("{" + within_20_ms + "}", world.context());
  REQUIRE(made.mistakes == "");
  const auto sends = [&](double mbps) { return sent(*made.plan, world.test.menu, at_rate(mbps)); };
  CHECK(sends(90) == "image");
  CHECK(sends(4.001) == "image");
  CHECK(sends(3.999) == "jpeg");
  CHECK(sends(.6251) == "jpeg");
  CHECK(sends(.6249) == "crop10");
  CHECK(sends(.0445) == "crop10");
  CHECK(sends(.0444) == "crop5");
  CHECK(sends(.001) == "crop5");
  CHECK(made.plan->note() ==
        "crop5, from 0.0444 Mbps crop10, from 0.625 Mbps jpeg, from 4 Mbps image; none keeps the "
        "budget below 0.0111 Mbps");
}

TEST_CASE("until a payload was sent, first_rate is taken") {
  const CropWorld world;
  for (const auto& [rate, payload] : {std::pair("5 Mbps", "image"), std::pair("1 Mbps", "jpeg")}) {
    const auto made = make(
        "{policy: fitting, budget: 20 ms, first_rate: " + std::string(rate) + "}", world.context());
    REQUIRE(made.mistakes == "");
    CHECK(sent(*made.plan, world.test.menu, at_rate(0)) == payload);
  }
}

TEST_CASE("each payload that waits ahead counts with the mean bytes of the list") {
  // (25 + 100 + 1,250 + 10,000) / 4 = 2,843.75 B. One ahead: image (2,843.75 + 10,000) B / 20 ms
  // = 642,187.5 B/s = 5.1375 Mbps; of two that are named, (1,250 + 10,000) / 2 = 5,625 B: 6.25 Mbps
  const CropWorld world;
  const auto all = make("{" + within_20_ms + "}", world.context());
  const auto two = make("{" + within_20_ms + ", variants: [jpeg, image]}", world.context());
  REQUIRE(all.mistakes == "");
  REQUIRE(two.mistakes == "");
  const Menu& menu = world.test.menu;
  CHECK(sent(*all.plan, menu, at_rate(5.13, 1)) == "jpeg");
  CHECK(sent(*all.plan, menu, at_rate(5.14, 1)) == "image");
  CHECK(sent(*two.plan, menu, at_rate(6.24, 1)) == "jpeg");
  CHECK(sent(*two.plan, menu, at_rate(6.26, 1)) == "image");
  CHECK(sent(*all.plan, menu, at_rate(10, 100)) == "crop5");  // 228 ms wait: the fastest
}

TEST_CASE("where nothing fits, the fastest, whatever its answers are worth") {
  // Within 1 ms only the image, from 10,000 B / 1 ms = 80 Mbps on. Below that it is still faster
  // than 2 ms of extracting until 2 ms + 25 B / r = 10,000 B / r: r = 4,987,500 B/s = 39.9 Mbps.
  const CropWorld world;
  const auto made = make("{policy: fitting, budget: 1 ms, first_rate: 1 Mbps}", world.context());
  REQUIRE(made.mistakes == "");
  const auto sends = [&](double mbps) { return sent(*made.plan, world.test.menu, at_rate(mbps)); };
  CHECK(sends(81) == "image");
  CHECK(sends(40) == "image");
  CHECK(sends(39.8) == "crop5");
  CHECK(made.plan->note() == "crop5, from 39.9 Mbps image; none keeps the budget below 80 Mbps");
  const auto never =
      make("{policy: fitting, budget: 1 ms, first_rate: 1 Mbps, variants: [jpeg, crop10]}",
           world.context());
  REQUIRE(never.mistakes == "");
  // jpeg takes 2 ms more than crop10 at any rate
  CHECK(never.plan->note() == "crop10; none keeps the budget at any rate");
}

TEST_CASE("a budget of energy counts the device's work and the radio's bytes and seconds") {
  // E = 5 W work + 1 uJ/B bytes + 1 W bytes / rate <= 30 mJ:
  //   image   10 mJ + 10,000 B / r           4 Mbps
  //   jpeg    20 + 1.25 mJ + 1,250 B / r     1,250 B / 8.75 mJ   = 142,857 B/s = 1.143 Mbps
  //   crop10  10 + 0.1 mJ + 100 B / r        100 B / 19.9 mJ     =   5,025 B/s = 0.0402 Mbps
  //   crop5   10 + 0.025 mJ + 25 B / r       25 B / 19.975 mJ    =   1,252 B/s = 0.01001 Mbps
  const CropWorld world;
  const auto made = make("{policy: fitting, budget: 30 mJ, first_rate: 1 Mbps}", world.context());
  REQUIRE(made.mistakes == "");
  const auto sends = [&](double mbps, std::uint32_t waiting = 0) {
    return sent(*made.plan, world.test.menu, at_rate(mbps, waiting));
  };
  CHECK(sends(4.001) == "image");
  CHECK(sends(4.001, 50) == "image");  // what waits costs what it costs, whatever is sent behind it
  CHECK(sends(3.999) == "jpeg");
  CHECK(sends(1.144) == "jpeg");
  CHECK(sends(1.142) == "crop10");
  CHECK(sends(.0403) == "crop10");
  CHECK(sends(.0401) == "crop5");
  CHECK(made.plan->note() ==
        "crop5, from 0.0402 Mbps crop10, from 1.14 Mbps jpeg, from 4 Mbps image; none keeps the "
        "budget below 0.01 Mbps");
}

TEST_CASE("without a radio to pay, the rate does not matter to an energy") {
  CropWorld world;
  world.device.send = Watts(0);
  world.device.per_byte = JoulesPerByte(0);
  const auto made =
      make("{policy: fitting, budget: 15 mJ, first_rate: 1 Mbps, variants: [crop5, crop10, jpeg]}",
           world.context());
  REQUIRE(made.mistakes == "");
  CHECK(made.plan->note() == "crop10");  // 10 mJ to extract, 20 mJ to encode
}

TEST_CASE("of equally good payloads the one with fewer bytes") {
  CropWorld world;
  world.calibration.truth.cloud_correct[2] = world.calibration.truth.cloud_correct[3];
  const auto made = make("{" + within_20_ms + "}", world.context());
  REQUIRE(made.mistakes == "");
  CHECK(sent(*made.plan, world.test.menu, at_rate(90)) == "jpeg");
  CHECK(made.plan->reference_variant() == 2);
}

TEST_CASE("with a score, a stage runs first and the payload is chosen when it was unsure") {
  const CropWorld world;
  const auto made = make("{" + within_20_ms + ", score: q, delta: 0.5}", world.context());
  REQUIRE(made.mistakes == "");
  CHECK(made.plan->delta() == .5);
  const auto policy = made.plan->for_device(Stream(1, "policy"));
  const auto decision = [&](std::uint32_t row, double mbps_then) {
    const StageId stage = policy->choose_stage(at_rate(90, 0, row));
    CHECK(stage == 0);
    return policy->decide({at_rate(mbps_then, 0, row), stage, &world.test.menu.stages[0]});
  };
  CHECK_FALSE(decision(5, 1).offloads());  // q = 0.5: a tie answers
  CHECK(decision(5, 1).score == .5);
  CHECK(decision(4, 1).variant == 2);   // at the rate of the decision, not of the arrival
  CHECK(decision(4, .1).variant == 1);  // its extractor is part of the encoding
  CHECK(decision(4, 5).variant == 3);
  CHECK(decision(4, 5).score == .4);
}

TEST_CASE("what a plan says of itself") {
  const CropWorld world;
  const auto made = make("{" + within_20_ms + "}", world.context());
  REQUIRE(made.mistakes == "");
  CHECK(made.plan->hears_of_replies());
  CHECK_FALSE(made.plan->knows_truth());
  CHECK_FALSE(made.plan->depends_on_rows());
  CHECK_FALSE(made.plan->delta());
  CHECK(made.plan->reference_stage() == 0);    // what AccI compares with ...
  CHECK(made.plan->reference_variant() == 3);  // ... and the most accurate
  const auto named = make("{" + within_20_ms + ", variants: [crop5, crop10]}", world.context());
  REQUIRE(named.mistakes == "");
  CHECK(named.plan->reference_variant() == 1);
}

TEST_CASE("neither the truth nor the bytes of the rows that are replayed are looked at") {
  const CropWorld world;
  CropWorld other;
  for (auto& correct : other.test.truth.cloud_correct) {
    for (auto& right : correct) right = right == 0;
  }
  for (auto& variant : other.test.menu.variants) {
    for (auto& bytes : variant.payload_bytes) bytes = 20000 - bytes;
  }
  const auto one = make("{" + within_20_ms + "}", world.context());
  const auto two = make("{" + within_20_ms + "}", other.context());
  REQUIRE(one.mistakes + two.mistakes == "");
  CHECK(one.plan->note() == two.plan->note());
  for (const double mbps : {.01, .1, 1., 10.}) {
    CHECK(sent(*one.plan, world.test.menu, at_rate(mbps)) ==
          sent(*two.plan, other.test.menu, at_rate(mbps)));
  }
}

TEST_CASE("mistakes of fitting are explained") {
  const CropWorld world;
  const auto said = [&](const std::string& keys) {
    return make("{policy: fitting, " + keys + "}", world.context()).mistakes;
  };
  CHECK(said("first_rate: 1 Mbps") ==
        "p.yaml:1:1: policies[0].budget = nothing; expected what a sample may take, such as 50 ms, "
        "or spend, such as 20 mJ, above 0 and up to 1e9 of either");
  for (const std::string wrong : {"50", "0 ms", "20 Mbps"}) {
    CHECK(said("first_rate: 1 Mbps, budget: " + wrong) ==
          "p.yaml:1:47: policies[0].budget = " + wrong +
              "; expected what a sample may take, such as 50 ms, or spend, such as 20 mJ, "
              "above 0 and up to 1e9 of either");
  }
  CHECK(said("budget: 1 ms").find("policies[0].first_rate = nothing") != std::string::npos);
  const std::string rest = "budget: 1 ms, first_rate: 1 Mbps, ";
  CHECK(said(rest + "variants: crop5") ==
        "p.yaml:1:63: policies[0].variants = crop5; expected a list of variants, such as [crop, "
        "image], of crop5, crop10, jpeg or image");
  CHECK(said(rest + "variants: []").find("expected a list of variants") != std::string::npos);
  CHECK(said(rest + "variants: [crop5, imge, crop5]") ==
        "p.yaml:1:71: policies[0].variants[1] = imge; expected crop5, crop10, jpeg or image; did "
        "you mean image?\n"
        "p.yaml:1:77: policies[0].variants[2] = crop5; expected each variant once");
  CHECK(said(rest + "score: q") == "p.yaml:1:1: policies[0].delta = nothing; expected a number");
  CHECK(said(rest + "delta: 0.5").find("policies[0].score = nothing") != std::string::npos);
  CHECK(said(rest + "score: q, delta: 0.5, stage: crop5") ==
        "p.yaml:1:82: policies[0].stage = crop5; expected edge");
}

TEST_CASE("fitting needs a calibration split, and its variants there") {
  CropWorld world;
  const PolicyContext without{world.test.menu, world.test.truth, nullptr, nullptr,
                              world.rows,      nullptr,          nullptr, &world.device};
  CHECK(make("{" + within_20_ms + "}", without).mistakes ==
        "p.yaml:1:10: policies[0].policy = fitting; expected a workload trace with a calibration "
        "split, which says whose answers are best");
  world.calibration.menu.variants.pop_back();
  CHECK(make("{" + within_20_ms + "}", world.context()).mistakes ==
        "p.yaml:1:1: policies[0].variants = nothing; expected variant image in the trace's "
        "calibration split, too");
}

TEST_CASE("where the device has mistakes, nothing is made of them") {
  const CropWorld world;
  PolicyContext context = world.context();
  context.device = nullptr;
  const auto made = make("{" + within_20_ms + "}", context);
  CHECK(made.mistakes == "");  // reported where they stand
  CHECK(made.plan == nullptr);
}

}  // namespace updraft
