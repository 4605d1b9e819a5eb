// samples.csv: every sample of every run with its decision, its outcome and all its stamps. One
// file for a scenario, written run by run, so that no run has to be kept. The sums over it are in
// summary.hpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "sim/core/menu.hpp"
#include "sim/core/sample.hpp"
#include "sim/metrics/text_file.hpp"

namespace updraft {

class SamplesCsv {
 public:
  // Begins the file. Throws InputError where it cannot be written, here and below.
  explicit SamplesCsv(const std::filesystem::path& path);

  // Appends one run: a line per sample, in the order of the samples. Dates in seconds with nine
  // decimals; empty where the sample never came by, where nothing was scored, where nothing ran.
  void add(std::string_view policy, std::uint32_t replication, const Samples& samples,
           const Menu& menu, const Truth& truth);
  void close() { file_.close(); }  // to see a full disk

 private:
  TextFile file_;
};

}  // namespace updraft
