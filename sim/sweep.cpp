#include "sim/sweep.hpp"

#include <fmt/format.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_pipeline.h>

#include <algorithm>
#include <memory>
#include <set>

#include "sim/metrics/summary.hpp"
#include "sim/own_process.hpp"
#include "sim/simulation.hpp"

namespace updraft {
namespace {

// A cell on its way: prepared, or already at its end with an error.
struct Cell {
  std::size_t number = 0;
  std::unique_ptr<Prepared> prepared;
  std::string rows;
  bool failed = false;
};

std::string row_start(const SweepAxes& axes, std::size_t cell, std::string_view policy,
                      std::string_view engine, std::string_view error) {
  std::string out = fmt::format("{}", cell);
  for (const auto& value : axes.values(cell)) out += fmt::format(",{}", csv_text(value));
  return out + fmt::format(",{},{},{}", csv_text(policy), engine, csv_text(error));
}

// Figures are empty where there are none.
std::string error_rows(const SweepAxes& axes, std::size_t cell, const Document& document,
                       std::string error) {
  std::replace(error.begin(), error.end(), '\n', ' ');
  std::string rows;
  const Document* policies = document.find("policies");
  for (const auto& policy : policies->items) {
    const Document* name = policy.find("name");
    if (name == nullptr) name = policy.find("policy");
    rows += row_start(axes, cell, name == nullptr ? "" : name->text, "", error) +
            std::string(figures_csv_columns(), ',') + "\n";
  }
  return rows;
}

std::string result_rows(const SweepAxes& axes, std::size_t cell, EngineKind engine,
                        const std::vector<PolicyResult>& results) {
  std::string rows;
  for (const auto& result : results) {
    rows += row_start(axes, cell, result.name, name_of(engine), "") + "," +
            figures_csv_row(result) + "\n";
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
                  Inputs& inputs) {
  Cell cell;
  cell.number = number;
  const Document document = axes.cell(number);
  try {
    cell.prepared = prepare(document, file, inputs);
  } catch (const InputError& error) {
    cell.rows = error_rows(axes, number, document, error.what());
    cell.failed = true;
  }
  return cell;
}

// All runs of a native cell, side by side where there are threads to spare.
void simulate_cell(const SweepAxes& axes, Cell& cell) {
  if (cell.failed) return;
  const Prepared& prepared = *cell.prepared;
  std::vector<PolicyResult> results = empty_results(prepared);
  const std::size_t replications = prepared.replications.size();
  for (auto& result : results) result.runs.resize(replications);
  tbb::parallel_for(std::size_t{0}, results.size() * replications, [&](std::size_t job) {
    const std::size_t policy = job / replications;
    const std::size_t replication = job % replications;
    const Run run = simulate_here(prepared, policy, replication, EngineKind::native);
    results[policy].runs[replication] = figures_of(prepared, policy, replication, run);
  });
  cell.rows = result_rows(axes, cell.number, EngineKind::native, results);
}

void run_native(const SweepAxes& axes, const std::vector<std::size_t>& cells,
                const SweepOptions& options, CellSink& sink) {
  const tbb::global_control threads(tbb::global_control::max_allowed_parallelism, options.parallel);
  Inputs inputs;
  std::size_t next = 0;
  using Passed = std::unique_ptr<Cell>;
  const auto read = [&](tbb::flow_control& flow) -> Passed {
    throw_if_stopped();
    if (next == cells.size()) {
      flow.stop();
      return nullptr;
    }
    return std::make_unique<Cell>(prepare_cell(axes, cells[next++], options.file, inputs));
  };
  const auto simulate = [&](Passed cell) {
    simulate_cell(axes, *cell);
    return cell;
  };
  const auto write = [&](Passed cell) {
    if (cell->prepared != nullptr) {
      for (const auto& file : cell->prepared->inputs) sink.reads(file);
    }
    sink.add(cell->number, cell->rows, cell->failed);
  };
  // One at a time where a file is read or written: Inputs and the journal are for one thread.
  tbb::parallel_pipeline(
      2 * options.parallel,
      tbb::make_filter<void, Passed>(tbb::filter_mode::serial_in_order, read) &
          tbb::make_filter<Passed, Passed>(tbb::filter_mode::parallel, simulate) &
          tbb::make_filter<Passed, void>(tbb::filter_mode::serial_out_of_order, write));
  throw_if_stopped();
}

// Before any thread is started: processes are forked from one that has none.
void run_simgrid(const SweepAxes& axes, const std::vector<std::size_t>& cells,
                 const SweepOptions& options, CellSink& sink) {
  Inputs inputs;
  for (const std::size_t cell : cells) prepare_cell(axes, cell, options.file, inputs);  // read once
  constexpr char good = '+';
  constexpr char bad = '-';
  in_own_processes(
      cells.size(), options.parallel,
      [&](std::size_t i) {
        const Document document = axes.cell(cells[i]);
        try {
          const auto prepared = prepare(document, options.file, inputs);
          const auto results = simulate(*prepared, EngineKind::simgrid, {}, {}, 1);
          std::string files;
          for (const auto& file : prepared->inputs) files += file + "\n";
          return fmt::format("{}{}\n{}", good, files,
                             result_rows(axes, cells[i], EngineKind::simgrid, results));
        } catch (const std::exception& error) {
          return fmt::format("{}\n{}", bad, error_rows(axes, cells[i], document, error.what()));
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
    std::size_t stride = axes.cells();
    for (const auto& axis : axes.axes()) {
      stride /= axis.points();
      for (std::size_t point = 0; point < axis.points(); ++point) check(point * stride);
    }
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
  return out + ",policy,engine,error," + figures_csv_head() + "\n";
}

}  // namespace updraft
