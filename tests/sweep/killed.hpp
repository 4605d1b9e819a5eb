// A sweep that is killed after a while.
#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <string>
#include <thread>
#include <vector>

extern char** environ;

namespace updraft {

inline pid_t started(const std::vector<std::string>& words) {
  std::vector<std::string> all = words;
  all.insert(all.begin(), UPDRAFT_BUILD_DIR "/updraft");
  std::vector<char*> argv;
  for (auto& word : all) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t pid = 0;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  REQUIRE(::posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ) == 0);
  posix_spawn_file_actions_destroy(&actions);
  return pid;
}

// Starts a sweep and kills it after so long, unless it has ended by itself.
inline void run_for(const std::vector<std::string>& words, std::chrono::microseconds patience,
                    int number) {
  const pid_t pid = started(words);
  std::this_thread::sleep_for(patience);
  ::kill(pid, number);
  ::waitpid(pid, nullptr, 0);
}

// Starts a sweep and kills it once `far_enough` says so: however slow the machine is just now.
inline void run_until(const std::vector<std::string>& words,
                      const std::function<bool()>& far_enough, int number) {
  const pid_t pid = started(words);
  const auto limit = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!far_enough() && std::chrono::steady_clock::now() < limit)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  ::kill(pid, number);
  ::waitpid(pid, nullptr, 0);
}

}  // namespace updraft
