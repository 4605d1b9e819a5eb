// What a policy asks to have found by simulation:
//   tune: {budget: {latency_p99: 150 ms}, maximize: accuracy, over: delta}
// The form of it: keys, names and ranges. The other tune, whose targets have closed forms on the
// calibration split, is policies/tuning.hpp's; the search itself is tuning_by_simulation.hpp's.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/metrics/budgets.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/value_range.hpp"

namespace updraft {

// What is to be as large, or as small, as the budgets let it be.
struct TuningObjective {
  std::string name = "accuracy";
  std::string_view unit = "fraction";             // as figure_columns.hpp names them
  double (*budget)(const RunFigures&) = nullptr;  // one of the two
  double RunFigures::*column = &RunFigures::accuracy;
  bool maximize = true;
  double of(const RunFigures& run) const { return budget != nullptr ? budget(run) : run.*column; }
};

struct TuningSpec {
  std::size_t policy = 0;  // which of the scenario's
  Place place{};           // of tune
  std::vector<Budget> budgets{};
  TuningObjective objective{};
  std::string over{};                 // the path in the policy's entry that is to be set
  std::optional<ValueRange> range{};  // absent: delta, by the score on the calibration split
  std::size_t count = 33;             // of the first, coarse grid
  bool sure = false;     // the 95 % interval has to lie within each budget, not only the mean
  bool usable = true;    // nothing that the value depends on was a mistake
  bool closest = false;  // where no value meets the budgets: the one that comes closest
};

// Does any policy of the document ask for it?
bool asks_for_simulation(const Document& document);

// Reads the tune of every policy that is of this kind. `budgets` are the scenario's own, for those
// that name none.
std::vector<TuningSpec> read_tuning(const Scenario& scenario, const std::vector<Budget>& budgets,
                                    Mistakes& mistakes);

// The entry without its tune, and with `value` where the spec says.
Document settled(const Document& entry, const TuningSpec& spec, const Document& value);

// Any value that the policy's maker will take, for a look at everything before anything runs.
Document placeholder(const TuningSpec& spec);

}  // namespace updraft
