// Did anything change in what `updraft cut` says? A hand-made network on measured tables
// (golden/cut; its sums stand in tests/unit/analysis/cut_report_test.cpp) must leave the committed
// bytes and print the committed tables; UPDRAFT_RENEW_GOLDEN=1 writes them anew.
#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/bad_input/program.hpp"
#include "tests/golden/tiny_trace.hpp"
#include "tests/unit/traces/scratch.hpp"

namespace updraft {
namespace {

namespace fs = std::filesystem;
const fs::path golden = fs::path(UPDRAFT_SOURCE_DIR) / "tests" / "golden" / "cut";

class Tiny {
 public:
  Tiny() {
    for (const char* file : {"tiny.yaml", "edge_times.yaml", "cloud_times.yaml", "catalog.yaml"})
      fs::copy_file(golden / file, folder.path(file));
  }
  Said cut(const std::vector<std::string>& more) const {
    std::vector<std::string> command = {"cut",           "tiny.yaml",
                                        "--edge",        "board",
                                        "--cloud",       "server",
                                        "--uplink",      "128kbps",
                                        "--latency",     "5ms",
                                        "--catalog",     "catalog.yaml",
                                        "--radio",       "wire",
                                        "--edge-times",  "edge_times.yaml",
                                        "--cloud-times", "cloud_times.yaml"};
    command.insert(command.end(), more.begin(), more.end());
    return run_updraft(command, folder.path(""));
  }
  Scratch folder;
};

}  // namespace

TEST_CASE("a sweep leaves the committed table, files and graph") {
  const Tiny tiny;
  const Said said = tiny.cut({"--sweep-uplink", "50kbps:500kbps:11", "--no-figure"});
  CHECK(said.err == "");
  REQUIRE(said.status == 0);
  const std::string out = tiny.folder.path("results/cut_tiny");
  tiny.folder.write("results/cut_tiny/table.txt", said.out);
  check_committed(out, golden, {"table.txt", "cut.csv", "cut.json", "cut.dot"});
  CHECK(!fs::exists(out + "/best_cut.csv"));
  CHECK(fs::exists(out + "/manifest.json"));
}

TEST_CASE("a budget, told to the terminal") {
  const Tiny tiny;
  const Said said = tiny.cut({"--objective", "latency_within", "--budget", "220mJ"});
  CHECK(said.err == "");
  REQUIRE(said.status == 0);
  tiny.folder.write("budget.txt", said.out);
  check_committed(tiny.folder.path(""), golden, {"budget.txt"});
  CHECK(!fs::exists(tiny.folder.path("results")));  // nothing was to be written
}

TEST_CASE("--json stands alone on standard output, as cut.json in the folder") {
  const Tiny tiny;
  const Said said = tiny.cut({"--json", "-o", "out", "--coding", "fp16"});
  CHECK(said.err == "");
  REQUIRE(said.status == 0);
  CHECK(said.out == bytes_of(tiny.folder.path("out/cut.json")));
  const auto all = nlohmann::json::parse(said.out);
  CHECK(all.at("chosen").at("cut") == "sum");
  CHECK(all.at("chosen").at("upload_B") == 250);  // 500 / 2
  CHECK(all.at("map").at(2).at("to_Mbps").is_null());
  CHECK(all.at("layers").size() == 5);
  CHECK(tiny.cut({"--quiet"}).out == "");
}

TEST_CASE("the figure's data: kinks at the breakpoints, the best nowhere above a line") {
  const Tiny tiny;
  const Said said = tiny.cut({"--sweep-uplink", "50kbps:500kbps:11", "-o", "out"});
  REQUIRE(said.status == 0);
  const std::string csv = bytes_of(tiny.folder.path("out/best_cut.csv"));
  CHECK(csv.starts_with("line,cut,rate_Mbps,value\nany rate,output,0.05,80\n"));
  // sum and cloud only are equal at 500 / 27 ms = 18518.5 B/s: 17 + 54 = 44 + 27 = 71 ms
  CHECK(csv.find("\nbest,sum,0.148148148,71\n") != std::string::npos);
  CHECK(csv.find("\nbest,input,0.148148148,71\n") != std::string::npos);
  CHECK(csv.find("\nchosen,sum,0.128,75.25\n") != std::string::npos);
  CHECK(fs::exists(tiny.folder.path("out/best_cut.gp")));
}

}  // namespace updraft
