// Cells whose policies are tuned by simulation first, and budgets in a sweep: the same bytes on any
// number of threads, killed and resumed, and the same values on either engine.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/bad_input/program.hpp"
#include "tests/sweep/killed.hpp"
#include "tests/unit/traces/scratch.hpp"

namespace updraft {
namespace {

namespace fs = std::filesystem;

// The slower the uplink, the smaller the share that keeps 30 ms; at 10 kbps none does but 0.
const std::string scenario =
    "workload: {trace: none, payload: 10 kB, reply: 1 kB, samples: 300, arrivals: {poisson: 20 "
    "Hz}}\n"
    "device: {stage_time: 10 ms}\n"
    "channel: {uplink: 8 Mbps, downlink: 8 Mbps, latency: 5 ms}\n"
    "cloud: {service: 5 ms}\n"
    "budgets: {latency_mean: 30 ms, uplink_per_sample: 4 kB}\n"
    "policies:\n"
    "  - {name: coin, policy: random, tune: {budget: {latency_mean: 30 ms}, count: 9, maximize: "
    "appealing_rate}}\n"
    "  - {policy: always_cloud}\n";

std::vector<std::vector<std::string>> cells_of(const std::string& csv) {
  std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
  bool quoted = false;
  for (const char letter : csv) {
    if (letter == '"') quoted = !quoted;
    if (letter == '\n') {
      rows.emplace_back(1);
    } else if (letter == ',' && !quoted) {
      rows.back().emplace_back();
    } else if (letter != '"') {
      rows.back().back() += letter;
    }
  }
  rows.pop_back();
  return rows;
}

std::size_t column(const std::vector<std::string>& head, const std::string& name) {
  const auto found = std::find(head.begin(), head.end(), name);
  REQUIRE_MESSAGE(found != head.end(), name);
  return static_cast<std::size_t>(found - head.begin());
}

TEST_CASE("threads change no byte of a tuned sweep, and a cell is the run with its values set") {
  const Scratch folder;
  const std::string file = folder.write(
      "tuned.yaml", scenario + "sweep: {channel.uplink: [2 Mbps, 4 Mbps, 8 Mbps, 16 Mbps]}\n");
  for (const char* jobs : {"1", "3"}) {
    const Said said =
        run_updraft({"sweep", file, "-o", std::string("out") + jobs, "-j", jobs}, folder.path(""));
    CHECK(said.err == "");
    REQUIRE(said.status == 0);
    CHECK(said.out.find("budgets") != std::string::npos);
    CHECK(said.out.find("missed") != std::string::npos);
  }
  const std::string csv = bytes_of(folder.path("out1/sweep.csv"));
  CHECK(csv == bytes_of(folder.path("out3/sweep.csv")));
  const auto rows = cells_of(csv);
  const std::size_t share = column(rows[0], "appealing_rate");
  const std::size_t verdict = column(rows[0], "uplink_B_verdict");
  const std::size_t tuned = column(rows[0], "tuned");
  for (std::size_t row = 3; row < rows.size(); row += 2) {  // faster: more is offloaded
    CHECK(std::stod(rows[row][share]) > std::stod(rows[row - 2][share]));
    CHECK(rows[row][tuned].starts_with("offload 0."));
  }
  for (std::size_t row = 2; row < rows.size(); row += 2) {  // 10 kB a sample
    CHECK(rows[row][verdict] == "missed");
    CHECK(rows[row][tuned] == "");
  }
  REQUIRE(run_updraft({"run", file, "-o", "run", "--quiet", "--no-figure", "--set",
                       "channel.uplink=4 Mbps"},
                      folder.path(""))
              .status == 0);
  const auto run = cells_of(bytes_of(folder.path("run/summary.csv")));
  CHECK(run[1][column(run[0], "appealing_rate")] == rows[3][share]);
}

TEST_CASE("limits can be swept, and a cell without a budget has nothing to say of it") {
  const Scratch folder;
  const std::string file = folder.write(
      "limits.yaml",
      scenario + "sweep: {budgets: [{latency_mean: 30 ms}, {latency_max: 1 s, accuracy: 1}]}\n");
  REQUIRE(run_updraft({"sweep", file, "-o", "out", "--quiet"}, folder.path("")).status == 0);
  const auto rows = cells_of(bytes_of(folder.path("out/sweep.csv")));
  const std::size_t mean = column(rows[0], "latency_mean_s_budget");
  const std::size_t max = column(rows[0], "latency_max_s_budget");
  CHECK(rows[1][mean] == "0.03");
  CHECK(rows[1][max] == "");
  CHECK(rows[3][mean] == "");
  CHECK(rows[3][max] == "1");
  CHECK(rows[3][column(rows[0], "accuracy_verdict")] != "");
  for (const auto& row : rows) CHECK(row.size() == rows[0].size());
}

TEST_CASE("simgrid's cells are tuned to what native's are") {
  const Scratch folder;
  const std::string file =
      folder.write("both.yaml", scenario + "sweep: {engine: [native, simgrid]}\n");
  REQUIRE(run_updraft({"sweep", file, "-o", "out", "--quiet"}, folder.path("")).status == 0);
  const auto rows = cells_of(bytes_of(folder.path("out/sweep.csv")));
  REQUIRE(rows.size() == 5);
  CHECK(rows[1][column(rows[0], "tuned")] == rows[3][column(rows[0], "tuned")]);
  CHECK(rows[1][column(rows[0], "appealing_rate")] == rows[3][column(rows[0], "appealing_rate")]);
}

TEST_CASE("a cell that nothing can meet is a row with its error, the others are run") {
  const Scratch folder;
  const std::string file = folder.write(
      "unmet.yaml", scenario + "sweep: {policies.coin.tune.budget.latency_mean: [1 us, 30 ms]}\n");
  const Said said = run_updraft({"sweep", file, "-o", "out"}, folder.path(""));
  CHECK(said.status == 0);
  CHECK(said.err.find("2 of 4 rows failed") != std::string::npos);
  CHECK(said.err.find("the closest, offload 0, has latency_mean ") != std::string::npos);
}

TEST_CASE("killed and resumed, a tuned sweep ends as if nothing had happened") {
  const Scratch undisturbed;
  const std::string text =
      scenario + "sweep: {channel.uplink: {from: 1 Mbps, to: 16 Mbps, count: 24}}\n";
  undisturbed.write("tuned.yaml", text);
  REQUIRE(
      run_updraft({"sweep", "tuned.yaml", "-o", "out", "--quiet"}, undisturbed.path("")).status ==
      0);
  const Scratch folder;
  folder.write("tuned.yaml", text);
  const fs::path here = fs::current_path();
  fs::current_path(folder.path(""));
  int begun = 0;
  double patience_ms = 30;  // on a busy machine it is a while before anything has begun
  for (int kill = 0; kill < 10; ++kill, patience_ms *= 1.6) {
    run_for({"sweep", "tuned.yaml", "-o", "out", "--quiet", "--resume"},
            std::chrono::microseconds(static_cast<long>(1e3 * patience_ms)), SIGKILL);
    begun += fs::exists(".out.sweep/journal");
  }
  fs::current_path(here);
  CHECK(begun > 0);
  REQUIRE(run_updraft({"sweep", "tuned.yaml", "-o", "out", "--quiet", "--resume"}, folder.path(""))
              .status == 0);
  CHECK(bytes_of(folder.path("out/sweep.csv")) == bytes_of(undisturbed.path("out/sweep.csv")));
}

}  // namespace
}  // namespace updraft
