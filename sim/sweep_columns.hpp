// What sweep.csv has of a policy's runs: the columns of summary.csv, and those that not every sweep
// has. All rows have the same, whatever their cells say.
#pragma once

#include <string>
#include <vector>

#include "sim/metrics/summary.hpp"
#include "sim/scenario/sweep_axes.hpp"

namespace updraft {

struct SweepColumns {
  BudgetColumns budgets{};  // that any cell has
  bool tuned = false;       // some policy of some cell is tuned by simulation

  std::string head() const;
  std::string nothing() const;  // all of them empty
  std::string row(const PolicyResult& result) const;
};

SweepColumns sweep_columns(const SweepAxes& axes);

// Each value of each axis once, the others at their first.
std::vector<std::size_t> cells_along_axes(const SweepAxes& axes);

}  // namespace updraft
