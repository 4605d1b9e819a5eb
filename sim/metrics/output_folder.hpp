// The folder that a run leaves behind, whole or not at all: everything is written into a hidden
// sibling, which takes the place of the result folder at commit(). A run that fails or is killed
// changes nothing; what it left in the sibling is swept up by the next run. Not about what the
// files contain.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "sim/metrics/manifest.hpp"

namespace updraft {

class OutputFolder {
 public:
  // `target` is where the result will stand. Throws InputError where it is a file, cannot be
  // written, or is a folder with something in it that is not a result of updraft (its manifest.json
  // says so): that is never replaced.
  explicit OutputFolder(const std::filesystem::path& target);
  ~OutputFolder();  // without commit(): removes what was written
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

  // Where a file of the result is to be written now.
  std::filesystem::path path(std::string_view name) const { return partial_ / name; }
  const std::filesystem::path& partial() const { return partial_; }
  const std::filesystem::path& target() const { return target_; }
  // Writes a whole file. Throws InputError (disk full, ...).
  void write(std::string_view name, std::string_view text) const;

  // Writes manifest.json, listing every file of the folder, and puts the folder in its place. Of an
  // older result there, the files that updraft wrote go; any other file is carried over. Call once.
  void commit(const Manifest& manifest);

  // After commit(): what it has replaced, where that was another command's or another scenario's,
  // as a line with its end; else "".
  const std::string& replaced() const { return replaced_; }

 private:
  std::filesystem::path shown_;  // the target as the user named it
  std::filesystem::path target_;
  std::filesystem::path partial_;
  int lock_ = -1;  // held while this process lives: tells a run under way from a dead one
  bool committed_ = false;
  std::string replaced_;
};

// The result of updraft in a folder; nothing if it holds none.
std::optional<FoundResult> result_in(const std::filesystem::path& folder);

// Writes a whole file, or throws InputError with one line.
void write_file(const std::filesystem::path& path, std::string_view text);

}  // namespace updraft
