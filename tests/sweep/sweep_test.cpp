// Does a sweep come out the same however it was run? On one thread or many, in one go or killed and
// resumed, and with cells that fail among the others.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <sstream>

#include "sim/core/random.hpp"
#include "tests/bad_input/program.hpp"
#include "tests/sweep/killed.hpp"
#include "tests/unit/core/temporary_folder.hpp"
#include "tests/unit/traces/scratch.hpp"

namespace updraft {
namespace {

namespace fs = std::filesystem;

const std::string base =
    "workload: {trace: none, payload: 10 kB, reply: 1 kB, samples: 400, arrivals: {poisson: 20 "
    "Hz}}\n"
    "device: {stage_time: 10 ms}\n"
    "channel: {uplink: 8 Mbps, downlink: 8 Mbps, latency: 5 ms}\n"
    "cloud: {service: 5 ms}\n"
    "policies: [{name: coin, policy: random, offload: 50 %}, {policy: always_edge}]\n";

std::string read(const std::string& file) { return bytes_of(file); }

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> out(1);
  for (const char letter : line) {
    if (letter == ',') {
      out.emplace_back();
    } else {
      out.back() += letter;
    }
  }
  return out;
}

std::size_t column(const std::string& head, const std::string& name) {
  const auto names = cells_of(head);
  const auto found = std::find(names.begin(), names.end(), name);
  REQUIRE(found != names.end());
  return static_cast<std::size_t>(found - names.begin());
}

TEST_CASE("a grid has every value with every other, the first axis slowest; zip goes in lockstep") {
  const TemporaryFolder folder;
  const std::string file = folder.file(
      "grid.yaml",
      base +
          "sweep:\n"
          "  device.count: [1, 2]\n"
          "  zip: {policies.coin.offload: [10 %, 90 %], channel.uplink: [1 Mbps, 9 Mbps]}\n"
          "  cloud.servers: {from: 1, to: 3, count: 3}\n");
  REQUIRE(run_updraft({"sweep", file, "-o", folder.path("out"), "--quiet"}, folder.root().string())
              .status == 0);
  const auto lines = lines_of(read(folder.path("out/sweep.csv")));
  REQUIRE(lines.size() == 1 + 2 * 2 * 3 * 2);
  CHECK(
      lines[0].starts_with("cell,device.count,policies.coin.offload,channel.uplink,cloud.servers,"
                           "policy,engine,error,replications,delta,samples,"));
  CHECK(lines[1].starts_with("0,1,10 %,1 Mbps,1,coin,native,,1,,400,"));
  CHECK(lines[2].starts_with("0,1,10 %,1 Mbps,1,always_edge,native,,1,,400,"));
  CHECK(lines[3].starts_with("1,1,10 %,1 Mbps,2,coin,"));
  CHECK(lines[7].starts_with("3,1,90 %,9 Mbps,1,coin,"));
  CHECK(lines[24].starts_with("11,2,90 %,9 Mbps,3,always_edge,"));
}

TEST_CASE("a cell is the run with its values set") {
  const TemporaryFolder folder;
  const std::string file = folder.file(
      "one.yaml", base + "sweep: {device.count: [1, 3], channel.uplink: [2 Mbps, 6 Mbps]}\n");
  REQUIRE(run_updraft({"sweep", file, "-o", folder.path("out"), "--quiet"}, folder.root().string())
              .status == 0);
  REQUIRE(run_updraft({"run", file, "-o", folder.path("run"), "--quiet", "--no-figure", "--set",
                       "device.count=3", "--set", "channel.uplink=2 Mbps"},
                      folder.root().string())
              .status == 0);
  const auto swept = lines_of(read(folder.path("out/sweep.csv")));
  const auto run = lines_of(read(folder.path("run/summary.csv")));
  for (std::size_t policy : {0, 1}) {  // cell 2; what follows the policy's name
    const std::string& line = swept[1 + 2 * 2 + policy];
    const std::string figures = run[1 + policy].substr(run[1 + policy].find(','));
    CHECK(line.ends_with(figures));
  }
}

TEST_CASE("ranges keep their ends and their unit, linear and log") {
  const TemporaryFolder folder;
  const std::string file = folder.file(
      "range.yaml", base +
                        "sweep:\n"
                        "  policies.coin.offload: {from: 0, to: 0.3, count: 4}\n"
                        "  channel.uplink: {from: 1 Mbps, to: 100 Mbps, count: 3, spacing: log}\n");
  REQUIRE(run_updraft({"sweep", file, "-o", folder.path("out"), "--quiet"}, folder.root().string())
              .status == 0);
  const auto lines = lines_of(read(folder.path("out/sweep.csv")));
  CHECK(lines[3].starts_with("1,0,10 Mbps,coin,"));  // 1, 1 * 100^(1/2) = 10, 100
  CHECK(lines[5].starts_with("2,0,100 Mbps,coin,"));
  CHECK(lines[7].starts_with("3,0.1,1 Mbps,coin,"));
  CHECK(lines[23].starts_with("11,0.3,100 Mbps,coin,"));  // not 0.30000000000000004
}

TEST_CASE("threads change no byte, and simgrid's cells say what native's say") {
  const TemporaryFolder folder;
  const std::string file = folder.file(
      "both.yaml",
      base + "replications: 2\nsweep: {device.count: [1, 2, 5], engine: [native, simgrid]}\n");
  for (const char* jobs : {"1", "2", "5"}) {
    REQUIRE(run_updraft({"sweep", file, "-o", folder.path(std::string("out") + jobs), "-j", jobs,
                         "--quiet"},
                        folder.root().string())
                .status == 0);
  }
  const std::string csv = read(folder.path("out1/sweep.csv"));
  CHECK(csv == read(folder.path("out2/sweep.csv")));
  CHECK(csv == read(folder.path("out5/sweep.csv")));
  const auto lines = lines_of(csv);
  const std::size_t latency = column(lines[0], "latency_mean_s");
  const std::size_t engine = column(lines[0], "engine");
  for (std::size_t i = 1; i + 2 < lines.size(); i += 4) {
    for (const std::size_t policy : {0, 1}) {
      const auto native = cells_of(lines[i + policy]);
      const auto simgrid = cells_of(lines[i + 2 + policy]);
      CHECK(native[engine] == "native");
      CHECK(simgrid[engine] == "simgrid");
      CHECK(std::stod(native[latency]) ==
            doctest::Approx(std::stod(simgrid[latency])).epsilon(1e-8));
    }
  }
}

TEST_CASE("a cell that fails is a row with its error, and the others are run") {
  const TemporaryFolder folder;
  // Which file there is nobody knows before the cell is looked at.
  folder.file("there.txt", "0.1 4\n1 8\n");
  const std::string file = folder.file(
      "fails.yaml",
      base + "sweep: {channel.uplink: [{trace: there.txt}, {trace: gone.txt}, 5 Mbps]}\n");
  const auto said = run_updraft({"sweep", file, "-o", folder.path("out")}, folder.root().string());
  CHECK(said.status == 0);
  CHECK(said.err.find("2 of 6 rows failed, the first: cell 1, coin: ") != std::string::npos);
  const auto lines = lines_of(read(folder.path("out/sweep.csv")));
  REQUIRE(lines.size() == 7);
  CHECK(lines[1].find("native,,1,") != std::string::npos);
  CHECK(lines[3].find("gone.txt: cannot be read") != std::string::npos);
  CHECK(lines[4].find("gone.txt: cannot be read") != std::string::npos);
  CHECK(lines[5].find("native,,1,") != std::string::npos);

  const std::string none = folder.file(
      "none.yaml", base + "sweep: {channel.uplink: [{trace: gone.txt}, {trace: lost.txt}]}\n");
  CHECK(run_updraft({"sweep", none, "-o", folder.path("none")}, folder.root().string()).status ==
        2);
}

TEST_CASE(
    "the table shows who fell back and who was dropped, as shares and only where there are any") {
  const TemporaryFolder folder;
  // Service takes 50 ms, longer than either is patient: 'patient' has the edge's answer then, and
  // 'bare', whose samples no stage has run on, has none.
  const std::string late =
      "workload: {trace: none, payload: 1 kB, samples: 100, arrivals: {periodic: 5 Hz}}\n"
      "device: {stage_time: 1 ms}\n"
      "channel: {uplink: 8 Mbps, downlink: 8 Mbps}\n"
      "cloud: {service: 50 ms}\n"
      "policies:\n"
      "  - {name: patient, policy: always_cloud, run_stage: true, timeout: 20 ms}\n"
      "  - {name: bare, policy: always_cloud, timeout: 20 ms}\n"
      "sweep: {device.count: [1, 2]}\n";
  const auto said = run_updraft({"sweep", folder.file("late.yaml", late), "-o", folder.path("out")},
                                folder.root().string());
  CAPTURE(said.out);
  REQUIRE(said.status == 0);
  const auto lines = lines_of(said.out);
  const auto words_of = [](const std::string& line) {
    std::istringstream in(line);
    return std::vector<std::string>{std::istream_iterator<std::string>(in), {}};
  };
  CHECK(lines[0].find("fell  dropped") != std::string::npos);
  CHECK(lines[1].find("back %        %") != std::string::npos);
  const auto patient = words_of(lines[2]);  // count, name, accuracy, offloaded, latencies, both
  const auto bare = words_of(lines[3]);
  REQUIRE(patient.size() >= 8);
  REQUIRE(bare.size() >= 6);
  CHECK(patient[6] == "100.00");
  CHECK(patient[7] == "0.00");
  CHECK(said.out.find("dropped: no answer, counted as wrong: ") != std::string::npos);

  const auto in_time = run_updraft(
      {"sweep", folder.path("late.yaml"), "-o", folder.path("out"), "--set", "cloud.service=1 ms"},
      folder.root().string());
  CHECK(in_time.out.find("fell") == std::string::npos);
  CHECK(in_time.out.find("dropped") == std::string::npos);
}

std::string journal_of(const TemporaryFolder& folder) { return folder.path(".out.sweep/journal"); }

std::size_t cells_in(const std::string& journal) {
  std::size_t count = 0;
  for (std::size_t at = journal.find("\nc "); at != std::string::npos;
       at = journal.find("\nc ", at + 1))
    ++count;
  return count;
}

// With some cells done, and most of the 400 not.
bool begun(const TemporaryFolder& folder) {
  return fs::exists(journal_of(folder)) && cells_in(read(journal_of(folder))) > 4;
}

const std::string long_sweep = [] {
  std::string text = base;
  text.replace(text.find("samples: 400"), 12, "samples: 20000");
  return text + "sweep: {policies.coin.offload: {from: 0, to: 1, count: 400}}\n";
}();

TEST_CASE("killed at 20 random points and resumed, a sweep ends as if nothing had happened") {
  const TemporaryFolder undisturbed;
  const std::string name = "long.yaml";
  undisturbed.file(name, long_sweep);
  const auto start = std::chrono::steady_clock::now();
  REQUIRE(
      run_updraft({"sweep", name, "-o", "out", "--quiet"}, undisturbed.root().string()).status ==
      0);
  const std::chrono::duration<double> whole = std::chrono::steady_clock::now() - start;

  const TemporaryFolder folder;
  folder.file(name, long_sweep);
  const fs::path here = fs::current_path();
  fs::current_path(folder.root());
  Stream random(2026, "kill");
  MESSAGE("the points come from Stream(2026, \"kill\")");
  std::size_t before = 0;
  std::size_t unfinished = 0;
  for (int kill = 0; kill < 20; ++kill) {
    // Relative to the undisturbed run, so that a machine under load is killed at like points.
    const std::chrono::duration<double> patience = whole * (.05 + .3 * random.uniform());
    run_for({"sweep", name, "-o", "out", "--quiet", "--resume"},
            std::chrono::duration_cast<std::chrono::microseconds>(patience), SIGKILL);
    if (!fs::exists(journal_of(folder))) {  // not begun, or complete: the next begins anew
      before = 0;
      continue;
    }
    const std::size_t now = cells_in(read(journal_of(folder)));
    CHECK(now >= before);  // nothing is lost
    before = now;
    unfinished += now > 0 && now < 400;
  }
  fs::current_path(here);
  CHECK(unfinished >= 5);
  const auto last = run_updraft({"sweep", name, "-o", "out", "--resume"}, folder.root().string());
  CHECK(last.status == 0);
  CHECK(read(folder.path("out/sweep.csv")) == read(undisturbed.path("out/sweep.csv")));
  CHECK(read(folder.path("out/manifest.json")) == read(undisturbed.path("out/manifest.json")));
  std::size_t entries = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder.root())) ++entries;
  CHECK(entries == 2);  // the scenario and the result
}

TEST_CASE("an unfinished sweep is neither overwritten nor mixed with another") {
  const TemporaryFolder folder;
  const std::string file = folder.file("long.yaml", long_sweep);
  run_until(
      {"sweep", file, "-o", folder.path("out"), "--quiet"}, [&] { return begun(folder); }, SIGINT);
  REQUIRE(fs::exists(journal_of(folder)));
  CHECK(!fs::exists(folder.path("out")));
  const auto again = run_updraft({"sweep", file, "-o", folder.path("out")}, folder.root().string());
  CHECK(again.status == 2);
  CHECK(again.err.find("an unfinished sweep; expected --resume") != std::string::npos);
  const auto other =
      run_updraft({"sweep", file, "-o", folder.path("out"), "--resume", "--set", "device.count=2"},
                  folder.root().string());
  CHECK(other.status == 2);
  CHECK(other.err.find("is of another scenario, other --set or another version") !=
        std::string::npos);

  // A torn end, as a full disk or a lost power leaves it: every length of it is cut off.
  const std::string whole = read(journal_of(folder));
  const std::size_t cells = cells_in(whole);
  REQUIRE(cells > 2);
  const std::size_t last = whole.rfind("\nc ") + 1;
  for (const std::size_t length :
       {last + 1, last + 5, last + 30, (last + whole.size()) / 2, whole.size() - 1}) {
    fs::resize_file(journal_of(folder), length);
    run_for({"sweep", file, "-o", folder.path("out"), "--quiet", "--resume"},
            std::chrono::milliseconds(60), SIGKILL);
    CHECK(cells_in(read(journal_of(folder))) >= cells - 1);
    folder.file(".out.sweep/journal", whole);
  }
}

TEST_CASE("an input that has changed since stops the resuming") {
  const TemporaryFolder folder;
  folder.file("rate.txt", "0.1 4\n1 8\n");
  std::string text = long_sweep;
  text.replace(text.find("uplink: 8 Mbps"), 14, "uplink: {trace: rate.txt}");
  const std::string file = folder.file("long.yaml", text);
  run_until(
      {"sweep", file, "-o", folder.path("out"), "--quiet"}, [&] { return begun(folder); }, SIGKILL);
  REQUIRE(fs::exists(journal_of(folder)));
  folder.file("rate.txt", "0.1 4\n1 9\n");
  const auto said =
      run_updraft({"sweep", file, "-o", folder.path("out"), "--resume"}, folder.root().string());
  CHECK(said.status == 2);
  CHECK(said.err.find("rate.txt: has changed since the sweep began") != std::string::npos);
}

TEST_CASE("--resume replaces no finished sweep by another; without it that is what was asked for") {
  const TemporaryFolder folder;
  const std::string file = folder.file("small.yaml", base + "sweep: {device.count: [1, 2]}\n");
  const auto sweep = [&](std::vector<std::string> more) {
    std::vector<std::string> words = {"sweep", file, "-o", folder.path("out"), "--quiet"};
    words.insert(words.end(), more.begin(), more.end());
    return run_updraft(words, folder.root().string());
  };
  REQUIRE(sweep({}).status == 0);
  const std::string first = read(folder.path("out/sweep.csv"));
  CHECK(sweep({"--resume"}).status == 0);  // the same once more
  const auto other = sweep({"--resume", "--set", "cloud.service=9 ms"});
  CHECK(other.status == 2);
  CHECK(other.err.find("the finished sweep is of another scenario, other --set or another version; "
                       "expected them as they were") != std::string::npos);
  CHECK(read(folder.path("out/sweep.csv")) == first);
  folder.file("small.yaml", base + "sweep: {device.count: [1, 2, 3]}\n");
  CHECK(sweep({"--resume"}).status == 2);
  CHECK(read(folder.path("out/sweep.csv")) == first);
  CHECK(!fs::exists(journal_of(folder)));  // the refusals have not begun anything
  CHECK(sweep({}).status == 0);
  CHECK(read(folder.path("out/sweep.csv")) != first);
}

TEST_CASE("a folder of other things is left alone, a finished sweep is replaced") {
  const TemporaryFolder folder;
  const std::string file = folder.file("small.yaml", base + "sweep: {device.count: [1, 2]}\n");
  folder.file("mine/thesis.txt", "years of work");
  const auto refused =
      run_updraft({"sweep", file, "-o", folder.path("mine")}, folder.root().string());
  CHECK(refused.status == 2);
  CHECK(read(folder.path("mine/thesis.txt")) == "years of work");
  CHECK(!fs::exists(folder.path(".mine.sweep")));
  for (int i = 0; i < 2; ++i)
    CHECK(run_updraft({"sweep", file, "-o", folder.path("out"), "--quiet"}, folder.root().string())
              .status == 0);
}

}  // namespace
}  // namespace updraft
