#include "sim/metrics/budgets.hpp"

#include <doctest/doctest.h>

#include <set>

#include "sim/metrics/figure_columns.hpp"

using namespace updraft;

namespace {

std::vector<Budget> read(const std::string& yaml, bool deadline = true) {
  Mistakes mistakes;
  const Document document = parse_document(yaml, "file");
  auto out = read_budgets(&document, "budgets", deadline, mistakes);
  mistakes.throw_if_any();
  return out;
}

}  // namespace

TEST_CASE("every budget limits a figure in that figure's unit, on the side on which worse lies") {
  std::set<std::string_view> names;
  for (const BudgetKind& kind : budget_kinds()) {
    CAPTURE(kind.name);
    CHECK(names.insert(kind.name).second);
    if (kind.column == kind.name && kind.name.ends_with("_rate") && kind.name != "appealing_rate" &&
        kind.name != "deadline_miss_rate") {
      CHECK(kind.unit == "fraction");  // of a count: no column of its own
      CHECK_FALSE(kind.at_least);
      continue;
    }
    bool found = false;
    for (const FigureColumn& column : figure_columns()) {
      if (column.name != kind.column) continue;
      found = true;
      CHECK(column.unit == kind.unit);
      CHECK((column.better == Better::higher) == kind.at_least);
      RunFigures run;
      run.*column.value = 0.25;  // the budget looks at this very figure
      CHECK(kind.value(run) == 0.25);
    }
    CHECK(found);
  }
}

TEST_CASE("limits are read with their units, in the order of the table") {
  const auto found = read(
      "{cost: 12 MMAC, latency_p99: 150 ms, accuracy: 84 %, energy_per_sample: 200 mJ, "
      "uplink_per_sample: 1.5 kB, dropped_rate: 0.01}");
  REQUIRE(found.size() == 6);
  const std::vector<std::pair<std::string, double>> expected{
      {"accuracy", .84},           {"latency_p99", .150}, {"energy_per_sample", .2},
      {"uplink_per_sample", 1500}, {"dropped_rate", .01}, {"cost", 12e6}};
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(found[i].kind->name == expected[i].first);
    CHECK(found[i].limit == doctest::Approx(expected[i].second).epsilon(1e-12));
  }
  CHECK(found[0].text() == "accuracy at least 84.00 %");
  CHECK(found[1].text() == "latency_p99 at most 150 ms");
  CHECK(read("{}").empty());
}

TEST_CASE("figures are written in a unit of their size") {
  CHECK(figure_text(.1412, "s") == "141.2 ms");
  CHECK(figure_text(12.5, "s") == "12.5 s");
  CHECK(figure_text(15e-6, "s") == "15 us");
  CHECK(figure_text(.8431, "fraction") == "84.31 %");
  CHECK(figure_text(.0123, "J") == "12.3 mJ");
  CHECK(figure_text(784, "B") == "784 B");
  CHECK(figure_text(1000, "B") == "1 kB");
  CHECK(figure_text(-1.5, "J") == "-1.5 J");
  CHECK(figure_text(0, "J") == "0 J");
  CHECK(figure_text(2.5e6, "MAC") == "2.5 MMAC");
  CHECK(figure_text(3, "samples") == "3 samples");
}
