// One line on standard error that says how far the simulations are; nothing where nobody looks.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace updraft {

class Progress {
 public:
  // `what` is counted ("runs", "cells"); `done` of them are there already. It stays silent where it
  // is not wanted, where standard error is no terminal, and for the first second.
  Progress(std::string what, std::size_t count, bool wanted, std::size_t done = 0);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void one_more();
  void show();

 private:
  using Clock = std::chrono::steady_clock;
  std::string what_;
  std::size_t count_;
  bool wanted_;
  std::size_t before_;  // done before this began
  std::size_t done_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point shown_at_{};
  bool shown_ = false;
};

}  // namespace updraft
