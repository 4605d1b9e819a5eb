#include "sim/own_process.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <map>
#include <stdexcept>
#include <vector>

namespace updraft {
namespace {

constexpr int stopping[] = {SIGINT, SIGTERM, SIGHUP};
// A global on purpose: a signal handler can reach nothing else.
volatile std::sig_atomic_t stop_signal = 0;
void note_signal(int number) { stop_signal = number; }

// A handler: nothing that allocates, locks or unwinds.
void end_at_once(int number) {
  constexpr char said[] = "updraft: interrupted, nothing was written\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, said, sizeof said - 1);
  ::_exit(128 + number);
}

void on_stopping(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;  // no SA_RESTART: poll() is to notice
  for (const int number : stopping) ::sigaction(number, &action, nullptr);
}

struct Child {
  std::size_t index;
  pid_t pid;
  int pipe;
  std::string bytes;
};

bool write_all(int file, const std::string& bytes) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t n = ::write(file, bytes.data() + written, bytes.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    written += static_cast<std::size_t>(n);
  }
  return true;
}

Child start(std::size_t index, const std::function<std::string(std::size_t)>& job) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error(fmt::format("no pipe: {}", std::strerror(errno)));
  std::fflush(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) {
    ::close(ends[0]);
    ::close(ends[1]);
    throw std::runtime_error(fmt::format("no process: {}", std::strerror(errno)));
  }
  if (pid == 0) {
    for (const int number : stopping) std::signal(number, SIG_DFL);
    ::close(ends[0]);
    int status = 1;
    try {
      status = write_all(ends[1], job(index)) ? 0 : 1;
    } catch (const std::exception& error) {
      fmt::print(stderr, "updraft: {}\n", error.what());
    }
    std::fflush(nullptr);
    ::_exit(status);  // no destructors: the parent's objects are not ours
  }
  ::close(ends[1]);
  return {index, pid, ends[0], {}};
}

// Reads what is there; true when the child has closed its end.
bool read_some(Child& child) {
  char buffer[1 << 16];
  const ssize_t n = ::read(child.pipe, buffer, sizeof buffer);
  if (n < 0 && errno == EINTR) return false;
  if (n > 0) child.bytes.append(buffer, static_cast<std::size_t>(n));
  return n <= 0;
}

bool ended_well(const Child& child) {
  ::close(child.pipe);
  int status = 0;
  while (::waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

void in_own_processes(std::size_t count, std::size_t parallel,
                      const std::function<std::string(std::size_t)>& job,
                      const std::function<void(std::size_t, std::string)>& take,
                      const std::function<void()>& waiting) {
  std::vector<Child> running;
  std::map<std::size_t, std::string> ready;
  std::size_t next = 0;
  std::size_t taken = 0;
  std::exception_ptr failure;
  while (taken < count && !(failure && running.empty())) {
    try {
      // Not far ahead of what was taken, so that a slow job does not pile up the others' results.
      while (!failure && next < count && running.size() < parallel && next < taken + 4 * parallel) {
        running.push_back(start(next++, job));
      }
    } catch (...) {
      failure = std::current_exception();
      continue;
    }
    std::vector<pollfd> polled;
    polled.reserve(running.size());
    for (const auto& child : running) polled.push_back({child.pipe, POLLIN, 0});
    constexpr int patience_ms = 1000;
    const int heard = ::poll(polled.data(), polled.size(), patience_ms);
    if (stop_signal != 0) {
      for (const auto& child : running) ::kill(child.pid, SIGKILL);
      for (const auto& child : running) ::waitpid(child.pid, nullptr, 0);
      throw Interrupted(stop_signal);
    }
    if (heard < 0 && errno != EINTR) {
      throw std::runtime_error(fmt::format("poll: {}", std::strerror(errno)));
    }
    if (heard <= 0) {
      if (waiting) waiting();
      continue;
    }
    for (std::size_t i = running.size(); i-- > 0;) {
      if (polled[i].revents == 0 || !read_some(running[i])) continue;
      Child child = std::move(running[i]);
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
      if (ended_well(child)) {
        ready.emplace(child.index, std::move(child.bytes));
      } else if (!failure) {
        failure = std::make_exception_ptr(std::runtime_error("a simulation ended before its time"));
      }
    }
    while (!failure && !ready.empty() && ready.begin()->first == taken) {
      take(taken++, std::move(ready.begin()->second));
      ready.erase(ready.begin());
    }
  }
  if (failure) std::rethrow_exception(failure);
}

void throw_if_stopped() {
  if (stop_signal != 0) throw Interrupted(stop_signal);
}

void stop_on_signals() { on_stopping(note_signal); }

StopAtOnce::StopAtOnce() {
  on_stopping(end_at_once);
  if (stop_signal != 0) end_at_once(stop_signal);
}

StopAtOnce::~StopAtOnce() { on_stopping(note_signal); }

std::size_t usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<std::size_t>(std::max(1, CPU_COUNT(&set)));
}

}  // namespace updraft
