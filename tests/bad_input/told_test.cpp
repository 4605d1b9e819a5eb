// What a user is told beside mistakes: what may surprise in a result, and what became of an older
// one.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/bad_input/program.hpp"
#include "tests/unit/traces/scratch.hpp"

namespace updraft {
namespace {

// Without its line breaks, which depend on the lengths of names.
std::string flat(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  for (auto at = text.find("  "); at != std::string::npos; at = text.find("  ", at))
    text.erase(at, 1);
  return text;
}

bool says(const std::string& text, const std::string& part) {
  return flat(text).find(part) != std::string::npos;
}

std::string scenario(const std::string& uplink) {
  return "workload: {trace: none, payload: 1 kB, samples: 50, arrivals: {periodic: 5 Hz}}\n"
         "channel: {uplink: " +
         uplink +
         ", downlink: 8 Mbps}\n"
         "policies: [{policy: always_cloud}]\n";
}

}  // namespace

TEST_CASE("the example of --set in the help works on the scenario that the help begins with") {
  const Scratch scratch;
  const std::string folder = scratch.root().string();
  const std::string quickstart = std::string(UPDRAFT_SOURCE_DIR) + "/scenarios/00_quickstart.yaml";
  const std::string help = run_updraft({"run", "--help"}, folder).out;
  const std::string mark = "e.g. ";
  const auto at = help.find(mark);
  REQUIRE(at != std::string::npos);
  const std::string example = help.substr(at + mark.size(), help.find('\n', at) - at - mark.size());
  CHECK(example == "channel.uplink=5Mbps");
  const Said said = run_updraft({"check", quickstart, "--set", example}, folder);
  CHECK(said.err == "");
  CHECK(said.status == 0);
}

TEST_CASE("a trace that ends at rate 0 and holds: run and check say from when, the table why") {
  const Scratch scratch;
  const std::string folder = scratch.root().string();
  scratch.write("ends.txt", "1 8\n3 4\n5 0\n");  // 4 Mbps up to 3 s, nothing from there on
  scratch.write("s.yaml", scenario("{trace: ends.txt, at_end: hold}"));
  const std::string note = "Note: channel.uplink: rate 0 from 3 s on";
  CHECK(says(run_updraft({"check", "s.yaml"}, folder).out, note));
  const Said held = run_updraft({"run", "s.yaml", "--no-figure"}, folder);
  CHECK(says(held.out, note));
  CHECK(says(held.out, "dropped: no answer, counted as wrong: the link stopped for good."));
  const Said looped =
      run_updraft({"run", "s.yaml", "--no-figure", "--set", "channel.uplink.at_end=loop"}, folder);
  CHECK_FALSE(says(looped.out, "rate 0 from"));
  CHECK_FALSE(says(looped.out, "dropped"));
}

TEST_CASE(
    "what replaces another command's or another scenario's result says so, the same does not") {
  const Scratch scratch;
  const std::string folder = scratch.root().string();
  scratch.write("a.yaml", scenario("8 Mbps") + "sweep: {device.count: [1, 2]}\n");
  scratch.write("b.yaml", scenario("8 Mbps"));
  const auto run = [&](const std::string& file, const std::string& option) {
    const Said said = run_updraft({"run", file, "-o", "out", "--no-figure", option}, folder);
    CHECK(said.status == 0);
    return said;
  };
  CHECK_FALSE(says(run("b.yaml", "--samples").out, "Replaced"));  // nothing was there
  CHECK_FALSE(says(run("b.yaml", "--samples").out, "Replaced"));
  CHECK_FALSE(says(run("./b.yaml", "--set=device.count=2").out, "Replaced"));
  const Said sweep = run_updraft({"sweep", "a.yaml", "-o", "out"}, folder);
  CHECK(says(sweep.out, "Replaced in out: a run of ./b.yaml "));
  CHECK(says(run("a.yaml", "--samples").out, "Replaced in out: a sweep of a.yaml "));
  CHECK(says(run("b.yaml", "--samples").out, "Replaced in out: a run of a.yaml "));
  const Said json = run("a.yaml", "--json");  // standard output is for the figures alone
  CHECK(json.err == "Replaced in out: a run of b.yaml\n");
  CHECK(json.out.starts_with("["));
}

}  // namespace updraft
