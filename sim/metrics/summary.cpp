#include "sim/metrics/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "sim/metrics/output_folder.hpp"
#include "sim/metrics/verdicts.hpp"

namespace updraft {
namespace {

using Json = nlohmann::ordered_json;

// An interval of nothing is nothing: a NaN mean has no half width either.
std::optional<double> interval_of(const Estimate& e) {
  return e.half_width && !std::isnan(*e.half_width) ? e.half_width : std::nullopt;
}

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json whole(double value) { return static_cast<std::uint64_t>(value); }

Json intervals(const PolicyResult& policy) {
  Json object = Json::object();
  for (const FigureColumn& column : figure_columns()) {
    if (column.kind != FigureKind::figure) continue;
    const auto half = interval_of(combined(policy, column));
    object[std::string(column.name)] = half ? Json(*half) : Json();
  }
  return object;
}

Json paired(const PolicyResult& policy, const PolicyResult& reference) {
  Json object = {{"reference", reference.name}};
  for (const FigureColumn& column : figure_columns()) {
    if (column.kind != FigureKind::figure) continue;
    const Estimate e = paired_difference(policy, reference, column);
    const auto half = interval_of(e);
    object[std::string(column.name)] = {{"difference", number(e.value)},
                                        {"ci95", half ? Json(*half) : Json()}};
  }
  return object;
}

Json budgets(const PolicyResult& policy) {
  Json list = Json::array();
  for (const BudgetVerdict& found : policy.budgets) {
    Json object;
    object["name"] = found.budget.kind->name;
    object["unit"] = found.budget.kind->unit;
    object["limit"] = found.budget.limit;
    object["limit_is"] = found.budget.kind->at_least ? "least" : "most";
    object["value"] = number(found.value);
    object["low95"] = number(found.ends95.low);
    object["high95"] = number(found.ends95.high);
    object["interval_by"] = found.by.empty() ? Json() : Json(found.by);
    object["verdict"] = name_of(found.verdict);
    object["margin"] = number(found.margin());
    list.push_back(std::move(object));
  }
  return list;
}

Json to_object(const PolicyResult& policy, const PolicyResult& reference) {
  const bool single = policy.runs.size() < 2;
  Json object;
  object["policy"] = policy.name;
  object["replications"] = policy.runs.size();
  object["delta"] = policy.delta ? number(*policy.delta) : Json();
  object["note"] = policy.note;
  for (const FigureColumn& column : figure_columns()) {
    const Estimate e = combined(policy, column);
    const std::string name(column.name);
    switch (column.kind) {
      case FigureKind::count:
        object[name] = whole(e.value);
        break;
      case FigureKind::outcome:
        object["outcomes"][name] = whole(e.value);
        break;
      case FigureKind::figure:
        object[name] = number(e.value);
        break;
    }
  }
  object["class_accuracy"] = Json::array();
  for (const double accuracy : class_accuracy(policy)) {
    object["class_accuracy"].push_back(number(accuracy));
  }
  object["ci95"] = single ? Json() : intervals(policy);
  object["paired"] = single || &policy == &reference ? Json() : paired(policy, reference);
  if (!policy.budgets.empty()) object["budgets"] = budgets(policy);
  return object;
}

}  // namespace

std::string csv_number(double value) {
  return std::isnan(value) ? "" : fmt::format("{:.9g}", value + 0.0);  // + 0.0: no "-0"
}

std::string csv_text(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char letter : text) {
    if (letter == '"') quoted += '"';
    quoted += letter;
  }
  return quoted + "\"";
}

std::string figures_csv_head(const BudgetColumns& budgets) {
  std::string out = "replications,delta";
  for (const FigureColumn& column : figure_columns()) out += fmt::format(",{}", column.name);
  for (const FigureColumn& column : figure_columns()) {
    if (column.kind == FigureKind::figure) out += fmt::format(",{}_ci95", column.name);
  }
  for (const BudgetKind* kind : budgets)
    out += fmt::format(",{0}_budget,{0}_verdict,{0}_margin", kind->column);
  return budgets.empty() ? out : out + ",budgets";
}

std::size_t figures_csv_columns(const BudgetColumns& budgets) {
  const std::string head = figures_csv_head(budgets);
  return 1 + static_cast<std::size_t>(std::count(head.begin(), head.end(), ','));
}

std::string figures_csv_row(const PolicyResult& policy, const BudgetColumns& budgets) {
  std::string out =
      fmt::format("{},{}", policy.runs.size(), csv_number(policy.delta.value_or(RunFigures::none)));
  std::string ci;
  for (const FigureColumn& column : figure_columns()) {
    const Estimate e = combined(policy, column);
    if (column.kind == FigureKind::figure) {
      out += fmt::format(",{}", csv_number(e.value));
      ci += fmt::format(",{}", csv_number(interval_of(e).value_or(RunFigures::none)));
    } else {
      out += fmt::format(",{:.0f}", e.value);  // a count in full, however large
    }
  }
  out += ci;
  for (const BudgetKind* kind : budgets) {
    const auto found = std::find_if(policy.budgets.begin(), policy.budgets.end(),
                                    [&](const auto& each) { return each.budget.kind == kind; });
    if (found == policy.budgets.end()) {  // a cell of a sweep that has others
      out += ",,,";
      continue;
    }
    out += fmt::format(",{},{},{}", csv_number(found->budget.limit), name_of(found->verdict),
                       csv_number(found->margin()));
  }
  if (budgets.empty()) return out;
  const auto all = verdict_on_all(policy);
  return out + "," + std::string(all ? name_of(*all) : "");
}

std::string summary_csv(std::span<const PolicyResult> policies) {
  BudgetColumns budgets;
  if (!policies.empty()) {
    for (const auto& each : policies[0].budgets) budgets.push_back(each.budget.kind);
  }
  std::string out = "policy," + figures_csv_head(budgets) + "\n";
  for (const PolicyResult& policy : policies)
    out += fmt::format("{},{}\n", csv_text(policy.name), figures_csv_row(policy, budgets));
  return out;
}

std::string summary_json(std::span<const PolicyResult> policies) {
  Json list = Json::array();
  for (const PolicyResult& policy : policies) list.push_back(to_object(policy, policies[0]));
  return list.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string paired_csv(std::span<const PolicyResult> policies) {
  std::string out = "policy,reference,figure,difference,ci95\n";
  for (std::size_t p = 1; p < policies.size(); ++p) {
    for (const FigureColumn& column : figure_columns()) {
      if (column.kind != FigureKind::figure) continue;
      const Estimate e = paired_difference(policies[p], policies[0], column);
      out += fmt::format("{},{},{},{},{}\n", csv_text(policies[p].name), csv_text(policies[0].name),
                         column.name, csv_number(e.value),
                         csv_number(interval_of(e).value_or(RunFigures::none)));
    }
  }
  return out;
}

void write_summary(const OutputFolder& folder, std::span<const PolicyResult> policies) {
  folder.write("summary.csv", summary_csv(policies));
  folder.write("summary.json", summary_json(policies));
  const bool replicated = !policies.empty() && policies[0].runs.size() > 1;
  if (replicated && policies.size() > 1) folder.write("paired.csv", paired_csv(policies));
}

}  // namespace updraft
