#include "sim/metrics/gnuplot.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

namespace updraft {
namespace {

constexpr int patience_ms = 20000;
constexpr std::size_t most_talk = 4096;

// What the child says until it closes its end; nothing more once patience is over.
std::string listen(int pipe_end, bool& in_time) {
  using std::chrono::steady_clock;
  const auto due = steady_clock::now() + std::chrono::milliseconds(patience_ms);
  std::string talk;
  std::array<char, 512> block{};
  in_time = true;
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(due - steady_clock::now());
    pollfd waiting{pipe_end, POLLIN, 0};
    const int ready = left.count() > 0 ? poll(&waiting, 1, static_cast<int>(left.count())) : 0;
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return in_time = false, talk;
    const ssize_t got = read(pipe_end, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return talk;
    if (talk.size() < most_talk) talk.append(block.data(), static_cast<std::size_t>(got));
  }
}

std::string first_words(const std::string& talk) {
  std::string line;
  for (const char letter : talk) {
    if (line.size() >= 160) break;
    if (static_cast<unsigned char>(letter) >= 0x20) {
      line += letter;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

}  // namespace

std::string run_gnuplot(const std::filesystem::path& folder, const std::string& script,
                        const std::string& program) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return std::strerror(errno);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  std::string name = program;
  std::string defaults = "-d";
  std::string file = script;
  char* const arguments[] = {name.data(), defaults.data(), file.data(), nullptr};
  pid_t child = 0;
  const int failed = posix_spawnp(&child, name.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (failed != 0) {
    close(ends[0]);
    return failed == ENOENT ? "gnuplot is not installed (apt-get install gnuplot-nox)"
                            : fmt::format("gnuplot did not start: {}", std::strerror(failed));
  }
  bool in_time = true;
  const std::string talk = listen(ends[0], in_time);
  close(ends[0]);
  if (!in_time) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time) return fmt::format("gnuplot took more than {} s", patience_ms / 1000);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return "";
  if (WIFSIGNALED(status)) {
    return fmt::format("gnuplot was ended by signal {} ({})", WTERMSIG(status),
                       ::strsignal(WTERMSIG(status)));
  }
  const std::string said = first_words(talk);
  return fmt::format(
      "gnuplot failed: {}",
      said.empty() ? fmt::format("exit status {}, without a word", WEXITSTATUS(status)) : said);
}

std::string gnuplot_text(std::string_view text) {
  std::string out = "'";
  for (const char letter : text) {
    if (letter == '\'') out += '\'';
    const auto code = static_cast<unsigned char>(letter);
    // A back quote would not be run inside single quotes; it goes all the same.
    out += code < 0x20 || code == 0x7F ? ' ' : letter == '`' ? '\'' : letter;
    if (letter == '`') out += '\'';
  }
  return out + "'";
}

}  // namespace updraft
