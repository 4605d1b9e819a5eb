// The command `updraft-record torchscript`: its options, and what it does with them.
#pragma once

#include <string>
#include <vector>

#include "traces/recorder/script_recording.hpp"

namespace CLI {
class App;
}

namespace updraft {

class ScriptCommand {
 public:
  explicit ScriptCommand(CLI::App& app);  // both live until run()

  CLI::App* command() const { return command_; }
  // Throws InputError.
  void run();

 private:
  CLI::App* command_;
  std::vector<std::string> stages_;  // FILE or NAME=FILE
  std::vector<std::string> macs_;    // NAME=VALUE
  std::string output_;
  bool quiet_ = false;
  ScriptRecipe recipe_;
};

// In a folder that exists, asked before an hour of work, not after. Throws InputError.
void expect_writable(const std::string& output);

// Writes a text file whole. Throws InputError where it cannot.
void write_text(const std::string& text, const std::string& output);

// What was recorded, on standard output: each split as `updraft trace info` shows it.
void print_splits(const InferenceTrace& trace);

}  // namespace updraft
