// What a user does to a run from outside: stops it, or gives it nowhere to write to. Nothing stays
// behind.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/core/temporary_folder.hpp"
#include "tests/unit/traces/scratch.hpp"

extern char** environ;

namespace updraft {
namespace {

constexpr const char* long_scenario =
    "workload: {trace: none, payload: 1 kB, samples: 3000000, arrivals: {poisson: 20 Hz}}\n"
    "channel: {uplink: 8 Mbps, downlink: 8 Mbps}\n"
    "policies: [{policy: always_cloud}]\n";

// Starts updraft with standard output in `out`, which is closed in the parent by the caller.
pid_t start(std::vector<std::string> words, int out) {
  words.insert(words.begin(), UPDRAFT_BUILD_DIR "/updraft");
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDERR_FILENO);
  pid_t pid = 0;
  REQUIRE(::posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ) == 0);
  posix_spawn_file_actions_destroy(&actions);
  return pid;
}

int status_of(pid_t pid) {
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace

TEST_CASE("a run that is told to stop leaves nothing behind and says so by its exit status") {
  for (const int number : {SIGTERM, SIGINT}) {
    const TemporaryFolder folder;
    const std::string scenario = folder.file("long.yaml", long_scenario);
    const int nowhere = ::open("/dev/null", O_WRONLY);
    const pid_t pid = start({"run", scenario, "-o", folder.path("out")}, nowhere);
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    ::kill(pid, number);
    CHECK(status_of(pid) == 128 + number);
    ::close(nowhere);
    std::size_t entries = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder.root())) {
      CAPTURE(entry.path().string());
      ++entries;
    }
    CHECK(entries == 1);  // the scenario
  }
}

// A recording whose fit takes many times longer than the test waits: 40,000 bins, every one another
// rate (of the Fibonacci hashing of its number).
std::string long_recording() {
  std::string text;
  for (std::uint64_t i = 1; i <= 40000; ++i) {
    const std::uint64_t hash = (i * 0x9e3779b97f4a7c15) >> 44;  // 20 bits
    text += std::to_string(i) + " " + std::to_string(1 + static_cast<double>(hash) / 1e5) + "\n";
  }
  return text;
}

TEST_CASE("commands that only read and reckon stop at once, too, and leave no file behind") {
  using Clock = std::chrono::steady_clock;
  const std::string model = std::string(UPDRAFT_SOURCE_DIR) + "/traces/channels/lte_uplink.yaml";
  for (const int number : {SIGTERM, SIGINT}) {
    const TemporaryFolder folder;
    const std::string trace = folder.file("long.txt", long_recording());
    const std::vector<std::vector<std::string>> commands = {
        {"channel", "fit", trace, "-o", folder.path("model.yaml")},
        {"channel", "generate", model, "-o", folder.path("drawn.txt"), "--bin", "1 s", "--length",
         "19000000 s"}};
    for (const auto& command : commands) {
      CAPTURE(command[1]);
      const std::string said = folder.path("said");
      const int out = ::open(said.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      REQUIRE(out >= 0);
      const pid_t pid = start(command, out);
      ::close(out);
      std::this_thread::sleep_for(std::chrono::milliseconds(700));
      const auto told = Clock::now();
      ::kill(pid, number);
      CHECK(status_of(pid) == 128 + number);
      CHECK(Clock::now() - told < std::chrono::seconds(3));  // 0.5 s, on a machine that is busy
      CHECK(bytes_of(said) == "updraft: interrupted, nothing was written\n");
      std::set<std::string> left;
      for (const auto& entry : std::filesystem::directory_iterator(folder.root()))
        left.insert(entry.path().filename().string());
      CHECK(left == std::set<std::string>{"long.txt", "said"});
    }
  }
}

TEST_CASE("a summary that could not be printed is no success") {
  const TemporaryFolder folder;
  const int full = ::open("/dev/full", O_WRONLY);
  REQUIRE(full >= 0);
  CHECK(status_of(start({"list", "policies"}, full)) == 2);
  ::close(full);
}

}  // namespace updraft
