// Many runs: every cell of a scenario's `sweep:` block, each a scenario of its own with the same
// seeds. Native cells run in threads, simgrid cells in processes of their own. A cell that fails is
// a row with its error. Which cell ends when changes nothing of the table.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "sim/scenario/sweep_axes.hpp"

namespace updraft {

struct SweepOptions {
  std::string file;  // of the scenario
  std::size_t parallel = 1;
};

// Where a finished cell's rows go, and what is known already.
class CellSink {
 public:
  virtual ~CellSink() = default;
  virtual bool has(std::size_t cell) const = 0;
  // One at a time. `failed`: the rows say what went wrong.
  virtual void add(std::size_t cell, const std::string& rows, bool failed) = 0;
  virtual void reads(const std::string& file) = 0;
  virtual void waiting() = 0;  // now and then
};

// Every mistake of form in any cell, each once: keys, units, ranges, paths that lead nowhere.
// Throws InputError. Up to some thousand cells each is looked at, beyond that each value of each
// axis.
void check_cells(const SweepAxes& axes, const std::string& file);

// Runs the cells that `sink` does not have. Throws Interrupted.
void run_cells(const SweepAxes& axes, const SweepOptions& options, CellSink& sink);

// sweep.csv: a row per cell and policy: cell, the axes, policy, engine, error, then what
// summary.csv has, and `tuned`, how a value was found, where policies are tuned by simulation.
std::string sweep_csv_head(const SweepAxes& axes);

}  // namespace updraft
