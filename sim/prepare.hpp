// From a scenario to something that can run: every file that it names is read, every name that it
// uses is found, every threshold tuned, and all the mistakes of all of that are reported together.
// After this, nothing of the user's can go wrong any more.
#pragma once

#include <limits>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "policies/policy.hpp"
#include "sim/metrics/run_figures.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/stations/journey_plan.hpp"
#include "traces/channel_model.hpp"
#include "traces/rate_profile.hpp"

namespace updraft {

// The rate of a direction: a known profile, the same for all devices, or a model to draw from.
struct LinkRate {
  std::variant<ChannelModel, RateProfile> rate;
  double scale = 1;
  bool same_for_all = false;
  double flow_cap_Bps = std::numeric_limits<double>::infinity();
};

// One replication: which recorded rows are replayed in which order, and the policies for them.
struct PreparedReplication {
  std::vector<std::uint32_t> rows;
  std::vector<std::unique_ptr<PolicyPlan>> policies;  // in the order of the scenario
};

struct Prepared {
  Scenario scenario;
  std::string dataset;
  Menu menu;
  Truth truth;
  JourneyPlan plan;  // all but policy, rows and replication
  LinkRate uplink;
  LinkRate downlink;
  MetricsContext metrics;  // all but the reference stage and variant
  std::vector<PreparedReplication> replications;
  std::vector<std::string> notes;   // for people: which defaults were taken and why
  std::vector<std::string> inputs;  // every file that was read
};

// Reads the scenario file with `overrides` ("path=value") applied, and all that it names. Throws
// InputError with every mistake found.
std::unique_ptr<Prepared> prepare(const std::string& file,
                                  const std::vector<std::string>& overrides);

// The same for a scenario that is already in memory; `name` stands for its file in error lines.
std::unique_ptr<Prepared> prepare_text(const std::string& text, const std::string& name);

// The rate source of one link in one replication.
std::unique_ptr<RateSource> rate_source(const LinkRate& rate, std::uint64_t seed,
                                        std::string_view stream, std::uint32_t link,
                                        std::uint64_t replication);

}  // namespace updraft
