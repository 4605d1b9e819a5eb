// Work side by side in threads of oneTBB. What the threads share is touched under one lock, which
// this hands around, so that who may touch what when can be seen (and ThreadSanitizer can see it).
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>

namespace updraft {

// Calls `step` again and again in up to `parallel` threads, until it has returned false in each. It
// is called with the lock held and returns with it held, and gives it up while it works. Whatever
// it throws ends all threads after the step that they are at, and is thrown here.
void in_threads(std::size_t parallel,
                const std::function<bool(std::unique_lock<std::mutex>& lock)>& step);

}  // namespace updraft
