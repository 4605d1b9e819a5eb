// Did anything change? The tiny scenario of golden/tiny, run by the program itself, must leave the
// committed bytes: on one core as on all, and on every machine. Its recorded trace is made here,
// from a formula.
//
// UPDRAFT_RENEW_GOLDEN=1 writes what comes out now over the committed files and prints what moved:
// the commit that carries them says why.
#include <doctest/doctest.h>
#include <sched.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/bad_input/program.hpp"
#include "tests/golden/tiny_trace.hpp"
#include "tests/unit/traces/scratch.hpp"

namespace updraft {
namespace {

namespace fs = std::filesystem;
const fs::path golden = fs::path(UPDRAFT_SOURCE_DIR) / "tests" / "golden" / "tiny";
const std::vector<std::string> results = {"summary.csv", "samples.csv", "summary.json",
                                          "paired.csv"};

// Runs the scenario in a folder of its own, which then holds out/.
void run_tiny(const Scratch& folder) {
  fs::copy_file(golden / "tiny.yaml", folder.path("tiny.yaml"));
  fs::copy_file(golden / "fading.yaml", folder.path("fading.yaml"));
  write_inference_trace(tiny_trace(), folder.path("tiny.h5"));
  const Said said =
      run_updraft({"run", "tiny.yaml", "-o", "out", "--samples", "--json"}, folder.path(""));
  CHECK(said.err == "");
  REQUIRE(said.status == 0);
  CHECK(said.out == bytes_of(folder.path("out/summary.json")));
}

TEST_CASE("the tiny scenario leaves the committed bytes") {
  const Scratch folder;
  run_tiny(folder);
  check_committed(folder.path("out"), golden, results);
}

TEST_CASE("on one core as on all: the same bytes") {
  cpu_set_t all;
  REQUIRE(::sched_getaffinity(0, sizeof all, &all) == 0);
  cpu_set_t one;
  CPU_ZERO(&one);
  for (int core = 0; core < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++core) {
    if (CPU_ISSET(core, &all)) CPU_SET(core, &one);
  }
  const Scratch on_all;
  run_tiny(on_all);
  const Scratch on_one;
  REQUIRE(::sched_setaffinity(0, sizeof one, &one) == 0);  // the program inherits it
  run_tiny(on_one);
  ::sched_setaffinity(0, sizeof all, &all);
  for (const auto& name : results) {
    CAPTURE(name);
    CHECK((bytes_of(on_all.path("out/" + name)) == bytes_of(on_one.path("out/" + name))));
  }
}

TEST_CASE("another seed leaves other bytes: the golden files could differ") {
  const Scratch folder;
  run_tiny(folder);
  const Said said = run_updraft(
      {"run", "tiny.yaml", "-o", "other", "--samples", "--quiet", "--set", "workload.seed=8"},
      folder.path(""));
  REQUIRE(said.status == 0);
  CHECK((bytes_of(folder.path("other/samples.csv")) != bytes_of(folder.path("out/samples.csv"))));
  CHECK((bytes_of(folder.path("other/summary.csv")) != bytes_of(folder.path("out/summary.csv"))));
}

}  // namespace
}  // namespace updraft
