// How far a recording is, on standard error: one line that rewrites itself on a terminal; elsewhere
// a line as each network begins, one per epoch, and one a minute within long epochs. Logic takes
// `now`; the program reads the clock.
#pragma once

#include <string>

#include "sim/units/quantity.hpp"
#include "traces/recorder/recording.hpp"

namespace updraft {

class Progress {
 public:
  explicit Progress(bool terminal) : terminal_(terminal) {}

  // What to print after a step, `now` since the program's start: text with its line ends, or "".
  std::string shown(const TrainingStep& step, Seconds now);

 private:
  bool terminal_;
  // Work that a checkpoint spared took no time and says nothing about the rest.
  double spared_ = 0;
  Seconds last_shown_;
};

// "1:02:03", "4:05"; rounded to seconds.
std::string clock_text(Seconds duration);

}  // namespace updraft
