// What `updraft analyze` does, once the command line has been read. Returns the exit status.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace updraft {

struct AnalyzeCommand {
  std::string trace;
  std::string output;  // "": results/analyze_<the trace's name>
  std::string split = "test";
  std::string variant;  // "": the first
  std::size_t draws = 1000;
  std::uint64_t seed = 1;
  bool json = false;  // analysis.json alone on standard output
  bool quiet = false;
  bool figure = true;
};
int analyze_recording(const AnalyzeCommand& command);

}  // namespace updraft
