#include "traces/recorder/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace updraft {
namespace {

std::string bar(double done) {
  constexpr int cells = 24;
  const auto full = static_cast<std::size_t>(std::clamp(done, 0.0, 1.0) * cells);
  return fmt::format("[{:#<{}}{:.<{}}]", "", full, "", cells - full);
}

}  // namespace

std::string clock_text(Seconds duration) {
  const auto all = static_cast<long>(std::lround(std::max(0.0, duration.si())));
  const long hours = all / 3600;
  const long minutes = all / 60 % 60;
  if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, minutes, all % 60);
  return fmt::format("{}:{:02}", minutes, all % 60);
}

std::string Progress::shown(const TrainingStep& step, Seconds now) {
  if (step.resumed) {
    spared_ = step.done;
    last_shown_ = now;
    return fmt::format("{}: {} of {} epochs taken from its checkpoint\n", step.network, step.epoch,
                       step.epochs);
  }
  if (step.began) {
    if (terminal_) return "";  // the line of the first batch says it
    last_shown_ = now;
    return fmt::format("{}: training begins, epoch {} of {}\n", step.network, step.epoch,
                       step.epochs);
  }
  const Seconds between(terminal_ ? 0.2 : 60);
  if (!step.epoch_ended && now - last_shown_ < between) return "";
  last_shown_ = now;
  const double worked = step.done - spared_;
  const Seconds left = worked > 0 ? now * ((1 - step.done) / worked) : Seconds(0);
  const std::string beta = step.beta > 0 ? fmt::format("  beta {:.2g}", step.beta) : "";
  const std::string line = fmt::format(
      "{:<9} epoch {}/{}  loss {:.4f}  accuracy {:.2f} %{}  {} {:3.0f} %  elapsed {}  "
      "ETA {}",
      step.network, step.epoch, step.epochs, step.loss, 100 * step.accuracy, beta, bar(step.done),
      100 * step.done, clock_text(now), clock_text(left));
  if (!terminal_) return fmt::format("{}\n", line);
  return fmt::format("\r\033[K{}{}", line, step.epoch_ended ? "\n" : "");
}

}  // namespace updraft
