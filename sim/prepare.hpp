// From a scenario to something that can run: every file that it names is read, every name that it
// uses is found, every threshold tuned, and all the mistakes of all of that are reported together.
// After this, nothing of the user's can go wrong any more.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "policies/policy.hpp"
#include "sim/inputs.hpp"
#include "sim/metrics/run_figures.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/stations/journey_plan.hpp"
#include "sim/tuning_spec.hpp"

namespace updraft {

// A rate over time: constant, a known profile, the same for all devices, or a model to draw from.
struct PreparedRate {
  std::variant<BytesPerSecond, const RateProfile*, const ChannelModel*> rate = BytesPerSecond(1);
  double scale = 1;  // of a model
  Seconds begin;     // of a profile: how far into it date 0 lies
  bool begins_at_random = false;
  bool same_for_all = false;
};

// The rate of a direction, and the most that one transfer gets of a shared one.
struct LinkRate {
  PreparedRate rate;
  std::optional<PreparedRate> gate{};  // the link is up where this is above 0; absent: always
  std::optional<PreparedRate> flow_rate{};
};

// One replication: which recorded rows are replayed in which order, and the policies for them.
struct PreparedReplication {
  std::vector<std::uint32_t> rows;
  std::vector<const PolicyPlan*> policies;  // in the order of the scenario
};

// What a scenario's `partition:` makes of the recording: its cuts behind the recorded stages and
// variants.
struct OwnPartition {
  Menu menu;
  Truth truth;
  PartitionMenu partition;
};

struct Prepared {
  std::unique_ptr<Inputs> own_inputs;  // null where it refers into those of a sweep
  Scenario scenario;
  std::string dataset;
  const Menu* menu = nullptr;
  const Truth* truth = nullptr;
  std::unique_ptr<OwnPartition> partition;  // null where the scenario has none; else menu and truth
  JourneyPlan plan;                         // all but policy, rows and replication
  LinkRate uplink;
  LinkRate downlink;
  std::vector<std::unique_ptr<const ChannelModel>> own_models;  // that stand in the scenario itself
  std::vector<std::unique_ptr<const RateProfile>> own_profiles;
  MetricsContext metrics;  // all but the reference stage and variant
  std::vector<Budget> budgets;
  std::vector<TuningSpec> tuning;  // what is still to be found: prepare_tuned() finds it
  std::vector<std::string> tuned;  // by policy, how a value was found by simulation; none: empty
  std::vector<std::unique_ptr<PolicyPlan>> plans;  // of all replications
  std::vector<PreparedReplication> replications;
  std::vector<std::string> notes;   // for people: which defaults were taken and why
  std::vector<std::string> inputs;  // every file that was read
};

// Reads the scenario file with `overrides` ("path=value") applied, and all that it names. Throws
// InputError with every mistake found. A policy that asks for tuning by simulation gets any value:
// enough to see every mistake, too little to run (tuning_by_simulation.hpp).
std::unique_ptr<Prepared> prepare(const std::string& file,
                                  const std::vector<std::string>& overrides);

// The same for a document with all overrides applied, such as a cell of a sweep. What it names is
// taken from `inputs`, which outlives what is returned.
std::unique_ptr<Prepared> prepare(const Document& document, const std::string& file,
                                  Inputs& inputs);

// Only what the document itself says: its keys, units, ranges and choices. Throws InputError.
void check_form(const Document& document, const std::string& file);

// The scenario that a document of good form describes.
Scenario scenario_of(const Document& document, const std::string& file);

// Reads the document and applies the overrides. Throws InputError.
Document read_scenario_document(const std::string& file, const std::vector<std::string>& overrides);

// The same for a scenario that is already in memory; `name` stands for its file in error lines.
std::unique_ptr<Prepared> prepare_text(const std::string& text, const std::string& name);

// The source of one link's rate, outages included, or of what caps one device's transfers, in one
// replication.
std::unique_ptr<RateSource> link_source(const LinkRate& link, std::uint64_t seed,
                                        std::string_view stream, std::uint32_t index,
                                        std::uint64_t replication);
std::unique_ptr<RateSource> rate_source(const PreparedRate& rate, std::uint64_t seed,
                                        std::string_view stream, std::uint32_t index,
                                        std::uint64_t replication);

}  // namespace updraft
