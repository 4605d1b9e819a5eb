#include "sim/metrics/summary.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "synthetic.hpp"

using namespace updraft;

namespace {

std::vector<PolicyResult> results(std::size_t runs) {
  std::vector<PolicyResult> out = {{.name = "first", .delta = 0.25, .note = "tuned"},
                                   {.name = "second, with a comma"}};
  for (std::size_t r = 0; r < runs; ++r) {
    for (std::size_t p = 0; p < out.size(); ++p) {
      const SyntheticRun run = synthetic_run(1 + r + 100 * p, 100);
      out[p].runs.push_back(figures(run.samples, run.truth, run.menu, run.counts, run.context));
    }
  }
  return out;
}

std::vector<std::vector<std::string>> parsed(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream in(csv);
  for (std::string line; std::getline(in, line);) {
    rows.emplace_back(1);
    bool quoted = false;
    for (const char c : line) {
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        rows.back().emplace_back();
      } else {
        rows.back().back() += c;
      }
    }
  }
  return rows;
}

std::size_t index_of(const std::vector<std::string>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  REQUIRE(found != names.end());
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace

TEST_CASE("summary.csv reads back as what went in, to nine digits") {
  const auto policies = results(3);
  const auto rows = parsed(summary_csv(policies));
  REQUIRE(rows.size() == 3);
  for (const auto& row : rows) CHECK(row.size() == rows[0].size());
  CHECK(rows[2][0] == "second, with a comma");
  CHECK(rows[1][index_of(rows[0], "delta")] == "0.25");
  CHECK(rows[2][index_of(rows[0], "delta")] == "");
  CHECK(rows[1][index_of(rows[0], "samples")] == "300");  // 3 runs of 100
  for (const FigureColumn& column : figure_columns()) {
    CAPTURE(column.name);
    const Estimate e = combined(policies[0], column);
    const std::string name(column.name);
    CHECK(std::stod(rows[1][index_of(rows[0], name)]) == doctest::Approx(e.value).epsilon(1e-8));
    if (column.kind == FigureKind::figure) {
      CHECK(std::stod(rows[1][index_of(rows[0], name + "_ci95")]) ==
            doctest::Approx(*e.half_width).epsilon(1e-8));
    }
  }
}

TEST_CASE("a single run has empty interval columns, and null in the JSON") {
  const auto policies = results(1);
  const auto rows = parsed(summary_csv(policies));
  CHECK(rows[1][index_of(rows[0], "accuracy")] != "");
  CHECK(rows[1][index_of(rows[0], "accuracy_ci95")] == "");
  const auto json = nlohmann::json::parse(summary_json(policies));
  CHECK(json[0]["ci95"].is_null());
  CHECK(json[1]["paired"].is_null());
}

TEST_CASE("the JSON is a list with an object per policy and the keys that tools rely on") {
  const auto policies = results(1);
  const auto json = nlohmann::json::parse(summary_json(policies));
  REQUIRE(json.is_array());
  REQUIRE(json.size() == 2);
  for (const char* key :
       {"policy", "samples", "accuracy", "skipping_rate", "appealing_rate", "accuracy_improvement",
        "accuracy_degradation", "cost_macs", "latency_mean_s", "latency_p50_s", "latency_p99_s",
        "energy_J", "uplink_B", "throughput_per_s", "delta", "outcomes"}) {
    CAPTURE(key);
    CHECK(json[0].contains(key));
  }
  CHECK(json[0]["policy"] == "first");
  CHECK(json[0]["samples"].is_number_unsigned());
  CHECK(json[0]["delta"] == 0.25);
  CHECK(json[1]["delta"].is_null());
  CHECK(json[0]["accuracy"].get<double>() == policies[0].runs[0].accuracy);
  CHECK(json[0]["class_accuracy"].size() == 4);
  std::uint64_t ended = 0;
  for (const auto& [name, many] : json[0]["outcomes"].items()) ended += many.get<std::uint64_t>();
  CHECK(ended == json[0]["samples"].get<std::uint64_t>());
}

TEST_CASE("what does not apply is null in the JSON and empty in the CSV") {
  auto policies = results(1);
  policies[0].runs[0].accuracy_improvement = RunFigures::none;
  CHECK(nlohmann::json::parse(summary_json(policies))[0]["accuracy_improvement"].is_null());
  const auto rows = parsed(summary_csv(policies));
  CHECK(rows[1][index_of(rows[0], "accuracy_improvement")] == "");
  CHECK(summary_csv(policies).find("nan") == std::string::npos);
}

TEST_CASE("paired differences are those from the first policy") {
  const auto policies = results(4);
  const auto json = nlohmann::json::parse(summary_json(policies));
  CHECK(json[0]["paired"].is_null());
  CHECK(json[1]["paired"]["reference"] == "first");
  const auto& column = column_of(&RunFigures::latency_mean_s);
  const Estimate e = paired_difference(policies[1], policies[0], column);
  CHECK(json[1]["paired"]["latency_mean_s"]["difference"].get<double>() == e.value);
  CHECK(json[1]["paired"]["latency_mean_s"]["ci95"].get<double>() == *e.half_width);
  const auto rows = parsed(paired_csv(policies));
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [](const auto& row) { return row[2] == "latency_mean_s"; });
  REQUIRE(found != rows.end());
  CHECK((*found)[0] == "second, with a comma");
  CHECK(std::stod((*found)[3]) == doctest::Approx(e.value).epsilon(1e-8));
}

TEST_CASE("the same figures give the same bytes") {
  CHECK(summary_csv(results(3)) == summary_csv(results(3)));
  CHECK(summary_json(results(3)) == summary_json(results(3)));
}

TEST_CASE("numbers of a CSV have nine digits at most") {
  CHECK(csv_number(0.1) == "0.1");
  CHECK(csv_number(1.0 / 3) == "0.333333333");
  CHECK(csv_number(2.0 / 3e9) == "6.66666667e-10");
  CHECK(csv_number(RunFigures::none) == "");
  CHECK(csv_number(-0.0) == "0");
}

TEST_CASE("texts of a CSV are quoted where they must be") {
  CHECK(csv_text("plain") == "plain");
  CHECK(csv_text("a,b") == "\"a,b\"");
  CHECK(csv_text("say \"hi\"") == "\"say \"\"hi\"\"\"");
}
