// The command `updraft-record look`: its options, and what it does with them.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace updraft {

class LookCommand {
 public:
  explicit LookCommand(CLI::App& app);  // both live until run()

  CLI::App* command() const { return command_; }
  // Throws InputError.
  void run();

 private:
  CLI::App* command_;
  std::string recipe_;
  std::vector<std::string> settings_;
  std::string data_;
  std::string checkpoints_;
  std::string stage_;
  std::string split_ = "test";
  std::vector<std::size_t> rows_{0, 1, 2, 3, 4, 5};
  std::string output_;
};

}  // namespace updraft
