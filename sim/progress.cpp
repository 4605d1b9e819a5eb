#include "sim/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

namespace updraft {

Progress::Progress(std::string what, std::size_t count, bool wanted, std::size_t done)
    : what_(std::move(what)),
      count_(count),
      wanted_(wanted && ::isatty(STDERR_FILENO) == 1),
      before_(done),
      done_(done) {}

Progress::~Progress() {
  if (shown_) fmt::print(stderr, "\r\033[K");
}

void Progress::one_more() {
  ++done_;
  show();
}

void Progress::show() {
  if (!wanted_) return;
  const auto now = Clock::now();
  const double elapsed = std::chrono::duration<double>(now - started_).count();
  if (elapsed < 1 || now - shown_at_ < std::chrono::milliseconds(100)) return;
  constexpr std::size_t width = 24;
  const std::size_t full = width * done_ / count_;
  fmt::print(stderr, "\r\033[K[{}{}] {}/{} {}, {:.0f} s", std::string(full, '#'),
             std::string(width - full, '.'), done_, count_, what_, elapsed);
  if (done_ > before_) {
    const double rate = static_cast<double>(done_ - before_) / elapsed;
    fmt::print(stderr, ", {:.3g} a second, about {:.0f} s left", rate,
               static_cast<double>(count_ - done_) / rate);
  }
  std::fflush(stderr);
  shown_ = true;
  shown_at_ = now;
}

}  // namespace updraft
