#include "sim/metrics/output_folder.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "sim/core/document.hpp"
#include "sim/core/input_error.hpp"
#include "tests/unit/core/temporary_folder.hpp"

using namespace updraft;
namespace fs = std::filesystem;

namespace {

// An empty folder of this test's own, gone afterwards.
struct Sandbox {
  TemporaryFolder home;
  fs::path root = home.root();

  fs::path target() const { return root / "result"; }
  std::string content(const char* name) const {
    return read_file((target() / name).string(), 1 << 20);
  }
  std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(root), fs::directory_iterator()));
  }
  void result(const char* text) const {
    OutputFolder folder(target());
    folder.write("summary.csv", text);
    folder.commit({.scenario = "x.yaml"});
  }
};

bool refused(const fs::path& target, const char* why) {
  try {
    OutputFolder folder(target);
  } catch (const InputError& error) {
    return std::string(error.what()).find(why) != std::string::npos;
  }
  return false;
}

}  // namespace

TEST_CASE("a result appears whole at commit, not before") {
  const Sandbox sandbox;
  {
    OutputFolder folder(sandbox.target());
    folder.write("summary.csv", "a\n");
    CHECK_FALSE(fs::exists(sandbox.target()));
    folder.commit({.scenario = "x.yaml"});
    CHECK(fs::exists(sandbox.target()));
  }
  CHECK(sandbox.content("summary.csv") == "a\n");
  CHECK(sandbox.entries() == 1);
  const auto json = nlohmann::json::parse(sandbox.content("manifest.json"));
  CHECK(json["outputs"] == nlohmann::json({"manifest.json", "summary.csv"}));
}

TEST_CASE("without commit nothing is left, and an older result stays") {
  const Sandbox sandbox;
  sandbox.result("old");
  {
    OutputFolder folder(sandbox.target());
    folder.write("summary.csv", "new");
  }
  CHECK(sandbox.content("summary.csv") == "old");
  CHECK(sandbox.entries() == 1);
}

TEST_CASE("a new result replaces an older one; files of the user's are carried over") {
  const Sandbox sandbox;
  {
    OutputFolder folder(sandbox.target());
    folder.write("summary.csv", "old");
    folder.write("samples.csv", "old");
    folder.commit({.scenario = "x.yaml"});
  }
  write_file(sandbox.target() / "notes.txt", "mine");
  sandbox.result("new");
  CHECK(sandbox.content("summary.csv") == "new");
  CHECK_FALSE(fs::exists(sandbox.target() / "samples.csv"));  // ours, and not of this run
  CHECK(sandbox.content("notes.txt") == "mine");
  CHECK(sandbox.entries() == 1);
}

TEST_CASE("a folder that is not a result of ours is refused and untouched") {
  const Sandbox sandbox;
  fs::create_directory(sandbox.target());
  write_file(sandbox.target() / "thesis.tex", "years of work");
  CHECK(refused(sandbox.target(), "is not replaced"));
  // somebody else's manifest does not make it ours
  write_file(sandbox.target() / "manifest.json", R"({"name": "a web page"})");
  CHECK(refused(sandbox.target(), "is not replaced"));
  write_file(sandbox.target() / "manifest.json", "not JSON");
  CHECK(refused(sandbox.target(), "is not replaced"));
  CHECK(sandbox.content("thesis.tex") == "years of work");
  CHECK(sandbox.entries() == 1);
}

TEST_CASE("an empty folder is taken, a file is not") {
  const Sandbox sandbox;
  fs::create_directory(sandbox.target());
  sandbox.result("new");
  CHECK(sandbox.content("summary.csv") == "new");
  write_file(sandbox.root / "file", "");
  CHECK(refused(sandbox.root / "file", "expected a folder"));
  CHECK(refused(sandbox.root / "file" / "below", "file"));
}

TEST_CASE("missing folders above are made, and a slash at the end changes nothing") {
  const Sandbox sandbox;
  OutputFolder folder(sandbox.root / "results" / "deep" / "");
  folder.commit({.scenario = "x.yaml"});
  CHECK(fs::exists(sandbox.root / "results" / "deep" / "manifest.json"));
}

TEST_CASE("what a killed run left is swept up by the next, a run under way is left alone") {
  const Sandbox sandbox;
  const pid_t child = fork();
  if (child == 0) {
    OutputFolder folder(sandbox.target());
    folder.write("samples.csv", "half");
    raise(SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  CHECK_FALSE(fs::exists(sandbox.target()));
  CHECK(sandbox.entries() == 1);  // the hidden folder

  OutputFolder running(sandbox.target());
  CHECK(sandbox.entries() == 1);  // the dead one is gone, this one is here
  running.write("summary.csv", "running");
  sandbox.result("other");
  CHECK(fs::exists(running.path("summary.csv")));
  running.commit({.scenario = "x.yaml"});
  CHECK(sandbox.content("summary.csv") == "running");
  CHECK(sandbox.entries() == 1);
}

TEST_CASE("a full disk is one clear line") {
  try {
    write_file("/dev/full", std::string(100, 'x'));
    FAIL("nothing was thrown");
  } catch (const InputError& error) {
    CHECK(std::string(error.what()) == "/dev/full: cannot be written: No space left on device");
  }
}

TEST_CASE("the manifest hashes every input, and a missing one is one clear line") {
  const Sandbox sandbox;
  write_file(sandbox.root / "abc", "abc");
  const std::string file = (sandbox.root / "abc").string();
  // FIPS 180-4's example: SHA-1("abc")
  CHECK(sha1_of(file) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  const auto json = nlohmann::json::parse(to_json({.scenario = "x.yaml",
                                                   .scenario_text = "a: \"ü\"\n",
                                                   .overrides = {"device.count=3"},
                                                   .seed = 7,
                                                   .engine = "simgrid",
                                                   .engine_settings = {{"network/model", "CM02"}},
                                                   .versions = {{"updraft", "0.1.0"}},
                                                   .inputs = {file}},
                                                  {"summary.csv"}));
  CHECK(json["inputs"][0]["sha1"] == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(json["scenario_text"] == "a: \"ü\"\n");
  CHECK(json["overrides"][0] == "device.count=3");
  CHECK(json["seed"] == 7);
  CHECK(json["engine_settings"]["network/model"] == "CM02");
  CHECK_THROWS_AS(sha1_of(file + "-missing"), InputError);
}
