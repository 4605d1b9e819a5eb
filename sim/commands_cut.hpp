// What `updraft cut` does, once the command line has been read. Returns the exit status; the user's
// mistakes come out as InputError.
#pragma once

#include <string>

#include "analysis/cut_setup.hpp"

namespace CLI {
class App;
}

namespace updraft {

struct CutCommand {
  CutRequest request;
  std::string output;  // "": results/cut_<network> where there is a sweep, else nothing is written
  bool json = false;   // cut.json alone on standard output
  bool quiet = false;
  bool figure = true;
};
int run_cut(const CutCommand& command);

// Adds the command, whose options fill `command`, and which then runs and sets `status`: both live
// as long as `app`.
CLI::App* add_cut_command(CLI::App& app, CutCommand& command, int& status);

}  // namespace updraft
