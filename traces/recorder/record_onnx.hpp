// The command `updraft-record import-onnx`: its options, and what it does with them. Without
// libonnx it says so.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace updraft {

class OnnxCommand {
 public:
  explicit OnnxCommand(CLI::App& app);  // both live until run()

  CLI::App* command() const { return command_; }
  // Throws InputError.
  void run();

 private:
  CLI::App* command_;
  std::string model_;
  std::string output_;
  std::vector<std::string> dims_;  // NAME=N
  bool allow_unknown_ = false;
  bool quiet_ = false;
};

}  // namespace updraft
