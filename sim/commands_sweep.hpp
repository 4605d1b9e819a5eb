// What `updraft sweep` does, once the command line has been read. Returns the exit status.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace updraft {

struct SweepCommand {
  std::string scenario;
  std::string output;                  // "": results/<scenario's name>_sweep
  std::vector<std::string> overrides;  // "path=value"
  std::size_t parallel = 0;            // 0: every core that may be used
  bool resume = false;
  bool quiet = false;
};
int sweep_scenario(const SweepCommand& command);

}  // namespace updraft
