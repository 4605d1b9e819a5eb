#include "sim/validate.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdio>

#include "sim/validate_check.hpp"

namespace updraft {
namespace {

constexpr const char* row = "{:<26} {:<26} {:>10} {:>10} {:>9} {:>19}  {}\n";

void print_now(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

std::string line(const Check& check) {
  const double off = (check.simulated - check.expected) / check.expected;
  const bool random = check.half_99 > 0;
  return fmt::format(row, check.subject, check.quantity, fmt::format("{:.5g}", check.expected),
                     fmt::format("{:.5g}", check.simulated),
                     random ? fmt::format("{:+.2f} %", 100 * off) : fmt::format("{:.0e}", off),
                     random ? fmt::format("[{:.5g}, {:.5g}]", check.simulated - check.half_99,
                                          check.simulated + check.half_99)
                            : "exact",
                     check.holds() ? "holds" : "DOES NOT HOLD");
}

std::string how_to_read() {
  const ReferenceTheory t = reference_theory();
  const auto ms = [](Seconds s) { return 1e3 * s.si(); };
  return fmt::format(R"(
Each case is a whole simulation, measured on samples that arrived in its middle 80 %. The 99 %
interval is over independent replications (Student t). A check holds where the expected value lies in
the 99.9 % interval; exact ones show the sample that is most off and allow a relative 1e-9.
The reference workload (scenarios/01_reference.yaml), offloaded, in ms: edge {:.2f} + uplink wait {:.2f}
(M/D/1) + {:.2f} + latency {:.0f} + cloud wait {:.2f} (M/D/4, less {:.2f} because the uplink spaces
arrivals out) + {:.0f} + reply {:.2f} + latency {:.0f} = {:.2f}; allowed beside the interval: {:.2f}.
)",
                     ms(t.edge), ms(t.upload_wait), ms(t.upload), ms(t.latency), ms(t.cloud_wait),
                     ms(t.approximate), ms(t.serve), ms(t.reply), ms(t.latency), ms(t.offloaded()),
                     ms(t.approximate));
}

}  // namespace

int validate() {
  const auto began = std::chrono::steady_clock::now();
  print_now(fmt::format(row, "case", "quantity", "expected", "simulated", "error", "99 % interval",
                        "verdict"));
  auto cases = exact_cases();
  for (const auto& one : queue_cases()) cases.push_back(one);
  int checks = 0;
  int failed = 0;
  for (const auto& one : cases) {
    for (const Check& check : one()) {
      ++checks;
      failed += check.holds() ? 0 : 1;
      print_now(line(check));
    }
  }
  const double took =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  print_now(how_to_read());
  print_now(failed == 0
                ? fmt::format("All {} checks hold ({:.1f} s).\n", checks, took)
                : fmt::format("{} of {} checks do not hold ({:.1f} s).\n", failed, checks, took));
  return failed == 0 ? 0 : 1;
}

}  // namespace updraft
