// A network that may be cut: its layers timed on the scenario's device and cloud, its cuts as
// stages and variants behind the recorded ones, with the recorded answers of the network they are
// cuts of.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "platforms/layer_times.hpp"
#include "policies/partition/cut_keys.hpp"
#include "policies/partition/partition_times.hpp"
#include "policies/partition/solvers.hpp"
#include "sim/prepare_parts.hpp"
#include "traces/channel_model.hpp"

namespace updraft {
namespace {

constexpr Seconds longest_task(1e9);  // as for every duration of a scenario
constexpr double largest_payload = 4e9;
constexpr double same_work = .02;  // of a recorded network and its layer profile

// What a reply takes on the downlink in the mean.
BytesPerSecond mean_rate(const PreparedRate& rate) {
  if (const auto* constant = std::get_if<BytesPerSecond>(&rate.rate)) return *constant;
  if (const auto* profile = std::get_if<const RateProfile*>(&rate.rate)) return (*profile)->mean();
  return std::get<const ChannelModel*>(rate.rate)->mean() * rate.scale;
}

std::vector<Seconds> alone(const std::vector<LayerTime>& times) {
  std::vector<Seconds> out;
  for (const auto& time : times) out.push_back(time.alone());
  return out;
}

double mean(const std::vector<std::uint32_t>& values) {
  double sum = 0;
  for (const std::uint32_t value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

}  // namespace

// The times of one side's layers; nothing after a mistake.
std::vector<LayerTime> Preparation::layer_times_of(const PartitionSide& side,
                                                   const LayerGraph& graph) {
  const PartitionSpec& spec = *out_->scenario.partition;
  std::vector<LayerTime> out;
  if (spec.times == PartitionSpec::Times::measured) {
    read(side.file, side.file_place, fmt::format("partition.times.{}", side.name),
         [&](const std::string& file) { out = read_layer_times(file, graph); });
  } else if (spec.times == PartitionSpec::Times::ideal) {
    out = ideal_layer_times(side.ideal, graph);
  } else if (side.rates != nullptr) {
    out = layer_times(*side.rates, graph);
  } else {
    mistakes_.add(side.use_place, fmt::format("{}.use", side.machine), side.use,
                  fmt::format("one with layer rates ({}), or partition.times: ideal",
                              one_of(side.with_rates)));
  }
  return out;
}

std::optional<Preparation::SidesTimes> Preparation::partition_sides(const LayerGraph& graph) {
  const Scenario& scenario = out_->scenario;
  const DeviceModel* device = catalog().device(scenario.device.use);
  const CloudModel* cloud = catalog().cloud(scenario.cloud.use);
  if (device == nullptr || cloud == nullptr) return std::nullopt;  // reported
  const PartitionSpec& spec = *scenario.partition;
  PartitionSide edge{"edge",
                     "device",
                     scenario.device.use,
                     scenario.device.use_place,
                     spec.edge_times,
                     spec.edge_times_place,
                     device->layers ? &*device->layers : nullptr,
                     scenario.device.rate.value_or(device->default_rate),
                     {}};
  PartitionSide server{"cloud",
                       "cloud",
                       scenario.cloud.use,
                       scenario.cloud.use_place,
                       spec.cloud_times,
                       spec.cloud_times_place,
                       cloud->layers ? &*cloud->layers : nullptr,
                       cloud->reference_work / cloud->each,
                       {}};
  for (const auto& entry : catalog().devices) {
    if (entry.layers) edge.with_rates.push_back(entry.name);
  }
  for (const auto& entry : catalog().clouds) {
    if (entry.layers) server.with_rates.push_back(entry.name);
  }
  SidesTimes out{layer_times_of(edge, graph), layer_times_of(server, graph), launches_seen(*cloud)};
  if (out.edge.empty() || out.cloud.empty()) return std::nullopt;
  return out;
}

// The variant whose answers are the network's; -1 after a mistake.
VariantId Preparation::partition_answers() {
  const PartitionSpec& spec = *out_->scenario.partition;
  const auto names = out_->menu->direct_variant_names();
  if (spec.answers.empty() && names.size() == 1) return 0;
  const auto found = std::find(names.begin(), names.end(), spec.answers);
  if (found != names.end()) return static_cast<VariantId>(found - names.begin());
  mistakes_.add(spec.answers_place, "partition.answers",
                spec.answers.empty() ? "nothing" : spec.answers,
                one_of(names) + did_you_mean(spec.answers, names));
  return -1;
}

CutCosts Preparation::cut_costs(VariantId answers) const {
  const JourneyPlan& plan = out_->plan;
  const auto& variant = out_->menu->variants[static_cast<std::size_t>(answers)];
  CutCosts out;
  out.fixed = plan.uplink.latency + plan.downlink.latency;
  if (variant.reply_bytes > 0)
    out.fixed += Bytes(variant.reply_bytes) / mean_rate(out_->downlink.rate);
  if (plan.cloud.batch_max > 1) out.fixed += plan.cloud.batch_delay;  // a lone sample waits it all
  out.busy = out_->metrics.edge_busy;
  out.idle = out_->metrics.edge_idle;
  if (plan.radio != nullptr) {
    out.send = plan.radio->uplink_base;
    out.per_byte = plan.radio->uplink.si();
  }
  out.servers = static_cast<double>(plan.servers) / plan.devices();
  return out;
}

// Every cut that a policy of the scenario may choose, once: nothing on the edge first, everything
// last.
std::vector<CandidateCut> Preparation::cuts_for_policies(const LayerGraph& graph,
                                                         const PartitionMenu& partition) const {
  std::vector<CandidateCut> cuts = chain_cuts(graph, partition.times);
  for (const auto& policy : out_->scenario.policies) {
    if (policy.policy != "min_cut") continue;
    Mistakes reported_by_its_maker;
    Section params(policy.params, "", reported_by_its_maker);
    const Objective objective = read_objective(params);
    if (!reported_by_its_maker.none()) continue;
    for (auto& cut : graph_cuts(graph, partition.times, objective, partition.costs)) {
      const auto same = [&](const CandidateCut& other) { return other.on_edge == cut.on_edge; };
      if (std::none_of(cuts.begin(), cuts.end(), same)) cuts.insert(cuts.end() - 1, std::move(cut));
    }
  }
  return cuts;
}

void Preparation::offer_cut(const CandidateCut& cut, const SidesTimes& times) {
  OwnPartition& own = *out_->partition;
  PartitionMenu& partition = own.partition;
  const LayerGraph& graph = *partition.graph;
  const auto answers = static_cast<std::size_t>(partition.answers);
  const PartitionSpec& spec = *out_->scenario.partition;
  const std::string name = fmt::format("{}:{}", graph.name, cut.after);
  Flops edge_work{};
  Flops cloud_work{};
  VariantTime served{};
  for (LayerId v = 0; v < graph.layers.size(); ++v) {
    (cut.on_edge[v] != 0 ? edge_work : cloud_work) += graph.layers[v].work;
    if (cut.on_edge[v] != 0) continue;
    served.setup += times.cloud[v].launch;
    served.each += times.cloud[v].work;
  }
  // A larger batch hides launches behind its work as far as the catalog's own t(b) says.
  served.floor = served.setup + served.each;
  served.setup = served.setup * times.launches_seen;
  const bool nothing_runs = cut.after == "input";
  StageId stage = no_stage;
  if (!nothing_runs) {
    stage = static_cast<StageId>(own.menu.stages.size());
    MenuStage out{name, edge_work, "", {}};
    out.answers = !cut.offloads();
    own.menu.stages.push_back(std::move(out));
    own.truth.edge_correct.push_back(own.truth.cloud_correct[answers]);
    out_->plan.stage_times.mean.push_back(cut.edge);
  }
  VariantId variant = -1;
  if (nothing_runs) {
    variant = partition.answers;
    out_->plan.cloud.times.of[answers] = served;
    auto& work = own.menu.variants[answers].cloud_work;
    if (work == Flops(0)) work = cloud_work;  // trace: none
  } else if (cut.offloads()) {
    variant = static_cast<VariantId>(own.menu.variants.size());
    MenuVariant out{name, "", cloud_work, Flops(0), {}, own.menu.variants[answers].reply_bytes};
    out.payload_bytes.assign(own.menu.rows, static_cast<std::uint32_t>(cut.payload.si()));
    out.made_by = stage;
    own.menu.variants.push_back(std::move(out));
    own.truth.cloud_correct.push_back(own.truth.cloud_correct[answers]);
    out_->plan.cloud.times.of.push_back(served);
  }
  if (cut.edge > longest_task || cut.cloud > longest_task || cut.payload.si() > largest_payload) {
    mistakes_.add(
        spec.layers_place, "partition.layers", spec.layers,
        fmt::format("cuts of at most {:.0f} s and {:.0f} GB; the one after {} takes {:.3g} "
                    "s at the edge, {:.3g} s in the cloud and sends {:.3g} GB",
                    longest_task.si(), largest_payload / 1e9, cut.after, cut.edge.si(),
                    cut.cloud.si(), cut.payload.si() / 1e9));
  }
  partition.stages.push_back(stage);
  partition.variants.push_back(variant);
}

// After devices, links and cloud: a cut needs them all.
void Preparation::set_partition() {
  if (!out_->scenario.partition) return;
  const PartitionSpec& spec = *out_->scenario.partition;
  const LayerGraph* graph = nullptr;
  read(spec.layers, spec.layers_place, "partition.layers",
       [&](const std::string& file) { graph = &inputs_.layer_profile(file); });
  const VariantId answers = partition_answers();
  if (out_->scenario.cloud.service) {
    mistakes_.add(spec.place, "partition", "beside cloud.service",
                  "one of the two: the cloud's time follows from the layers");
  }
  if (out_->plan.stage_times.exponential) {
    mistakes_.add(spec.place, "partition", "beside device.stage_time: {exponential: ...}",
                  "one of the two: layers take what they take");
  }
  if (graph == nullptr || answers < 0 || out_->plan.first.empty()) return;
  const auto is_input = [](const LayerNode& layer) { return layer.type == LayerType::input; };
  if (std::count_if(graph->layers.begin(), graph->layers.end(), is_input) != 1) {
    mistakes_.add(spec.layers_place, "partition.layers", spec.layers,
                  "a network with one input: a sample is one payload");
    return;
  }
  const auto times = partition_sides(*graph);
  if (!times) return;

  out_->partition = std::make_unique<OwnPartition>(OwnPartition{*out_->menu, *out_->truth, {}});
  OwnPartition& own = *out_->partition;
  const MenuVariant& whole = out_->menu->variants[static_cast<std::size_t>(answers)];
  const auto coding = std::find(coding_names.begin(), coding_names.end(), spec.coding);
  own.partition.graph = graph;
  own.partition.answers = answers;
  own.partition.times = partition_times(*graph, alone(times->edge), alone(times->cloud),
                                        static_cast<Coding>(coding - coding_names.begin()));
  const auto input = static_cast<std::size_t>(
      std::find_if(graph->layers.begin(), graph->layers.end(), is_input) - graph->layers.begin());
  own.partition.times.payload[input] = Bytes(mean(whole.payload_bytes));  // as it is recorded
  own.partition.costs = cut_costs(answers);
  own.partition.cuts = cuts_for_policies(*graph, own.partition);
  for (const auto& cut : own.partition.cuts) offer_cut(cut, *times);
  out_->menu = &own.menu;
  out_->truth = &own.truth;
  out_->plan.menu = &own.menu;

  const double recorded = whole.cloud_work.si();
  if (recorded > 0 && std::abs(graph->work() / whole.cloud_work - 1) > same_work) {
    out_->notes.push_back(
        fmt::format("partition: {} has {:.4g} MMAC, {} was recorded with {:.4g}: its answers, "
                    "another network's "
                    "layers",
                    graph->name, graph->work().si() / 2e6, whole.name, recorded / 2e6));
  }
  out_->notes.push_back(
      fmt::format("partition: {} layers of {}, {} cuts; {} is served by layer times too, whichever "
                  "policy sends it",
                  graph->layers.size(), graph->name, own.partition.cuts.size(), whole.name));
}

}  // namespace updraft
