#include "sim/threads.hpp"

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

#include <exception>

#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

namespace updraft {
namespace {

// oneTBB hands work to threads that wait already. It is not compiled with ThreadSanitizer, which
// therefore does not see that what was written before is written when they begin; these say so.
// What the threads share beyond that, the lock alone orders.
#ifdef __SANITIZE_THREAD__
char begun_mark;
void begins() { __tsan_release(&begun_mark); }
void has_begun() { __tsan_acquire(&begun_mark); }
#else
void begins() {}
void has_begun() {}
#endif

}  // namespace

void in_threads(std::size_t parallel,
                const std::function<bool(std::unique_lock<std::mutex>& lock)>& step) {
  std::mutex mutex;
  std::exception_ptr failure;
  const auto work = [&](std::size_t) {
    has_begun();
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
    begins();
    tbb::parallel_for(std::size_t{0}, parallel, work, tbb::simple_partitioner());
    const std::lock_guard<std::mutex> all_after(mutex);
  }
  if (failure != nullptr) std::rethrow_exception(failure);
}

}  // namespace updraft
