// Do the words about a budget keep to what its figure can be?
#include "sim/metrics/budget_text.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace updraft;

namespace {

BudgetVerdict verdict(std::string_view name, double value, Ends ends) {
  BudgetVerdict out{};
  for (const BudgetKind& kind : budget_kinds()) {
    if (kind.name == name) out.budget.kind = &kind;
  }
  REQUIRE(out.budget.kind != nullptr);
  out.value = value;
  out.ends95 = ends;
  out.by = "replications";
  return out;
}

}  // namespace

TEST_CASE("an interval ends where its figure can be no less, a share where it can be no more") {
  CHECK(value_text(verdict("latency_p99", .05, {-.02, .12})) == "50 ms [0 s, 120 ms]");
  CHECK(value_text(verdict("latency_p99", .05, {.02, .12})) == "50 ms [20 ms, 120 ms]");
  CHECK(value_text(verdict("accuracy", .99, {.97, 1.01})) == "99.00 % [97.00 %, 100.00 %]");
  CHECK(value_text(verdict("dropped_rate", .01, {-.01, .03})) == "1.00 % [0.00 %, 3.00 %]");
  CHECK(value_text(verdict("latency_p99", .05, {.02, std::numeric_limits<double>::infinity()})) ==
        "50 ms [20 ms, no end]");
}
