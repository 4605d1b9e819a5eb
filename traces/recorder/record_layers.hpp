// The command `updraft-record layers`: its options, and what it does with them.
#pragma once

#include <string>
#include <vector>

#include "traces/recorder/networks/network_form.hpp"

namespace CLI {
class App;
}

namespace updraft {

class LayersCommand {
 public:
  explicit LayersCommand(CLI::App& app);  // both live until run()

  CLI::App* command() const { return command_; }
  // Throws InputError.
  void run();

 private:
  CLI::App* command_;
  NetworkChoice network_;
  std::vector<std::string> stage_;  // NAME RECIPE
  std::string input_;
  int classes_ = 0;
  std::string output_;
};

}  // namespace updraft
