// From a recorded trace to a model to a drawn trace, by the program: each reads what the one before
// has written, the same seed gives the same bytes, and nothing else is left behind.
#include <doctest/doctest.h>

#include <filesystem>
#include <set>

#include "tests/bad_input/program.hpp"
#include "tests/unit/traces/scratch.hpp"
#include "traces/bandwidth_trace.hpp"
#include "traces/channel_model.hpp"

namespace updraft {
namespace {

const std::string source = UPDRAFT_SOURCE_DIR;

void run_well(const std::vector<std::string>& command, const Scratch& scratch) {
  const Said said = run_updraft(command, scratch.root().string());
  CHECK(said.err == "");
  CHECK(said.status == 0);
}

}  // namespace

TEST_CASE("channel fit writes a model that says how it was made, channel generate draws from it") {
  const Scratch scratch;
  std::filesystem::copy_file(source + "/tests/bad_input/files/long.txt", scratch.path("long.txt"));
  run_well({"channel", "fit", "long.txt", "-o", "model.yaml", "--states", "2", "--quiet"}, scratch);
  const auto text = bytes_of(scratch.path("model.yaml"));
  CHECK(
      text.starts_with("# updraft channel fit long.txt --states 2 -o model.yaml\n"
                       "# 40 bins of 1 s; model: a draw of 4000000 bins, seed 1."));
  const auto model = read_channel_model(scratch.path("model.yaml"));
  CHECK(model.slot == Seconds(1));
  CHECK(model.states.size() == 2);
  const auto mean = read_bandwidth_trace(scratch.path("long.txt")).mean();
  CHECK(model.mean().si() == doctest::Approx(mean.si()).epsilon(.01));

  const auto generate = [&](const std::string& file, const std::string& seed) {
    run_well({"channel", "generate", "model.yaml", "-o", file, "--length", "1min", "--seed", seed},
             scratch);
    return bytes_of(scratch.path(file));
  };
  const auto drawn = generate("drawn.txt", "1");
  CHECK(generate("again.txt", "1") == drawn);
  CHECK(generate("other.txt", "2") != drawn);
  CHECK(read_bandwidth_trace(scratch.path("drawn.txt")).length().si() == 60);
  run_well({"channel", "generate", "model.yaml", "-o", "bins.txt", "--bin", "7s"}, scratch);
  CHECK(read_bandwidth_trace(scratch.path("bins.txt")).steps().size() == 85);  // 600 s / 7 s

  std::set<std::string> left;
  for (const auto& entry : std::filesystem::directory_iterator(scratch.root()))
    left.insert(entry.path().filename().string());
  CHECK(left == std::set<std::string>{"again.txt", "bins.txt", "drawn.txt", "long.txt",
                                      "model.yaml", "other.txt"});
}

}  // namespace updraft
