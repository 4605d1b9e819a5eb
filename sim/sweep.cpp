#include "sim/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "sim/metrics/summary.hpp"
#include "sim/metrics/verdicts.hpp"
#include "sim/own_process.hpp"
#include "sim/simulation.hpp"
#include "sim/sweep_columns.hpp"
#include "sim/threads.hpp"
#include "sim/tuning_by_simulation.hpp"

namespace updraft {
namespace {

// A cell on its way.
struct Cell {
  std::size_t number = 0;
  std::unique_ptr<Prepared> prepared;  // null: it has failed, and `rows` say how
  std::string rows{};
  std::vector<PolicyResult> results{};
  std::size_t taken = 0;  // runs that somebody has taken on
  std::size_t ended = 0;

  std::size_t replications() const { return prepared->replications.size(); }
  std::size_t runs() const { return results.size() * replications(); }
};

std::string row_start(const SweepAxes& axes, std::size_t cell, std::string_view policy,
                      std::string_view engine, std::string_view error) {
  std::string out = fmt::format("{}", cell);
  for (const auto& value : axes.values(cell)) out += fmt::format(",{}", csv_text(value));
  return out + fmt::format(",{},{},{}", csv_text(policy), engine, csv_text(error));
}

// Figures are empty where there are none.
std::string error_rows(const SweepAxes& axes, std::size_t cell, const Document& document,
                       const SweepColumns& columns, std::string error) {
  std::replace(error.begin(), error.end(), '\n', ' ');
  std::string rows;
  const Document* policies = document.find("policies");
  for (const auto& policy : policies->items) {
    const Document* name = policy.find("name");
    if (name == nullptr) name = policy.find("policy");
    rows += row_start(axes, cell, name == nullptr ? "" : name->text, "", error) +
            columns.nothing() + "\n";
  }
  return rows;
}

std::string result_rows(const SweepAxes& axes, std::size_t cell, EngineKind engine,
                        const SweepColumns& columns, const std::vector<PolicyResult>& results) {
  std::string rows;
  for (const auto& result : results) {
    rows +=
        row_start(axes, cell, result.name, name_of(engine), "") + "," + columns.row(result) + "\n";
  }
  return rows;
}

// What a cell's document says of its engine, without reading all of it.
EngineKind engine_of(const Document& document) {
  Scenario scenario;
  if (const Document* engine = document.find("engine")) scenario.engine = engine->text;
  if (const Document* model = document.find("network_model")) scenario.network_model = model->text;
  return updraft::engine_of(scenario).kind;
}

Cell prepare_cell(const SweepAxes& axes, std::size_t number, const std::string& file,
                  const SweepColumns& columns, Inputs& inputs, const TuningOptions& tuning) {
  Cell cell;
  cell.number = number;
  const Document document = axes.cell(number);
  try {
    cell.prepared = prepare_tuned(document, file, inputs, tuning);
  } catch (const InputError& error) {
    cell.rows = error_rows(axes, number, document, columns, error.what());
    return cell;
  }
  cell.results = empty_results(*cell.prepared);
  for (auto& result : cell.results) result.runs.resize(cell.replications());
  return cell;
}

// Hands out the runs of cell after cell, and a cell's rows when its last run has ended. For
// in_threads: everything but the simulating itself is done by one thread at a time. Where a cell is
// tuned by simulation first, that is one thread's work, beside the others' runs.
class NativeCells {
 public:
  NativeCells(const SweepAxes& axes, const std::vector<std::size_t>& cells,
              const SweepOptions& options, CellSink& sink)
      : axes_(axes), cells_(cells), options_(options), sink_(sink) {}

  // One run, if any is left.
  bool step(std::unique_lock<std::mutex>& lock) {
    throw_if_stopped();
    while (at_hand() == nullptr) {
      if (next_ == cells_.size()) return false;
      read_next(lock);
    }
    Cell& cell = *at_hand();
    const std::size_t run = cell.taken++;
    const std::size_t policy = run / cell.replications();
    const std::size_t replication = run % cell.replications();
    lock.unlock();
    const RunFigures found =
        figures_of(*cell.prepared, policy, replication,
                   simulate_here(*cell.prepared, policy, replication, EngineKind::native));
    lock.lock();
    cell.results[policy].runs[replication] = found;
    if (++cell.ended == cell.runs()) finish(cell);
    return true;
  }

 private:
  // The first cell with runs that nobody has taken on; null if there is none.
  Cell* at_hand() {
    for (auto& [number, cell] : under_way_) {
      if (cell.taken < cell.runs()) return &cell;
    }
    return nullptr;
  }

  void read_next(std::unique_lock<std::mutex>& lock) {
    const std::size_t number = cells_[next_++];
    TuningOptions tuning;
    tuning.parallel = 1;
    tuning.guarded = [&](const std::function<void()>& ask_inputs) {
      if (!lock.owns_lock()) lock.lock();
      ask_inputs();
      lock.unlock();
    };
    lock.unlock();
    Cell cell = prepare_cell(axes_, number, options_.file, columns_, inputs_, tuning);
    if (!lock.owns_lock()) lock.lock();
    if (cell.prepared == nullptr) {
      sink_.add(cell.number, cell.rows, true);
      return;
    }
    for (const auto& file : cell.prepared->inputs) sink_.reads(file);
    under_way_.emplace(number, std::move(cell));
  }

  void finish(Cell& cell) {
    judge(cell.results, cell.prepared->budgets);
    sink_.add(cell.number,
              result_rows(axes_, cell.number, EngineKind::native, columns_, cell.results), false);
    under_way_.erase(cell.number);
  }

  const SweepAxes& axes_;
  const std::vector<std::size_t>& cells_;
  const SweepOptions& options_;
  CellSink& sink_;
  const SweepColumns columns_ = sweep_columns(axes_);
  Inputs inputs_;
  std::size_t next_ = 0;
  std::map<std::size_t, Cell> under_way_;
};

void run_native(const SweepAxes& axes, const std::vector<std::size_t>& cells,
                const SweepOptions& options, CellSink& sink) {
  NativeCells native(axes, cells, options, sink);
  in_threads(options.parallel,
             [&](std::unique_lock<std::mutex>& lock) { return native.step(lock); });
  throw_if_stopped();
}

// Before any thread is started: processes are forked from one that has none.
void run_simgrid(const SweepAxes& axes, const std::vector<std::size_t>& cells,
                 const SweepOptions& options, CellSink& sink) {
  Inputs inputs;
  const SweepColumns columns = sweep_columns(axes);
  for (const std::size_t cell : cells) {  // read once; nothing is tuned yet
    try {
      prepare(axes.cell(cell), options.file, inputs);
    } catch (const InputError&) {
    }
  }
  constexpr char good = '+';
  constexpr char bad = '-';
  in_own_processes(
      cells.size(), options.parallel,
      [&](std::size_t i) {
        const Document document = axes.cell(cells[i]);
        try {
          const auto prepared = prepare_tuned(document, options.file, inputs);
          const auto results = simulate(*prepared, EngineKind::simgrid, {}, {}, 1);
          std::string files;
          for (const auto& file : prepared->inputs) files += file + "\n";
          return fmt::format("{}{}\n{}", good, files,
                             result_rows(axes, cells[i], EngineKind::simgrid, columns, results));
        } catch (const std::exception& error) {
          return fmt::format("{}\n{}", bad,
                             error_rows(axes, cells[i], document, columns, error.what()));
        }
      },
      [&](std::size_t i, const std::string& said) {
        std::size_t at = 1;
        while (said[at] != '\n') {
          const std::size_t end = said.find('\n', at);
          sink.reads(said.substr(at, end - at));
          at = end + 1;
        }
        sink.add(cells[i], said.substr(at + 1), said[0] == bad);
      },
      [&] { sink.waiting(); });
}

}  // namespace

void check_cells(const SweepAxes& axes, const std::string& file) {
  constexpr std::size_t each = 2000;
  std::set<std::string> lines;
  Mistakes mistakes;
  const auto check = [&](std::size_t cell) {
    try {
      check_form(axes.cell(cell), file);
    } catch (const InputError& error) {
      const std::string text = error.what();
      for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (lines.insert(text.substr(at, end - at)).second)
          mistakes.add(InputError(text.substr(at, end - at)));
        at = end + 1;
      }
    }
  };
  if (axes.cells() <= each) {
    for (std::size_t cell = 0; cell < axes.cells(); ++cell) check(cell);
  } else {  // along each axis, the others at their first value
    for (const std::size_t cell : cells_along_axes(axes)) check(cell);
  }
  mistakes.throw_if_any();
}

void run_cells(const SweepAxes& axes, const SweepOptions& options, CellSink& sink) {
  std::vector<std::size_t> native;
  std::vector<std::size_t> simgrid;
  for (std::size_t cell = 0; cell < axes.cells(); ++cell) {
    if (sink.has(cell)) continue;
    (engine_of(axes.cell(cell)) == EngineKind::native ? native : simgrid).push_back(cell);
  }
  if (!simgrid.empty()) run_simgrid(axes, simgrid, options, sink);
  if (!native.empty()) run_native(axes, native, options, sink);
}

std::string sweep_csv_head(const SweepAxes& axes) {
  std::string out = "cell";
  for (const auto& column : axes.columns()) out += fmt::format(",{}", csv_text(column));
  return out + ",policy,engine,error," + sweep_columns(axes).head() + "\n";
}

}  // namespace updraft
