// Who is compared with whom? And where do scores lie?
#include "analysis/recording/families.hpp"

#include <doctest/doctest.h>

#include "analysis/recording/histogram.hpp"

using namespace updraft;

namespace {

std::vector<Stage> stages(const std::vector<std::pair<std::string, std::string>>& name_and_from) {
  std::vector<Stage> out;
  for (const auto& [name, from] : name_and_from) {
    Stage stage;
    stage.name = name;
    stage.from = from;
    out.push_back(stage);
  }
  return out;
}

using Indices = std::vector<std::size_t>;

}  // namespace

TEST_CASE("a base and what was trained from it are a family, in any order of the file") {
  const auto found =
      families(stages({{"white", "plain"}, {"plain", ""}, {"tiny_black", "tiny"}, {"tiny", ""}}));
  REQUIRE(found.size() == 2);
  CHECK(found[0].base == 1);
  CHECK(found[0].stages == Indices{1, 0});
  CHECK(found[1].base == 3);
  CHECK(found[1].stages == Indices{3, 2});
}

TEST_CASE("an extractor is nobody's rival: it has no answer of its own") {
  auto with = stages({{"crop5", ""}, {"net", ""}, {"net_white", "net"}, {"crop10", ""}});
  with[0].theta = {0, 0, 1, 1};
  with[3].theta = {0, 0, 1, 1};
  const auto found = families(with);
  REQUIRE(found.size() == 1);
  CHECK(found[0].stages == Indices{1, 2});
  // and in an older file, where no stage says what it began with
  with[2].from.clear();
  REQUIRE(families(with).size() == 1);
  CHECK(families(with)[0].base == 1);
  CHECK(families(with)[0].stages == Indices{1, 2});
  CHECK(families({with[0]}).empty());
}

TEST_CASE("a stage that began with one that began with another is of the first one's family") {
  const auto found = families(stages({{"a", ""}, {"b", "a"}, {"c", "b"}}));
  REQUIRE(found.size() == 1);
  CHECK(found[0].stages == Indices{0, 1, 2});
}

TEST_CASE("where no stage says from, all are one family with the first as its base") {
  const auto found = families(stages({{"plain", ""}, {"appealnet", ""}}));
  REQUIRE(found.size() == 1);
  CHECK(found[0].base == 0);
  CHECK(found[0].stages == Indices{0, 1});
}

TEST_CASE("an early exit is measured with its whole network, and with what that began with") {
  std::vector<Stage> all =
      stages({{"net_exit", ""}, {"net", ""}, {"warm_exit", "net"}, {"warm", "net"}});
  all[0].exit_of = "net";
  all[2].exit_of = "warm";
  const auto found = families(all);
  REQUIRE(found.size() == 1);
  CHECK(found[0].base == 1);
  CHECK(found[0].stages == Indices{1, 0, 2, 3});
}

TEST_CASE("nobody is lost: unknown beginnings and circles are families of their own") {
  const auto found =
      families(stages({{"a", "gone"}, {"b", "c"}, {"c", "b"}, {"d", "d"}, {"e", ""}}));
  CHECK(found.size() == 5);
}

TEST_CASE("a histogram counts right and wrong rows apart, the highest bin with its upper end") {
  const std::vector<double> score{0, 0.49, 0.5, 1, 1};
  const std::vector<std::uint8_t> edge{0, 1, 1, 1, 0};
  const Histogram bins = histogram(score, edge, 2);  // [0, .5) and [.5, 1]
  CHECK(bins.correct == std::vector<std::uint32_t>{1, 2});
  CHECK(bins.incorrect == std::vector<std::uint32_t>{1, 1});
  CHECK(bins.edge(1) == 0.5);
}

TEST_CASE("scores outside [0, 1] span their own range, one value alone has width") {
  const std::vector<std::uint8_t> right(2, 1);
  CHECK(histogram(std::vector<double>{-2, 0}, right).low == -2);
  CHECK(histogram(std::vector<double>{-2, 0}, right).high == 0);
  const Histogram alone = histogram(std::vector<double>{-2, -2}, right, 4);
  CHECK(alone.correct[0] == 2);
  CHECK(alone.high > alone.low);
}
