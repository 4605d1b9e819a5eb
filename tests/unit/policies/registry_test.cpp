// Does the table name every policy, and does make_policy explain what is wrong with an entry?
#include <doctest/doctest.h>

#include <set>
#include <sstream>

#include "recorded.hpp"

using namespace updraft;
using namespace updraft::testing;

namespace {

struct World {
  Recorded test = recorded({0.5, 0.7}, {1, 0}, {1, 1});
  std::vector<std::uint32_t> rows{0, 1};
  PolicyContext context() const { return {test.menu, test.truth, &test.menu, &test.truth, rows}; }
};

}  // namespace

TEST_CASE("every policy has a name of its own, a summary, a source and a maker") {
  std::set<std::string_view> names;
  for (const auto& kind : policy_kinds()) {
    CHECK(names.insert(kind.name).second);
    CHECK(find_policy(kind.name) == &kind);
    CHECK_FALSE(kind.summary.empty());
    CHECK_FALSE(kind.source.empty());
    CHECK((kind.make != nullptr));
  }
  CHECK(policy_names() ==
        std::vector<std::string>{"always_edge", "always_cloud", "random", "threshold", "cdl",
                                 "branchynet", "ao", "dynamic_sizing", "fixed_cut", "best_cut",
                                 "min_cut", "crop", "codec", "fitting", "oracle"});
  CHECK(find_policy("always") == nullptr);
}

TEST_CASE("the list has a head and a row per policy, each as wide as the head") {
  const auto rows = policy_rows();
  CHECK(rows.size() == 1 + policy_kinds().size());
  for (const auto& row : rows) CHECK(row.size() == rows[0].size());
  CHECK(rows[3][1] == "offload, stage, variant, timeout");
}

TEST_CASE("the keys that the list shows are the keys that the maker knows") {
  const World world;
  // A key that nobody asks for is answered with the list of the known ones: every listed key must
  // be among them.
  for (const auto& row : policy_rows()) {
    if (row[0] == "policy") continue;
    CAPTURE(row[0]);
    const std::string answer =
        make("{name: x, policy: " + row[0] + ", zzzzzzzzz: 1}", world.context()).mistakes;
    std::istringstream keys(row[1]);
    for (std::string key; keys >> key;) {
      if (key == "or") continue;
      if (key.back() == ',') key.pop_back();
      CAPTURE(key);
      CHECK(answer.find(key) != std::string::npos);
    }
  }
}

TEST_CASE("the README's table has a line for every policy, with its keys") {
  const std::string page = read_file(UPDRAFT_SOURCE_DIR "/policies/README.md", 1 << 20);
  for (const auto& kind : policy_kinds()) {
    CAPTURE(kind.name);
    const auto line = page.find("| `" + std::string(kind.name) + "` |");
    REQUIRE(line != std::string::npos);
    const std::string keys(kind.keys.substr(0, kind.keys.find(",")));
    const auto cell = page.substr(line, page.find('\n', line) - line);
    CHECK(cell.find(keys.empty() ? "` | |" : "| `" + keys + "`") != std::string::npos);
  }
}

TEST_CASE("name and policy are known keys, others are not, and the nearest is offered") {
  const World world;
  CHECK(
      make("{name: e, policy: always_edge, stag: edge}", world.context()).mistakes ==
      "p.yaml:1:32: policies[0].stag = edge; expected a known key (name, policy, stage, timeout or "
      "variant); did you mean stage?");
}

TEST_CASE("an unknown policy is one mistake, not one per key") {
  const World world;
  const auto made = make("{name: t, policy: treshold, score: q, delta: 0.5}", world.context());
  CHECK(made.plan == nullptr);
  CHECK(
      made.mistakes ==
      "p.yaml:1:19: policies[0].policy = treshold; expected always_edge, always_cloud, random, "
      "threshold, cdl, branchynet, ao, dynamic_sizing, fixed_cut, best_cut, min_cut, crop, codec, "
      "fitting or oracle; "
      "did you mean threshold?");
  CHECK(
      make("{name: t}", world.context()).mistakes ==
      "p.yaml:1:1: policies[0].policy = nothing; expected always_edge, always_cloud, random, "
      "threshold, cdl, branchynet, ao, dynamic_sizing, fixed_cut, best_cut, min_cut, crop, codec, "
      "fitting or oracle");
}

TEST_CASE("all mistakes of an entry are reported together") {
  const World world;
  CHECK(make("{name: t, policy: threshold, score: p, delta: high, variant: imge, depth: 3}",
             world.context())
            .mistakes ==
        "p.yaml:1:37: policies[0].score = p; expected q\n"
        "p.yaml:1:47: policies[0].delta = high; expected a number\n"
        "p.yaml:1:62: policies[0].variant = imge; expected image; did you mean image?\n"
        "p.yaml:1:68: policies[0].depth = 3; expected a known key (delta, name, policy, reference, "
        "score, "
        "stage, timeout, tune or variant); did you mean delta?");
}
