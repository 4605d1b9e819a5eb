// What `updraft channel fit` and `channel generate` do, once the command line has been read. Each
// returns the exit status; the user's mistakes come out as InputError.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace updraft {

struct ChannelFitCommand {
  std::vector<std::string> traces;  // one after the other, as one recording
  std::string output;               // the model's file
  std::string bin;                  // a duration; "": the first trace's own
  std::string column;               // of a CSV
  std::string unit;                 // of that column
  std::size_t states = 0;           // 0: by BIC
  std::uint64_t seed = 1;           // of the draw that the trace is compared with
  bool figure = false;              // write FILE.png beside the model
  bool quiet = false;
};
int fit_channel_to_trace(const ChannelFitCommand& command);

struct ChannelGenerateCommand {
  std::string model;
  std::string output;  // `seconds Mbps`
  std::string length = "600 s";
  std::string bin;  // means over bins this long; "": as it is drawn
  std::uint64_t seed = 1;
};
int generate_trace(const ChannelGenerateCommand& command);

}  // namespace updraft
