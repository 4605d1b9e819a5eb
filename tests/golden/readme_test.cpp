// Does the README still tell the truth? What it shows as output is what comes out, and its scenario
// is one that can be run.
#include <doctest/doctest.h>

#include <sstream>
#include <string>

#include "tests/bad_input/program.hpp"
#include "tests/unit/traces/scratch.hpp"

namespace updraft {
namespace {

// The first fenced block of the README, of the given language, that contains `mark`.
std::string block(const std::string& language, const std::string& mark) {
  const std::string readme = bytes_of(std::string(UPDRAFT_SOURCE_DIR) + "/README.md");
  const std::string fence = "```" + language + "\n";
  for (auto at = readme.find(fence); at != std::string::npos; at = readme.find(fence, at + 1)) {
    const auto begin = at + fence.size();
    const std::string inside = readme.substr(begin, readme.find("```", begin) - begin);
    if (inside.find(mark) != std::string::npos) return inside;
  }
  return "";
}

}  // namespace

TEST_CASE("the README's table is what the quickstart prints") {
  const Scratch scratch;
  const std::string source = UPDRAFT_SOURCE_DIR;
  const Said said =
      run_updraft({"run", source + "/scenarios/00_quickstart.yaml"}, scratch.root().string());
  CHECK(said.status == 0);
  CHECK(said.err == "");
  CHECK(said.out == block("", "always_edge"));
}

TEST_CASE("the README's cut is what updraft cut prints, its command the one that is shown") {
  const Scratch scratch;
  const std::string source = UPDRAFT_SOURCE_DIR;
  std::istringstream words(block("", "updraft cut traces/layers/alexnet.yaml"));
  std::vector<std::string> command;
  for (std::string word; words >> word;)
    command.push_back(word.starts_with("traces/") ? source + "/" + word : word);
  REQUIRE(command.size() > 2);
  command.erase(command.begin());
  const Said said = run_updraft(command, scratch.root().string());
  CHECK(said.status == 0);
  CHECK(said.err == "");
  CHECK(said.out == block("", "alexnet on raspberry-pi-4b"));
}

TEST_CASE("the README's scenario passes updraft check, with a bandwidth trace of one's own") {
  const Scratch scratch;
  scratch.write("my_uplink.txt", "1.0 5\n2.0 0.5\n");
  const std::string text = block("yaml", "workload:");
  const auto at = text.find("traces/inference");
  REQUIRE(at != std::string::npos);
  scratch.write("mine.yaml", text.substr(0, at) + UPDRAFT_SOURCE_DIR + "/" + text.substr(at));
  const Said said = run_updraft({"check", "mine.yaml"}, scratch.root().string());
  CHECK(said.err == "");
  CHECK(said.status == 0);
}

}  // namespace updraft
