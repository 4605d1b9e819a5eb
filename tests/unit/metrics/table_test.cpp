#include "sim/metrics/table.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "sim/metrics/terminal_text.hpp"

using namespace updraft;

namespace {

PolicyResult policy(const std::string& name, double accuracy, double latency) {
  PolicyResult out{.name = name};
  RunFigures run;
  run.samples = 1000;
  run.accuracy = accuracy;
  run.appealing_rate = 0.5;
  run.cost_macs = 12.34e6;
  run.latency_mean_s = latency;
  run.latency_p50_s = latency / 2;
  run.latency_p99_s = latency * 4;
  run.energy_J = 0.0123;
  run.uplink_B = 1536;
  out.runs = {run};
  return out;
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

std::string row_of(const std::string& table, const std::string& name) {
  for (const auto& line : lines(table)) {
    if (line.starts_with(name)) return line;
  }
  FAIL("no row " << name << " in\n" << table);
  return "";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the best value of a column carries a star, others none") {
  const std::vector policies = {policy("good", 0.93, 0.050), policy("fast", 0.90, 0.020)};
  const std::string table = terminal_table(policies, {});
  CAPTURE(table);
  CHECK(has(row_of(table, "good"), "93.00*"));
  CHECK_FALSE(has(row_of(table, "fast"), "90.00*"));
  CHECK(has(row_of(table, "fast"), " 20.0*"));  // of 200 ms at most: one decimal
  CHECK_FALSE(has(row_of(table, "good"), " 50.0*"));
}

TEST_CASE("where all are alike nothing is best, and a single policy is not its own winner") {
  const std::vector policies = {policy("a", 0.9, 0.05), policy("b", 0.9, 0.05)};
  CHECK_FALSE(has(terminal_table(policies, {}), "*"));
  CHECK_FALSE(has(terminal_table(std::vector{policies[0]}, {}), "*"));
}

TEST_CASE("values that read the same share the star") {
  const std::vector policies = {policy("a", 0.930001, 0.05), policy("b", 0.930002, 0.05),
                                policy("c", 0.5, 0.05)};
  const std::string table = terminal_table(policies, {});
  CHECK(has(row_of(table, "a "), "93.00*"));
  CHECK(has(row_of(table, "b "), "93.00*"));
}

TEST_CASE("who knows the truth has a dagger and never a star") {
  std::vector policies = {policy("real", 0.93, 0.05), policy("poor", 0.91, 0.05),
                          policy("oracle", 0.99, 0.05)};
  policies[2].knows_truth = true;
  const std::string table = terminal_table(policies, {});
  CAPTURE(table);
  CHECK(has(row_of(table, "oracle †"), "99.00"));
  CHECK_FALSE(has(row_of(table, "oracle †"), "*"));
  CHECK(has(row_of(table, "real"), "93.00*"));
  CHECK(has(table, "† oracle knows every label"));
}

TEST_CASE("bold is for terminals alone") {
  const std::vector policies = {policy("a", 0.93, 0.05), policy("b", 0.91, 0.05)};
  CHECK(has(terminal_table(policies, {.bold = true}), "\x1b[1m"));
  CHECK_FALSE(has(terminal_table(policies, {.bold = false}), "\x1b"));
}

TEST_CASE("units follow the largest value and stand in the header") {
  std::vector policies = {policy("a", 0.93, 0.05), policy("b", 0.91, 0.06)};
  std::string header = lines(terminal_table(policies, {}))[1];
  for (const char* unit : {"mean ms", "p50 ms", "p99 ms", "MMAC", "mJ", "kB", "%"}) {
    CAPTURE(unit);
    CHECK(has(header, unit));
  }
  policies[1].runs[0].latency_p99_s = 40;  // one shared unit for the three latencies
  CHECK(has(lines(terminal_table(policies, {}))[1], "mean ms"));  // 0.05 s would read as nothing
  for (auto& p : policies) p.runs[0].latency_mean_s = p.runs[0].latency_p50_s = 1;
  policies[0].runs[0].latency_p99_s = 1;
  policies[0].runs[0].uplink_B = policies[1].runs[0].uplink_B = 100;
  header = lines(terminal_table(policies, {}))[1];
  CHECK(has(header, "mean s"));
  CHECK_FALSE(has(header, "kB"));
}

TEST_CASE("late and dropped are columns only where they say something") {
  std::vector policies = {policy("a", 0.93, 0.05)};
  CHECK_FALSE(has(lines(terminal_table(policies, {}))[0] + " ", " late "));
  CHECK_FALSE(has(lines(terminal_table(policies, {}))[0], "dropped"));
  policies[0].runs[0].deadline_miss_rate = 0;
  policies[0].runs[0].dropped = 5;
  const std::string table = terminal_table(policies, {});
  CHECK(has(lines(table)[0] + " ", " late "));
  CHECK(has(lines(table)[0], "dropped"));
  CHECK(has(row_of(table, "a"), "0.50"));  // 5 of 1000, in per cent
}

TEST_CASE("what does not apply is a dash") {
  CHECK(has(row_of(terminal_table(std::vector{policy("a", 0.93, 0.05)}, {}), "a"), " - "));
}

TEST_CASE("nothing reads as minus zero") {
  PolicyResult p = policy("a", 0.93, 0.05);
  p.runs[0].accuracy_improvement = -1e-9;
  CHECK_FALSE(has(terminal_table(std::vector{p}, {}), "-0.00"));
}

TEST_CASE("a single run says that it has no intervals, several show them") {
  std::vector policies = {policy("a", 0.93, 0.05)};
  CHECK(has(terminal_table(policies, {}), "A single run has no intervals; replications: 10"));
  policies[0].runs.push_back(policies[0].runs[0]);
  policies[0].runs[1].accuracy = 0.95;
  // 93 and 95: deviation sqrt(2), half width 12.706 * sqrt(2) / sqrt(2)
  const std::string table = terminal_table(policies, {});
  CHECK(has(table, "±12.71"));
  CHECK_FALSE(has(table, "A single run"));
}

TEST_CASE("a figure that is the same in every run gets no interval: there is none to show") {
  std::vector policies = {policy("a", 0.93, 0.05)};
  policies[0].runs.push_back(policies[0].runs[0]);
  CHECK_FALSE(has(terminal_table(policies, {}), "±0"));
}

TEST_CASE("notes and the place of the results stand below") {
  std::vector policies = {policy("a", 0.93, 0.05)};
  policies[0].note = "delta 0.7 tuned on calibration";
  const std::string table = terminal_table(policies, {.results = "results/x"});
  CHECK(has(table, "a: delta 0.7 tuned on calibration"));
  CHECK(has(table, "Results: results/x\n"));
}

TEST_CASE("no line is wider than 120 columns, however odd the names, and rows are aligned") {
  std::vector policies = {policy("näïve-ポリシー", 0.93, 0.05),
                          policy(std::string(200, 'x'), 0.91, 9.9),
                          policy("paints\x1b[31m", 0.92, 0.05)};
  for (auto& p : policies) {
    p.runs[0].accuracy_improvement = 1234.56;
    p.runs[0].deadline_miss_rate = 0.123;
    p.runs[0].dropped = 10;
    p.runs.push_back(p.runs[0]);
    p.runs[1].latency_mean_s *= 1.5;  // so that there is a line of intervals, too
    p.note = std::string(30, 'n') + " " + std::string(60, 'o') + " " + std::string(60, 't');
  }
  const std::string table = terminal_table(policies, {});
  CAPTURE(table);
  for (const auto& line : lines(table)) CHECK(display_width(line) <= 120);
  CHECK_FALSE(has(table, "\x1b"));
  const auto all = lines(table);  // accuracy of every policy ends in the same column
  const auto column = [&](std::size_t row, const char* value) {
    return display_width(all[row].substr(0, all[row].find(value)));
  };
  CHECK(column(3, "93.00") == column(5, "91.00"));
  CHECK(column(3, "93.00") == column(7, "92.00"));
}

TEST_CASE("width counts what a terminal shows") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("±†…─") == 4);
  CHECK(display_width("ポリ") == 4);
  CHECK(display_width("e\u0301") == 1);   // combining accent
  CHECK(display_width("\xff\xc3") == 2);  // not UTF-8: bytes, no crash
  CHECK(cut("abcdef", 4) == "abc…");
  CHECK(cut("abcd", 4) == "abcd");
  CHECK(right("±1", 4) == "  ±1");
}

TEST_CASE("where some are dropped a line below says why, by the causes that were given") {
  std::vector policies = {policy("all there", 0.93, 0.05), policy("losing", 0.90, 0.05)};
  CHECK_FALSE(has(terminal_table(policies, {}), "dropped"));
  policies[1].runs[0].dropped = 20;  // of 1000: 2 %
  CHECK(has(row_of(terminal_table(policies, {}), "losing"), "2.00"));
  const std::string all = terminal_table(policies, {});  // on two lines
  CHECK(has(all,
            "\ndropped: no answer, counted as wrong: the cloud's queue was full, the link stopped "
            "for good or"));
  CHECK(has(all, " up where no stage had run.\n"));
  TableStyle style;
  style.drop_causes = {"the link stopped for good"};
  CHECK(has(terminal_table(policies, style),
            "\ndropped: no answer, counted as wrong: the link stopped for good.\n"));
}
