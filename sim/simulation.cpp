#include "sim/simulation.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <map>
#include <memory>
#include <stdexcept>
#include <thread>
#include <type_traits>

#include "sim/core/check.hpp"
#include "sim/engines/native/native_engine.hpp"
#include "sim/engines/simgrid/simgrid_engine.hpp"
#include "sim/metrics/verdicts.hpp"
#include "sim/own_process.hpp"
#include "sim/stations/journey_steps.hpp"
#include "sim/threads.hpp"

namespace updraft {
namespace {

// A run and what it amounts to.
struct Judged {
  Run run;
  RunFigures figures;
};

// What caps the transfers on a shared link: one source where it is the same for all devices.
std::vector<std::unique_ptr<RateSource>> cap_sources(const LinkRate& rate, std::uint32_t devices,
                                                     std::uint64_t seed, std::string_view stream,
                                                     std::uint64_t replication) {
  std::vector<std::unique_ptr<RateSource>> caps;
  if (!rate.flow_rate) return caps;
  const bool drawn = std::holds_alternative<const ChannelModel*>(rate.flow_rate->rate);
  const std::uint32_t count = drawn && !rate.flow_rate->same_for_all ? devices : 1;
  const std::string own = std::string(stream) + "_flow";  // not the link's own draws again
  for (std::uint32_t i = 0; i < count; ++i)
    caps.push_back(rate_source(*rate.flow_rate, seed, own, i, replication));
  return caps;
}

std::vector<LinkId> add_links(Engine& engine, const LinkRate& rate, const LinkPlan& plan,
                              std::uint32_t devices, std::uint64_t seed, std::string_view stream,
                              std::uint64_t replication) {
  const std::uint32_t count = plan.sharing == LinkPlan::Sharing::per_device ? devices : 1;
  std::vector<LinkId> links;
  for (std::uint32_t i = 0; i < count; ++i) {
    LinkSpec link;
    link.rate = link_source(rate, seed, stream, i, replication);
    link.one_at_a_time = plan.sharing != LinkPlan::Sharing::fair;
    link.caps = cap_sources(rate, devices, seed, stream, replication);
    links.push_back(engine.add_link(std::move(link)));
  }
  return links;
}

// What the uplinks do over time, once more, for a journey in which they break off uploads.
std::vector<OutageWatch> outage_watches(const Prepared& prepared, const JourneyPlan& plan) {
  std::vector<OutageWatch> watches;
  if (!plan.upload_failures) return watches;
  const bool own = plan.uplink.sharing == LinkPlan::Sharing::per_device;
  for (std::uint32_t i = 0; i < (own ? plan.devices() : 1); ++i)
    watches.emplace_back(
        link_source(prepared.uplink, plan.seed, "uplink", i, plan.replication));
  return watches;
}

// Does what happens before a device's payload is at the cloud depend on that device alone? (With a
// radio it does not: a reply keeps it connected for the next upload.)
// (Without latency, what is sent is received now: after all else that is due now, and that only the
// calendar of all can tell.)
bool devices_are_alone(const JourneyPlan& plan) {
  constexpr Seconds least_latency(1e-6);
  return plan.radio == nullptr && plan.uplink.bundle_max == 1 &&
         plan.uplink.latency >= least_latency &&
         plan.uplink.sharing == LinkPlan::Sharing::per_device &&
         plan.arrivals.kind != ArrivalPlan::Kind::back_to_back &&
         !plan.policy->hears_of_replies() && !plan.upload_failures;
}

template <class AnyEngine>
Run simulate_on(AnyEngine& engine, const Prepared& prepared, const JourneyPlan& plan) {
  auto uplinks = add_links(engine, prepared.uplink, plan.uplink, plan.devices(), plan.seed,
                           "uplink", plan.replication);
  auto downlinks = add_links(engine, prepared.downlink, plan.downlink, plan.devices(), plan.seed,
                             "downlink", plan.replication);
  Journey<AnyEngine> journey(plan, engine, std::move(uplinks), std::move(downlinks),
                             outage_watches(prepared, plan));
  journey.run();
  const StationCounts counts = journey.counts();
  return {std::move(journey.samples()), counts};
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

EngineChoice engine_of(const Scenario& scenario) {
  if (scenario.network_model != "fluid")
    return {EngineKind::simgrid, "network_model: " + scenario.network_model + " is SimGrid's own"};
  if (scenario.engine == "simgrid") return {EngineKind::simgrid, "the scenario says so"};
  if (scenario.engine == "native") return {EngineKind::native, "the scenario says so"};
  return {EngineKind::native, "all of the scenario lies inside its model"};
}

std::string_view name_of(EngineKind engine) {
  return engine == EngineKind::native ? "native" : "simgrid";
}

Run simulate_here(const Prepared& prepared, std::size_t policy, std::size_t replication,
                  EngineKind kind) {
  JourneyPlan plan = prepared.plan;
  plan.policy = prepared.replications[replication].policies[policy];
  plan.rows = prepared.replications[replication].rows;
  plan.replication = replication;
  if (kind == EngineKind::native) {
    NativeEngine engine(throw_if_stopped);
    if (devices_are_alone(plan)) engine.run_devices_ahead(plan.devices());
    return simulate_on(engine, prepared, plan);
  }
  const std::unique_ptr<Engine> engine = make_simgrid_engine(prepared.scenario.network_model);
  return simulate_on(*engine, prepared, plan);
}

RunFigures figures_of(const Prepared& prepared, std::size_t policy, std::size_t replication,
                      const Run& run) {
  const PolicyPlan& plan = *prepared.replications[replication].policies[policy];
  MetricsContext context = prepared.metrics;
  context.reference_stage = plan.reference_stage();
  context.reference_variant = plan.reference_variant();
  return figures(run.samples, *prepared.truth, *prepared.menu, run.counts, context);
}

std::vector<std::vector<RatePiece>> uplink_histories(const Prepared& prepared,
                                                     std::size_t replication, Seconds length) {
  const auto drawn = [](const PreparedRate& rate) {
    return std::holds_alternative<const ChannelModel*>(rate.rate) && !rate.same_for_all;
  };
  const LinkRate& rate = prepared.uplink;
  const bool own = prepared.plan.uplink.sharing == LinkPlan::Sharing::per_device &&
                   (drawn(rate.rate) || (rate.gate && drawn(*rate.gate)));
  std::vector<std::vector<RatePiece>> out(own ? prepared.plan.devices() : 1);
  for (std::uint32_t link = 0; link < out.size(); ++link) {
    const auto source = link_source(rate, prepared.plan.seed, "uplink", link, replication);
    auto& pieces = out[link];
    do {
      const RatePiece piece = source->next();
      if (!pieces.empty() && pieces.back().rate == piece.rate) {
        pieces.back().until = piece.until;
      } else {
        pieces.push_back(piece);
      }
    } while (pieces.back().until < SimTime(0) + length);
  }
  return out;
}

std::vector<PolicyResult> empty_results(const Prepared& prepared) {
  std::vector<PolicyResult> results;
  for (std::size_t p = 0; p < prepared.scenario.policies.size(); ++p) {
    const PolicyPlan& plan = *prepared.replications[0].policies[p];
    PolicyResult result;
    result.name = prepared.scenario.policies[p].name;
    result.knows_truth = plan.knows_truth();
    result.delta = plan.delta();
    result.note = plan.note();
    if (p < prepared.tuned.size() && !prepared.tuned[p].empty()) result.note = prepared.tuned[p];
    results.push_back(std::move(result));
  }
  return results;
}

namespace {

// Jobs in threads: job(i) side by side, take(i, what it returned) one after the other in order.
void jobs_in_threads(std::size_t count, std::size_t threads,
                     const std::function<Judged(std::size_t)>& job,
                     const std::function<void(std::size_t, Judged)>& take) {
  const std::size_t parallel = std::min(threads, count);
  std::size_t next = 0;
  std::size_t taken = 0;
  std::map<std::size_t, Judged> ready;
  in_threads(parallel, [&](std::unique_lock<std::mutex>& lock) {
    if (next == count) return false;
    throw_if_stopped();
    if (next >= taken + 2 * parallel) {  // so that a slow one does not pile up the others' results
      lock.unlock();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      lock.lock();
      return true;
    }
    const std::size_t mine = next++;
    lock.unlock();
    Judged judged = job(mine);
    lock.lock();
    ready.emplace(mine, std::move(judged));
    for (; !ready.empty() && ready.begin()->first == taken; ready.erase(ready.begin()))
      take(taken++, std::move(ready.begin()->second));
    return true;
  });
  throw_if_stopped();
}

}  // namespace

std::vector<PolicyResult> simulate(const Prepared& prepared, EngineKind engine, const OnRun& each,
                                   const std::function<void()>& waiting, std::size_t parallel) {
  UPDRAFT_CHECK(prepared.tuning.empty(), "a scenario that is still to be tuned");
  const std::size_t replications = prepared.replications.size();
  std::vector<PolicyResult> results = empty_results(prepared);
  const std::size_t jobs = results.size() * replications;
  const auto take = [&](std::size_t job, Judged judged) {
    results[job / replications].runs.push_back(std::move(judged.figures));
    if (each) each(job / replications, job % replications, judged.run);
  };
  const auto amounts_to = [&](std::size_t job, Run run) {
    RunFigures found = figures_of(prepared, job / replications, job % replications, run);
    return Judged{std::move(run), std::move(found)};
  };
  const auto run = [&](std::size_t job) {
    return simulate_here(prepared, job / replications, job % replications, engine);
  };
  if (engine == EngineKind::native) {
    jobs_in_threads(
        jobs, parallel, [&](std::size_t job) { return amounts_to(job, run(job)); }, take);
    judge(results, prepared.budgets);
    return results;
  }
  in_own_processes(
      jobs, parallel, [&](std::size_t job) { return to_bytes(run(job)); },
      [&](std::size_t job, const std::string& bytes) {
        const std::size_t rows = prepared.replications[job % replications].rows.size();
        take(job, amounts_to(job, from_bytes(bytes, rows)));
      },
      waiting);
  judge(results, prepared.budgets);
  return results;
}

std::vector<PolicyResult> simulate(const Prepared& prepared, const OnRun& each,
                                   const std::function<void()>& waiting) {
  return simulate(prepared, engine_of(prepared.scenario).kind, each, waiting);
}

}  // namespace updraft
