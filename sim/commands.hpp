// What `updraft run`, `check`, `list` and `trace` do, once the command line has been read. Each
// returns the exit status; the user's mistakes come out as InputError.
#pragma once

#include <string>
#include <vector>

namespace updraft {

struct RunOptions {
  std::string scenario;
  std::string output;                  // "": results/<scenario's name>
  std::vector<std::string> overrides;  // "path=value"
  bool json = false;                   // the summary alone on standard output
  bool samples = false;                // write samples.csv
  bool timeline = false;               // write timeline.json
  bool quiet = false;
  bool figure = true;
};
int run_scenario(const RunOptions& options);

int check_scenarios(const std::vector<std::string>& files,
                    const std::vector<std::string>& overrides);
int list_known(const std::string& what, const std::string& catalog);
struct TraceInfoCommand {
  std::string file;
  std::string column;  // of a CSV: the one that holds the rate
  std::string unit;    // of that column
};
int show_trace(const TraceInfoCommand& command);

// Writes to standard output; a closed pipe (| head) is no error.
void print(const std::string& text);

}  // namespace updraft
