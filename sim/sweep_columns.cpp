#include "sim/sweep_columns.hpp"

#include <fmt/format.h>

#include <set>

#include "sim/tuning_spec.hpp"

namespace updraft {

std::vector<std::size_t> cells_along_axes(const SweepAxes& axes) {
  std::vector<std::size_t> out;
  std::size_t stride = axes.cells();
  for (const auto& axis : axes.axes()) {
    stride /= axis.points();
    for (std::size_t point = 0; point < axis.points(); ++point) out.push_back(point * stride);
  }
  return out;
}

std::string SweepColumns::head() const {
  return figures_csv_head(budgets) + (tuned ? ",tuned" : "");
}

std::string SweepColumns::nothing() const {
  return std::string(figures_csv_columns(budgets) + (tuned ? 1 : 0), ',');
}

std::string SweepColumns::row(const PolicyResult& result) const {
  return figures_csv_row(result, budgets) +
         (tuned ? fmt::format(",{}", csv_text(result.note)) : "");
}

SweepColumns sweep_columns(const SweepAxes& axes) {
  SweepColumns out;
  std::set<std::string> names;
  for (const std::size_t cell : cells_along_axes(axes)) {
    const Document document = axes.cell(cell);
    if (const Document* budgets = document.find("budgets")) {
      for (const auto& entry : budgets->entries) names.insert(entry.key);
    }
    out.tuned = out.tuned || asks_for_simulation(document);
  }
  for (const BudgetKind& kind : budget_kinds()) {
    if (names.contains(std::string(kind.name))) out.budgets.push_back(&kind);
  }
  return out;
}

}  // namespace updraft
