// Does the comparison find the fewest offloads, with ties together and through dips?
#include "traces/recorder/comparison.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "sim/core/random.hpp"

using namespace updraft;

namespace {

using Bits = std::vector<std::uint8_t>;

const std::vector<double> once(4, 1);

}  // namespace

TEST_CASE("the cheapest delta is the first that reaches the target, though accuracy dips before") {
  // ascending scores .1 .2 .3 .4; edge right on rows 0 and 3, cloud on 1, 2 and 3
  // offloaded rows   0    1    2    3    4
  // right            2    1    2    3    3   of 4
  const std::vector<double> score{0.1, 0.2, 0.3, 0.4};
  const DeferralCurve curve(score, Bits{1, 0, 0, 1}, Bits{0, 1, 1, 1});
  CHECK(curve.cheapest(0.5, once).appealing_rate == 0);
  CHECK(curve.cheapest(0.5, once).delta == 0.1);
  const auto point = curve.cheapest(0.75, once);
  CHECK(point.appealing_rate == 0.75);
  CHECK(point.accuracy == 0.75);
  CHECK(point.delta == 0.4);  // rows below 0.4
  CHECK(curve.at(0.4, once).appealing_rate == 0.75);
  CHECK(curve.at(0.3, once).accuracy == 0.5);
  // out of reach: everything, at the cloud's own accuracy
  CHECK(curve.cheapest(0.9, once).appealing_rate == 1);
  CHECK(std::isinf(curve.cheapest(0.9, once).delta));
}

TEST_CASE("rows of one score are offloaded together") {
  // rows 1 and 2 tie: offloading row 0 gives 1 of 4, all three 3 of 4; nothing lies between
  const std::vector<double> score{0.1, 0.2, 0.2, 0.4};
  const DeferralCurve curve(score, Bits{1, 0, 0, 0}, Bits{1, 1, 1, 0});
  CHECK(curve.cheapest(0.5, once).appealing_rate == 0.75);
}

TEST_CASE("weights count a row as often as a bootstrap drew it") {
  // row 1 drawn three times, row 2 once, the others never; the edge is right on row 2 only
  const std::vector<double> score{0.1, 0.2, 0.3, 0.4};
  const DeferralCurve curve(score, Bits{0, 0, 1, 0}, Bits{1, 1, 1, 1});
  const std::vector<double> weights{0, 3, 1, 0};
  const auto point = curve.cheapest(1, weights);
  CHECK(point.appealing_rate == 0.75);  // 3 of 4
  CHECK(point.accuracy == 1);
}

namespace {

// A plain edge right on 60 %, a cloud right on 90 %; q knows who is wrong, the logits do not.
InferenceTrace known_trace(bool with_calibration) {
  InferenceTrace trace;
  trace.file = "t.h5";
  trace.dataset = "known";
  trace.classes = 2;
  Stream stream(5, "known");
  for (const char* name : {"calibration", "test"}) {
    if (!with_calibration && std::string(name) == "calibration") continue;
    Split split;
    split.name = name;
    Stage plain;
    plain.name = "plain";
    Stage appealnet;
    appealnet.name = "appealnet";
    appealnet.scores.push_back({"q", {}});
    Variant image;
    image.name = "image";
    for (int i = 0; i < 1000; ++i) {
      split.labels.push_back(0);
      const bool edge = i % 10 < 6;
      plain.answers.correct.push_back(edge ? 1 : 0);
      image.answers.correct.push_back(i % 10 != 9 ? 1 : 0);
      const auto sure = static_cast<float>(stream.uniform());
      plain.answers.logits.insert(plain.answers.logits.end(), {sure, 0});
      appealnet.scores[0].values.push_back(edge ? 0.9f : 0.1f + 0.01f * sure);
    }
    appealnet.answers = plain.answers;
    split.stages = {plain, appealnet};
    split.variants = {image};
    trace.splits.push_back(split);
  }
  return trace;
}

}  // namespace

TEST_CASE("a comparison names the accuracies, every score, and the oracle") {
  const std::string table = compared(known_trace(true), 1);
  INFO(table);
  CHECK(table.find("accuracy, test         plain 60.00 %  appealnet 60.00 %  cloud 90.00 %") !=
        std::string::npos);
  // each offload repairs one row: 50 % of 90 - 60 points
  CHECK(table.find("plain      oracle    15.00") != std::string::npos);
  for (const char* row : {"appealnet  q", "appealnet  margin", "plain      margin",
                          "plain      msp", "plain      entropy"}) {
    CHECK(table.find(row) != std::string::npos);
  }
  CHECK(table == compared(known_trace(true), 1));
}

TEST_CASE("a comparison needs a calibration split") {
  CHECK_THROWS_AS(compared(known_trace(false), 1), InputError);
}
