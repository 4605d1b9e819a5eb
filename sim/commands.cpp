#include "sim/commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <numeric>

#include "platforms/platform.hpp"
#include "policies/registry.hpp"
#include "sim/metrics/terminal_text.hpp"
#include "sim/own_process.hpp"
#include "sim/prepare.hpp"
#include "sim/simulation.hpp"
#include "sim/sweep.hpp"
#include "traces/trace_info.hpp"

namespace updraft {
namespace {

std::string counted(std::size_t n, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", n, n == 1 ? one : many);
}

// A table where it fits a terminal of 120 columns; else a block per row, each cell after its head.
std::string aligned(const std::vector<std::vector<std::string>>& rows) {
  constexpr std::size_t widest = 120;
  std::vector<std::size_t> widths(rows[0].size());
  std::size_t first_heads = 0;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], display_width(row[i]));
  }
  for (const auto& head : rows[0]) first_heads = std::max(first_heads, display_width(head));
  const std::size_t total = std::accumulate(widths.begin(), widths.end(), 2 * widths.size());
  std::string text;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (total > widest && r == 0) continue;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const std::string& cell = rows[r][i];
      const bool last = i + 1 == widths.size();
      if (total <= widest) {
        text += last ? cell + "\n" : left(cell, widths[i] + 2);
      } else if (i == 0) {
        text += cell + "\n";
      } else if (!cell.empty()) {
        std::string lines = "  " + wrapped(left(rows[0][i], first_heads + 2) + cell);
        const std::string indent(first_heads + 4, ' ');
        for (auto at = lines.find("\n  "); at != std::string::npos;
             at = lines.find("\n  ", at + indent.size())) {
          lines.replace(at + 1, 2, indent);
        }
        text += lines;
      }
    }
  }
  return text;
}

}  // namespace

void print(const std::string& text) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!written && errno != EPIPE) {
    throw InputError(fmt::format("standard output: {}", std::strerror(errno)));
  }
}

int check_scenarios(const std::vector<std::string>& files,
                    const std::vector<std::string>& overrides) {
  const StopAtOnce on_signals;
  Mistakes mistakes;
  for (const auto& file : files) {
    try {
      const Document document = read_scenario_document(file, overrides);
      Mistakes of_file;
      std::unique_ptr<Prepared> prepared;
      try {
        prepared = prepare(file, overrides);
      } catch (const InputError& error) {
        of_file.add(error);
      }
      const SweepAxes axes(document, of_file);
      of_file.throw_if_any();
      if (!axes.empty()) check_cells(axes, file);
      print(fmt::format("{}: ok: {}, {}, {}, {}{}\n", file,
                        counted(prepared->replications[0].rows.size(), "sample", "samples"),
                        counted(prepared->plan.devices(), "device", "devices"),
                        counted(prepared->scenario.policies.size(), "policy", "policies"),
                        counted(prepared->replications.size(), "replication", "replications"),
                        axes.empty() ? "" : fmt::format(", {} cells to sweep", axes.cells())));
      for (const auto& note : prepared->notes) print(wrapped("Note: " + note));
    } catch (const InputError& error) {
      mistakes.add(error);
    }
  }
  mistakes.throw_if_any();
  return 0;
}

int list_known(const std::string& what, const std::string& catalog_file) {
  std::vector<std::vector<std::string>> rows;
  if (what == "policies") {
    rows = policy_rows();
  } else {
    const Catalog catalog = catalog_file.empty() ? built_in_catalog() : read_catalog(catalog_file);
    rows = what == "devices"  ? device_rows(catalog)
           : what == "clouds" ? cloud_rows(catalog)
                              : radio_rows(catalog.radios);
  }
  print(aligned(rows));
  return 0;
}

int show_trace(const TraceInfoCommand& command) {
  const StopAtOnce on_signals;
  print(describe_trace(command.file, command.column, command.unit));
  return 0;
}

}  // namespace updraft
