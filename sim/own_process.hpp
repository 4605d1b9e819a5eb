// Jobs in forked processes of their own, a few at a time: SimGrid allows one engine per process.
// The parent must not have started SimGrid or threads. Not a thread pool, and nothing is shared but
// the bytes that a job returns.
#pragma once

#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>

namespace updraft {

// Someone asked the program to stop: what was running is dead, and what was half-written goes as
// the stack unwinds.
class Interrupted : public std::runtime_error {
 public:
  explicit Interrupted(int number, const std::string& what = "interrupted, nothing was written")
      : std::runtime_error(what), signal(number) {}
  int signal;
};

// From now on SIGINT, SIGTERM and SIGHUP end in_own_processes() by Interrupted, not the program.
void stop_on_signals();

// While it lives, such a signal ends the whole program there and then, in the words and with the
// status of Interrupted: for work that asks nobody in between (reading a trace, fitting a model).
// Where nothing is half-written, no other process runs, and no thread but the caller's.
class StopAtOnce {
 public:
  StopAtOnce();
  ~StopAtOnce();  // as after stop_on_signals()
  StopAtOnce(const StopAtOnce&) = delete;
  StopAtOnce& operator=(const StopAtOnce&) = delete;
};

// Throws Interrupted if someone has asked to stop. For work in threads.
void throw_if_stopped();

// Runs job(0) ... job(count - 1), each in a child process, at most `parallel` at once, and hands
// what they return to take(i, bytes) in the order of i, here in the parent; `waiting` is called
// about once a second meanwhile. Throws std::runtime_error where a child failed (it says why on
// standard error itself) or none could be made, and Interrupted.
void in_own_processes(std::size_t count, std::size_t parallel,
                      const std::function<std::string(std::size_t)>& job,
                      const std::function<void(std::size_t, std::string)>& take,
                      const std::function<void()>& waiting = {});

// How many cores this process may use, at least 1.
std::size_t usable_cores();

}  // namespace updraft
