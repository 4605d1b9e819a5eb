// The scores that follow from logits, against sums done by hand.
#include "sim/core/menu.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace updraft {
namespace {

// Logits whose softmax is a handful of simple fractions: p_k = w_k / sum w for logits ln w_k.
std::vector<float> logs(std::initializer_list<double> weights) {
  std::vector<float> out;
  for (const double weight : weights) out.push_back(static_cast<float>(std::log(weight)));
  return out;
}

TEST_CASE("three classes, by hand: msp, margin and entropy") {
  // weights 4 : 3 : 1 give p = 1/2, 3/8, 1/8
  const auto scores = derived_scores(logs({4, 3, 1}), 3);
  REQUIRE(scores.size() == 3);
  CHECK(scores[0].name == "msp");
  CHECK(scores[0].values[0] == doctest::Approx(0.5).epsilon(1e-7));  // 4/8; logits are float32
  CHECK(scores[1].name == "margin");
  CHECK(scores[1].values[0] == doctest::Approx(0.125).epsilon(1e-6));  // 4/8 - 3/8 = 1/8
  CHECK(scores[2].name == "entropy");
  // 1/2 ln 1/2 + 3/8 ln 3/8 + 1/8 ln 1/8 = -0.34657 - 0.36781 - 0.25993 = -0.97431 nats
  CHECK(scores[2].values[0] == doctest::Approx(-0.9743147).epsilon(1e-6));
}

TEST_CASE("the order of the classes does not matter, nor does a constant added to all logits") {
  const auto scores = derived_scores(std::vector<float>{1, 3, 2, 2, 1, 3, 101, 103, 102}, 3);
  for (const auto& column : scores) {
    CAPTURE(column.name);
    REQUIRE(column.values.size() == 3);
    CHECK(column.values[1] == doctest::Approx(column.values[0]).epsilon(1e-14));
    CHECK(column.values[2] == doctest::Approx(column.values[0]).epsilon(1e-14));
  }
}

TEST_CASE("equal logits are the hardest sample: msp 1/C, margin 0, entropy -ln C") {
  const auto scores = derived_scores(std::vector<float>{7, 7, 7, 7}, 4);
  CHECK(scores[0].values[0] == 0.25);
  CHECK(scores[1].values[0] == 0);
  CHECK(scores[2].values[0] == doctest::Approx(-1.3862943611198906).epsilon(1e-15));  // -ln 4
}

TEST_CASE("logits far apart are the easiest: msp 1, margin 1, entropy 0, and nothing overflows") {
  const auto scores = derived_scores(std::vector<float>{3e38f, -3e38f, 0, 90, -90, 0}, 3);
  for (std::size_t row = 0; row < 2; ++row) {
    CHECK(scores[0].values[row] == 1);
    CHECK(scores[1].values[row] == doctest::Approx(1).epsilon(1e-15));
    CHECK(scores[2].values[row] == doctest::Approx(0).epsilon(1e-15));
  }
}

TEST_CASE("the two largest may be equal, and first or last") {
  const auto scores = derived_scores(logs({2, 2, 1, 1, 2, 2}), 3);
  for (std::size_t row = 0; row < 2; ++row) {
    CHECK(scores[0].values[row] == doctest::Approx(0.4).epsilon(1e-7));  // 2/5
    CHECK(scores[1].values[row] == 0);
  }
}

TEST_CASE("the two best classes: anywhere, the lower one first where logits are equal") {
  const auto top = top_classes(std::vector<float>{3, 1, 2, 1, 2, 3, 2, 3, 1, 5, 5, 5, 1, 4, 4}, 3);
  CHECK(top.top1 == std::vector<std::int32_t>{0, 2, 1, 0, 1});
  CHECK(top.top2 == std::vector<std::int32_t>{2, 1, 0, 1, 2});
  CHECK(top_classes(std::vector<float>{1, 2}, 1).top1.empty());  // of one class alone
  CHECK(top_classes({}, 3).top1.empty());
}

TEST_CASE("a menu names its stages, variants and scores in order") {
  Menu menu;
  menu.stages.push_back({"normal", Flops(2), "f", {{"q", {}}, {"margin", {}}}});
  menu.stages.push_back({"exit", Flops(1), "f", {}});
  menu.variants.push_back({"full", "f", Flops(3), Flops(0), {}, 0});
  CHECK(menu.stage_names() == std::vector<std::string>{"normal", "exit"});
  CHECK(menu.variant_names() == std::vector<std::string>{"full"});
  CHECK(menu.score_names(0) == std::vector<std::string>{"q", "margin"});
  CHECK(menu.score_names(1).empty());
}

}  // namespace
}  // namespace updraft
