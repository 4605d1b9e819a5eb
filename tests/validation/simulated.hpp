// Whole simulations from a scenario's text, for sums done by hand: dates in ms, as the sums are.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "sim/compare.hpp"
#include "sim/simulation.hpp"
#include "tests/unit/core/temporary_folder.hpp"

namespace updraft {

constexpr double never = std::numeric_limits<double>::quiet_NaN();

// The only run of a scenario with one policy and one replication, on both engines where both know
// its model: they must agree, to 10 ps as below, and native's is returned.
inline Run simulated(const Prepared& prepared) {
  std::optional<Run> out;
  simulate(prepared, EngineKind::simgrid,
           [&](std::size_t, std::size_t, const Run& run) { out = run; });
  REQUIRE(out.has_value());
  if (prepared.scenario.network_model != "fluid") return *out;
  Run native = simulate_here(prepared, 0, 0, EngineKind::native);
  const Difference found = compare(native, *out);
  CAPTURE(found.stamp);
  CAPTURE(found.sample);
  CHECK(found.largest.si() <= 1e-11);
  CHECK(found.decisions + found.outcomes + found.bytes == 0);
  return native;
}

inline Run simulated(const std::string& scenario) {
  return simulated(*prepare_text(scenario, "test"));
}

inline std::vector<double> in_ms(const std::vector<SimTime>& stamps) {
  std::vector<double> out;
  for (const SimTime stamp : stamps) out.push_back(1e3 * stamp.si());
  return out;
}

// What passed between two stamps, for each sample.
inline std::vector<double> between_ms(const std::vector<SimTime>& from,
                                      const std::vector<SimTime>& to) {
  std::vector<double> out;
  for (std::size_t i = 0; i < from.size(); ++i) out.push_back(1e3 * (to[i] - from[i]).si());
  return out;
}

inline std::vector<double> latencies_ms(const Run& run) {
  return between_ms(run.samples.stamps.arrived, run.samples.stamps.answered);
}

// Every stamp equals its sum to 10 ps (SimGrid takes dates within 1 ps as one); `never` where the
// station was not visited.
inline void check_dates(const char* what, const std::vector<SimTime>& stamps,
                        const std::vector<double>& expected_ms) {
  CAPTURE(what);
  const auto found = in_ms(stamps);
  REQUIRE(found.size() == expected_ms.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CAPTURE(i);
    if (std::isnan(expected_ms[i])) {
      CHECK(std::isnan(found[i]));
    } else {
      CHECK(std::abs(found[i] - expected_ms[i]) <= 1e-8);
    }
  }
}

// A CSV of arrivals, "date in ms[, device]" a line, for `arrivals: {dates: ..., column:
// arrived_ms}`.
class ArrivalsFile {
 public:
  explicit ArrivalsFile(const std::vector<double>& dates) {
    std::string text = "arrived_ms\n";
    for (const double date : dates) text += std::to_string(date) + "\n";
    file_ = folder_.file("arrivals.csv", text);
  }
  struct Arrival {
    double date;
    int device;
  };
  explicit ArrivalsFile(const std::vector<Arrival>& arrivals) {
    std::string text = "arrived_ms,device\n";
    for (const auto& a : arrivals) {
      text += std::to_string(a.date) + "," + std::to_string(a.device) + "\n";
    }
    file_ = folder_.file("arrivals.csv", text);
  }
  std::string yaml() const { return "{dates: '" + file_ + "', column: arrived_ms}"; }

 private:
  TemporaryFolder folder_;
  std::string file_;
};

}  // namespace updraft
