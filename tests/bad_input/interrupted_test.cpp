// What a user does to a run from outside: stops it, or gives it nowhere to write to. Nothing stays
// behind.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/core/temporary_folder.hpp"

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

TEST_CASE("a summary that could not be printed is no success") {
  const TemporaryFolder folder;
  const int full = ::open("/dev/full", O_WRONLY);
  REQUIRE(full >= 0);
  CHECK(status_of(start({"list", "policies"}, full)) == 2);
  ::close(full);
}

}  // namespace updraft
