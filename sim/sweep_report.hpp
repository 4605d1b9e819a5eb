// What people are shown of sweep.csv: a short table of it, and what failed.
#pragma once

#include <string>
#include <vector>

namespace updraft {

class SweepReport {
 public:
  // The text of sweep.csv with so many axes.
  SweepReport(const std::string& csv, std::size_t axes);
  std::size_t rows() const { return rows_.size(); }
  const std::vector<std::string>& errors() const { return errors_; }
  // Up to some two dozen rows, or the first and the last of more: axes, policy and the main
  // figures.
  std::string table() const;

 private:
  std::size_t axes_;
  std::vector<std::string> head_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::string> errors_;
};

}  // namespace updraft
