// Did a verdict change, or how it is told? The scenario of golden/budgets, run by the program, must
// leave the committed bytes and print the committed table; UPDRAFT_RENEW_GOLDEN=1 writes them anew.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/bad_input/program.hpp"
#include "tests/golden/tiny_trace.hpp"
#include "tests/unit/traces/scratch.hpp"

namespace updraft {
namespace {

namespace fs = std::filesystem;
const fs::path golden = fs::path(UPDRAFT_SOURCE_DIR) / "tests" / "golden" / "budgets";

TEST_CASE("verdicts, margins and a tuned threshold leave the committed bytes") {
  const Scratch folder;
  fs::copy_file(golden / "budgets.yaml", folder.path("budgets.yaml"));
  write_inference_trace(tiny_trace(), folder.path("tiny.h5"));
  const Said said =
      run_updraft({"run", "budgets.yaml", "-o", "out", "--no-figure"}, folder.path(""));
  CHECK(said.err == "");
  REQUIRE(said.status == 0);
  folder.write("out/table.txt", said.out);
  check_committed(folder.path("out"), golden, {"summary.csv", "summary.json", "table.txt"});
  // The note of the tuned policy is in the manifest, too.
  CHECK(bytes_of(folder.path("out/manifest.json")).find("tuned by simulation on calibration") !=
        std::string::npos);
}

}  // namespace
}  // namespace updraft
