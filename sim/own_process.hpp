// Jobs in forked processes of their own, a few at a time: SimGrid allows one engine per process.
// The parent must not have started SimGrid or threads. Not a thread pool, and nothing is shared but
// the bytes that a job returns.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace updraft {

// Runs job(0) ... job(count - 1), each in a child process, at most `parallel` at once, and hands
// what they return to take(i, bytes) in the order of i, here in the parent. Throws
// std::runtime_error where a child failed (it says why on standard error itself) or none could be
// made.
void in_own_processes(std::size_t count, std::size_t parallel,
                      const std::function<std::string(std::size_t)>& job,
                      const std::function<void(std::size_t, std::string)>& take);

// How many cores this process may use, at least 1.
std::size_t usable_cores();

}  // namespace updraft
