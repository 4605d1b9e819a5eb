// Is the overall accuracy of eq. 8, as `updraft analyze` counts it on a recording, what a
// simulation with a channel that is always there ends with? For AO and for what it is held against.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>

#include "analysis/recording/ao.hpp"
#include "sim/simulation.hpp"
#include "traces/inference_trace.hpp"

using namespace updraft;

namespace {

const std::string recording = UPDRAFT_SOURCE_DIR "/traces/inference/cifar10.h5";

// What each of the policies ends with: one sample a second, each done within milliseconds.
std::vector<RunFigures> simulated(const std::string& policies) {
  const auto prepared = prepare_text("workload: {trace: '" + recording +
                                         "', arrivals: {periodic: 1 Hz}}\n"
                                         "device: {stage_time: 1 ms}\n"
                                         "channel: {uplink: 80 Mbps, downlink: 80 Mbps}\n"
                                         "cloud: {service: 1 ms}\n"
                                         "policies:\n" +
                                         policies,
                                     "test");
  std::vector<RunFigures> out;
  for (std::size_t p = 0; p < prepared->scenario.policies.size(); ++p)
    out.push_back(figures_of(*prepared, p, 0, simulate_here(*prepared, p, 0, EngineKind::native)));
  return out;
}

}  // namespace

TEST_CASE("kept share and eq. 8 of the recording are those of a simulated day without a queue") {
  InferenceTrace trace = read_inference_trace(recording);
  for (Split& split : trace.splits) split.stages.resize(1);
  const Contest contest = contest_of(trace, "test", "");
  const AoSection section = ao_section(contest);
  REQUIRE(section.entries.size() == 2);  // by pair, by class
  const std::string where = fmt::format("stage: {}, variant: {}", contest.reported->stages[0].name,
                                        contest.variant->name);
  std::string policies;
  for (const AoEntry& entry : section.entries) {
    const auto groups = name_of(entry.groups);
    policies += fmt::format("  - {{name: {0}, policy: ao, thresholds: {0}, {1}}}\n", groups, where);
    const auto& delta = entry.delta;
    for (const double each : delta) REQUIRE_FALSE(std::isnan(each));
    policies += fmt::format("  - {{name: cdl_{}, policy: cdl, delta: {:.17g}, {}}}\n", groups,
                            delta[0], where);
    // in nats; the score is minus it
    policies += fmt::format("  - {{name: branchynet_{}, policy: branchynet, delta: {:.17g}, {}}}\n",
                            groups, -delta[1], where);
    policies += fmt::format(
        "  - {{name: margin_{}, policy: threshold, score: margin, delta: {:.17g}, {}}}\n", groups,
        delta[2], where);
  }
  const auto found = simulated(policies);
  REQUIRE(found.size() == 8);
  for (std::size_t e = 0; e < 2; ++e) {
    const AoFigures& seen = section.entries[e].seen;
    CAPTURE(e);
    const RunFigures& ao = found[4 * e];
    CHECK(ao.fell_back + ao.dropped == 0);
    CHECK(ao.skipping_rate == doctest::Approx(seen[AoFigures::index(AoFigure::kept)]));
    CHECK(ao.accuracy == doctest::Approx(seen[AoFigures::index(AoFigure::overall)]));
    for (std::size_t r = 0; r < ao_rivals.size(); ++r) {
      CAPTURE(name_of(ao_rivals[r]));
      const RunFigures& one = found[4 * e + 1 + r];
      const auto of = [&](AoFigure figure) { return seen[AoFigures::index(ao_rivals[r], figure)]; };
      CHECK(one.skipping_rate == doctest::Approx(of(AoFigure::kept)));
      CHECK(one.accuracy == doctest::Approx(of(AoFigure::overall)));
      CHECK(one.accuracy >= ao.accuracy);  // "the same overall accuracy": not below it
    }
  }
}
