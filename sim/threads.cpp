#include "sim/threads.hpp"

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

#include <exception>

namespace updraft {

void in_threads(std::size_t parallel,
                const std::function<bool(std::unique_lock<std::mutex>& lock)>& step) {
  std::mutex mutex;
  std::exception_ptr failure;
  const auto work = [&](std::size_t) {
    std::unique_lock<std::mutex> lock(mutex);
    try {
      while (failure == nullptr && step(lock)) {
      }
    } catch (...) {
      if (!lock.owns_lock()) lock.lock();
      if (failure == nullptr) failure = std::current_exception();
    }
  };
  if (parallel <= 1) {
    work(0);
  } else {
    const tbb::global_control threads(tbb::global_control::max_allowed_parallelism, parallel);
    { const std::lock_guard<std::mutex> all_before(mutex); }
    tbb::parallel_for(std::size_t{0}, parallel, work, tbb::simple_partitioner());
    const std::lock_guard<std::mutex> all_after(mutex);
  }
  if (failure != nullptr) std::rethrow_exception(failure);
}

}  // namespace updraft
