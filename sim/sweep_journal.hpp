// What a sweep has done so far, on disk: one record a finished cell, appended as it ends, each with
// its length and a checksum. A sweep that was killed leaves at most one torn record, at the end,
// which is cut off. The file lies in a hidden folder beside the result and goes when the sweep is
// complete.
#pragma once

#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace updraft {

class SweepJournal {
 public:
  // For the sweep whose result will stand in `target`. `identity` is what makes two sweeps the same
  // one (scenario, overrides, version). With `resume`, goes on with what lies there, if anything
  // does. Throws InputError: an unfinished sweep is there and `resume` was not said, it is of
  // another identity or of inputs that have changed since, another process is at it, or the disk is
  // full.
  SweepJournal(const std::filesystem::path& target, const std::string& identity, bool resume);
  ~SweepJournal();
  // Does an unfinished sweep lie there?
  static bool lies_beside(const std::filesystem::path& target);
  SweepJournal(const SweepJournal&) = delete;
  SweepJournal& operator=(const SweepJournal&) = delete;

  // The rows of every finished cell.
  const std::map<std::size_t, std::string>& cells() const { return cells_; }
  void add_cell(std::size_t cell, const std::string& rows);
  // A file that the sweep has read; its hash is kept. Said again, it is nothing new.
  void add_input(const std::string& file);
  const std::set<std::string>& inputs() const { return inputs_; }
  // The sweep is complete and its result in place: the journal goes.
  void finish();
  const std::filesystem::path& folder() const { return folder_; }

 private:
  void read(const std::string& identity);
  void append(char kind, const std::string& name, const std::string& text);

  std::filesystem::path folder_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  std::map<std::size_t, std::string> cells_;
  std::set<std::string> inputs_;
};

}  // namespace updraft
