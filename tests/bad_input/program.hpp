// Runs the program itself, as a user would, and keeps what it said. For the suites that look at it
// from outside; those that look inside call sim/simulation.
#pragma once

#include <string>
#include <vector>

namespace updraft {

struct Said {
  int status = -1;  // of exit; 128 + signal where a signal ended it
  std::string out;
  std::string err;
  double cpu_s = 0;  // user and system, children included: the machine may be busy with others
};

// `updraft <arguments>` in `folder`. Fails the test where it cannot be started.
Said run_updraft(const std::vector<std::string>& arguments, const std::string& folder);

}  // namespace updraft
