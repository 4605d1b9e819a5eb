#include "sim/sweep_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "sim/metrics/table.hpp"
#include "sim/metrics/terminal_text.hpp"

namespace updraft {
namespace {

// One line of a CSV (RFC 4180), from `at` on, which moves behind it.
std::vector<std::string> csv_line(const std::string& csv, std::size_t& at) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (; at < csv.size(); ++at) {
    const char letter = csv[at];
    if (letter == '"') {
      if (quoted && at + 1 < csv.size() && csv[at + 1] == '"') {
        cells.back() += csv[++at];
      } else {
        quoted = !quoted;
      }
    } else if (letter == ',' && !quoted) {
      cells.emplace_back();
    } else if (letter == '\n' && !quoted) {
      ++at;
      return cells;
    } else {
      cells.back() += letter;
    }
  }
  return cells;
}

struct Shown {
  std::string_view column;
  std::string_view head;
  std::string_view unit;
  double factor;
  int digits;
  bool count = false;  // of samples: shown as their share, and only where some cell has any
};
constexpr Shown shown_figures[] = {
    {"accuracy", "accuracy", "%", 100, 2},
    {"appealing_rate", "offloaded", "%", 100, 2},
    {"latency_mean_s", "latency", "mean ms", 1e3, 1},
    {"latency_p99_s", "latency", "p99 ms", 1e3, 1},
    {"deadline_miss_rate", "late", "%", 100, 2},
    {"fell_back", "fell", "back %", 100, 2, true},
    {"dropped", "dropped", "%", 100, 2, true},
    {"energy_J", "energy", "mJ", 1e3, 3},
    {"uplink_B", "uplink", "B", 1, 0},
    {"budgets", "budgets", "", 0, 0},  // a word
};

double value_of(const std::string& cell) { return std::strtod(cell.c_str(), nullptr); }

std::string number(const std::string& cell, const std::string& samples, const Shown& how) {
  if (cell.empty() || how.factor == 0) return cell;
  const double of = how.count ? value_of(samples) : 1;
  return fmt::format("{:.{}f}", how.factor * value_of(cell) / of, how.digits);
}

}  // namespace

SweepReport::SweepReport(const std::string& csv, std::size_t axes) : axes_(axes) {
  std::size_t at = 0;
  head_ = csv_line(csv, at);
  while (at < csv.size()) rows_.push_back(csv_line(csv, at));
  for (const auto& row : rows_) {
    const std::string& error = row[axes_ + 3];
    if (!error.empty())
      errors_.push_back(fmt::format("cell {}, {}: {}", row[0], row[axes_ + 1], error));
  }
}

std::string SweepReport::table() const {
  constexpr std::size_t most = 24;
  std::vector<std::vector<std::string>> lines(2);
  for (std::size_t a = 0; a < axes_; ++a) {  // the path's last two words say enough
    const std::string& path = head_[1 + a];
    std::size_t dot = path.rfind('.');
    if (dot != std::string::npos && dot > 0) dot = path.rfind('.', dot - 1);
    lines[0].push_back(dot == std::string::npos ? path : path.substr(dot + 1));
    lines[1].emplace_back();
  }
  lines[0].emplace_back("policy");
  lines[1].emplace_back();
  const auto column_of = [&](std::string_view name) {
    return static_cast<std::size_t>(std::find(head_.begin(), head_.end(), name) - head_.begin());
  };
  const std::size_t samples = column_of("samples");
  std::vector<std::pair<std::size_t, const Shown*>> figures;
  for (const auto& shown : shown_figures) {
    const std::size_t column = column_of(shown.column);
    if (column == head_.size()) continue;
    const bool any = std::any_of(rows_.begin(), rows_.end(), [&](const auto& row) {
      return !row[column].empty() && (!shown.count || value_of(row[column]) > 0);
    });
    if (!any) continue;
    figures.emplace_back(column, &shown);
    lines[0].emplace_back(shown.head);
    lines[1].emplace_back(shown.unit);
  }
  const bool cut = rows_.size() > most;
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    if (cut && r == most / 2) lines.push_back({"..."});
    if (cut && r >= most / 2 && r + most / 2 < rows_.size()) continue;
    std::vector<std::string> line(rows_[r].begin() + 1,
                                  rows_[r].begin() + static_cast<std::ptrdiff_t>(axes_ + 2));
    if (rows_[r][axes_ + 3].empty()) {
      for (const auto& [column, how] : figures)
        line.push_back(number(rows_[r][column], rows_[r][samples], *how));
    } else {
      line.emplace_back("failed");
    }
    lines.push_back(std::move(line));
  }
  std::vector<std::size_t> widths(lines[0].size() + 1);  // "failed" stands where the figures would
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], display_width(line[i]));
  }
  std::string out;
  for (const auto& line : lines) {
    std::string text;
    for (std::size_t i = 0; i < line.size(); ++i)
      text += i <= axes_ ? left(line[i], widths[i] + 2)
                         : std::string(widths[i] - display_width(line[i]), ' ') + line[i] + "  ";
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  }
  const bool dropped = std::any_of(figures.begin(), figures.end(), [](const auto& figure) {
    return figure.second->column == "dropped";
  });
  return out + "\n" + (dropped ? about_drops() : "");
}

}  // namespace updraft
