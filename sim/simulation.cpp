#include "sim/simulation.hpp"

#include <cstring>
#include <stdexcept>
#include <type_traits>

#include "sim/engines/simgrid/simgrid_engine.hpp"
#include "sim/own_process.hpp"

namespace updraft {
namespace {

std::vector<LinkId> add_links(Engine& engine, const LinkRate& rate, const LinkPlan& plan,
                              std::uint32_t devices, std::uint64_t seed, std::string_view stream,
                              std::uint64_t replication) {
  const std::uint32_t count = plan.sharing == LinkPlan::Sharing::per_device ? devices : 1;
  std::vector<LinkId> links;
  for (std::uint32_t i = 0; i < count; ++i) {
    links.push_back(engine.add_link(
        {rate_source(rate, seed, stream, i, replication), BytesPerSecond(rate.flow_cap_Bps)}));
  }
  return links;
}

// A run as bytes, from a child process to its parent: the same program wrote what it reads.
template <class Visit>
void visit_columns(Samples& samples, const Visit& visit) {
  visit(samples.device);
  visit(samples.row);
  visit(samples.stage);
  visit(samples.variant);
  visit(samples.score);
  visit(samples.uplink_bytes);
  visit(samples.downlink_bytes);
  visit(samples.outcome);
  for (auto* stamp : all_stamps(samples.stamps)) visit(*stamp);
}

std::string to_bytes(Run run) {
  static_assert(std::is_trivially_copyable_v<StationCounts>);
  std::string bytes(reinterpret_cast<const char*>(&run.counts), sizeof run.counts);
  visit_columns(run.samples, [&](const auto& column) {
    bytes.append(reinterpret_cast<const char*>(column.data()), column.size() * sizeof column[0]);
  });
  return bytes;
}

Run from_bytes(const std::string& bytes, std::size_t samples) {
  Run run{Samples(samples), {}};
  std::size_t at = sizeof run.counts;
  std::size_t expected = at;
  visit_columns(run.samples, [&](auto& column) { expected += column.size() * sizeof column[0]; });
  if (bytes.size() != expected) throw std::runtime_error("a simulation's result was cut short");
  std::memcpy(&run.counts, bytes.data(), at);
  visit_columns(run.samples, [&](auto& column) {
    std::memcpy(static_cast<void*>(column.data()), bytes.data() + at,
                column.size() * sizeof column[0]);
    at += column.size() * sizeof column[0];
  });
  return run;
}

}  // namespace

Run simulate_here(const Prepared& prepared, std::size_t policy, std::size_t replication) {
  JourneyPlan plan = prepared.plan;
  plan.policy = prepared.replications[replication].policies[policy].get();
  plan.rows = prepared.replications[replication].rows;
  plan.replication = replication;
  const auto engine = make_simgrid_engine(prepared.scenario.network_model);
  auto uplinks = add_links(*engine, prepared.uplink, plan.uplink, plan.devices(), plan.seed,
                           "uplink", replication);
  auto downlinks = add_links(*engine, prepared.downlink, plan.downlink, plan.devices(), plan.seed,
                             "downlink", replication);
  Journey journey(plan, *engine, std::move(uplinks), std::move(downlinks));
  journey.run();
  const StationCounts counts = journey.counts();
  return {std::move(journey.samples()), counts};
}

std::vector<PolicyResult> simulate(const Prepared& prepared, const OnRun& each,
                                   const std::function<void()>& waiting) {
  const std::size_t replications = prepared.replications.size();
  std::vector<PolicyResult> results;
  for (std::size_t p = 0; p < prepared.scenario.policies.size(); ++p) {
    const PolicyPlan& plan = *prepared.replications[0].policies[p];
    PolicyResult result;
    result.name = prepared.scenario.policies[p].name;
    result.knows_truth = plan.knows_truth();
    result.delta = plan.delta();
    result.note = plan.note();
    results.push_back(std::move(result));
  }
  const auto take = [&](std::size_t job, const std::string& bytes) {
    const std::size_t policy = job / replications;
    const std::size_t replication = job % replications;
    const Run run = from_bytes(bytes, prepared.replications[replication].rows.size());
    const PolicyPlan& plan = *prepared.replications[replication].policies[policy];
    MetricsContext context = prepared.metrics;
    context.reference_stage = plan.reference_stage();
    context.reference_variant = plan.reference_variant();
    results[policy].runs.push_back(
        figures(run.samples, prepared.truth, prepared.menu, run.counts, context));
    if (each) each(policy, replication, run);
  };
  in_own_processes(
      results.size() * replications, usable_cores(),
      [&](std::size_t job) {
        return to_bytes(simulate_here(prepared, job / replications, job % replications));
      },
      take, waiting);
  return results;
}

}  // namespace updraft
