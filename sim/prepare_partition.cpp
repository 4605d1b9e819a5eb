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
#include "sim/core/names_of.hpp"
#include "sim/metrics/budgets.hpp"
#include "sim/prepare_parts.hpp"
#include "traces/channel_model.hpp"

namespace updraft {
namespace {

constexpr double largest_payload = 4e9;
constexpr std::size_t most_cuts = 2000;
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

// Of a policy's entry, and of those that it holds; where one has mistakes, as its maker takes it.
std::vector<Objective> objectives_of_min_cuts(const Document& entry) {
  std::vector<Objective> out;
  const Document* policy = entry.find("policy");
  if (policy != nullptr && policy->text == "min_cut") {
    Mistakes reported_by_its_maker;
    Section params(entry, "", reported_by_its_maker);
    out.push_back(read_objective(params));
  }
  for (const auto& held : entry.entries) {
    for (const Objective& objective : objectives_of_min_cuts(held.value)) out.push_back(objective);
  }
  return out;
}

double mean(const std::vector<std::uint32_t>& values) {
  double sum = 0;
  for (const std::uint32_t value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

}  // namespace

// The variant whose answers are the network's, sent as it is recorded: one that the device would
// have to encode or to extract is no input of its layers. -1 after a mistake.
VariantId Preparation::partition_answers() {
  const PartitionSpec& spec = *out_->scenario.partition;
  const auto names = names_of(out_->menu->variants, [](const MenuVariant& variant) {
    return variant.made_by == no_stage && variant.encode_work == Flops(0);
  });
  const std::string name = spec.answers.empty() && names.size() == 1 ? names[0] : spec.answers;
  if (std::find(names.begin(), names.end(), name) != names.end()) {
    const auto all = out_->menu->variant_names();
    return static_cast<VariantId>(std::find(all.begin(), all.end(), name) - all.begin());
  }
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

// The recorded variants that the cut network answers: its own, and those with as much work that no
// extractor makes (codecs: the network is the same, trained on what they leave of the image).
std::vector<VariantId> Preparation::served_by_layers(VariantId answers) const {
  const auto& variants = out_->menu->variants;
  const Flops work = variants[static_cast<std::size_t>(answers)].cloud_work;
  std::vector<VariantId> out;
  for (std::size_t v = 0; v < variants.size(); ++v) {
    const bool alike = work > Flops(0) && variants[v].made_by == no_stage &&
                       std::abs(variants[v].cloud_work / work - 1) <= same_work;
    if (static_cast<VariantId>(v) == answers || alike) out.push_back(static_cast<VariantId>(v));
  }
  return out;
}

// Whose cloud is which: who compares a cut with a crop has to know. Before the cuts join the menu.
std::string Preparation::note_of_clouds(VariantId answers) const {
  const auto names = out_->menu->variant_names();
  const std::vector<VariantId> by_layers = served_by_layers(answers);
  const auto& times = out_->plan.cloud.times.of;
  std::vector<std::string> served;
  std::vector<std::string> others;
  Seconds catalog{};  // the longest of them
  for (std::size_t v = 0; v < names.size(); ++v) {
    const bool own = std::ranges::count(by_layers, static_cast<VariantId>(v)) > 0;
    (own ? served : others).push_back(names[v]);
    if (!own) catalog = std::max({catalog, times[v].floor, times[v].setup + times[v].each});
  }
  const VariantTime& own = times[static_cast<std::size_t>(answers)];
  std::string out = fmt::format("{} {} served by layer times too ({}), whichever policy sends {}",
                                fmt::join(served, ", "), served.size() == 1 ? "is" : "are",
                                figure_text(std::max(own.floor, own.setup + own.each).si(), "s"),
                                served.size() == 1 ? "it" : "them");
  if (others.empty()) return out;
  return out + fmt::format("; {}, of {}, by the catalog's times of whole networks ({})",
                           fmt::join(others, ", "),
                           others.size() == 1 ? "another network" : "other networks",
                           figure_text(catalog.si(), "s"));
}

// Every cut that a policy of the scenario may choose, once: nothing on the edge first, everything
// last.
std::vector<CandidateCut> Preparation::cuts_for_policies(const LayerGraph& graph,
                                                         const PartitionMenu& partition) const {
  std::vector<CandidateCut> cuts = chain_cuts(graph, partition.times);
  for (const auto& policy : out_->scenario.policies) {
    for (const Objective& objective : objectives_of_min_cuts(policy.params))
      join_cuts(cuts, graph_cuts(graph, partition.times, objective, partition.costs));
  }
  name_apart(cuts);
  return cuts;
}

// Times and bytes as every scenario's are bounded; else a mistake.
bool Preparation::fits(const CandidateCut& cut) {
  const PartitionSpec& spec = *out_->scenario.partition;
  if (cut.edge <= longest_task && cut.cloud <= longest_task && cut.payload.si() <= largest_payload)
    return true;
  mistakes_.add(spec.layers_place, "partition.layers", spec.layers,
                fmt::format("cuts of at most {:.0f} s and {:.0f} GB; the one after {} takes {:.3g} "
                            "s at the edge, {:.3g} s in the cloud and sends {:.3g} GB",
                            longest_task.si(), largest_payload / 1e9, cut.after, cut.edge.si(),
                            cut.cloud.si(), cut.payload.si() / 1e9));
  return false;
}

void Preparation::offer_cut(const CandidateCut& cut, const SidesTimes& times) {
  OwnPartition& own = *out_->partition;
  PartitionMenu& partition = own.partition;
  const LayerGraph& graph = *partition.graph;
  const auto answers = static_cast<std::size_t>(partition.answers);
  if (!fits(cut)) return;
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
  const bool nothing_runs = cut.layers == 0;
  StageId stage = no_stage;
  if (!nothing_runs) {
    stage = static_cast<StageId>(own.menu.stages.size());
    MenuStage out{name, edge_work, "", {}};
    out.answers = !cut.offloads();
    out.recorded = false;
    own.menu.stages.push_back(std::move(out));
    own.truth.edge_correct.push_back(own.truth.cloud_correct[answers]);
    out_->plan.stage_times.mean.push_back(cut.edge);
  }
  VariantId variant = -1;
  if (nothing_runs) {
    variant = partition.answers;
    for (const VariantId same : served_by_layers(partition.answers))
      out_->plan.cloud.times.of[static_cast<std::size_t>(same)] = served;
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
    out_->plan.encode_times.emplace_back(0);
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
  if (out_->scenario.device.encode_time && out_->scenario.workload.trace == "none") {
    mistakes_.add(spec.place, "partition", "beside device.encode_time",
                  "one of the two: a cut network reads the sample as it arrived");
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
  if (own.partition.cuts.size() > most_cuts) {
    mistakes_.add(spec.layers_place, "partition.layers", spec.layers,
                  fmt::format("a network of at most {} cuts; {} has {}", most_cuts, graph->name,
                              own.partition.cuts.size()));
    out_->partition.reset();
    return;
  }
  for (const auto& cut : own.partition.cuts) offer_cut(cut, *times);
  if (own.partition.stages.size() != own.partition.cuts.size()) {  // a mistake was found
    out_->partition.reset();
    return;
  }
  const std::string clouds = note_of_clouds(answers);
  out_->menu = &own.menu;
  out_->truth = &own.truth;
  out_->plan.menu = &own.menu;

  const double recorded = whole.cloud_work.si();
  if (recorded > 0 && std::abs(graph->work() / whole.cloud_work - 1) > same_work) {
    out_->notes.push_back(fmt::format(
        "partition: {} has {:.4g} MMAC, {} was recorded with {:.4g}: its answers may be another "
        "network's",
        graph->name, graph->work().si() / 2e6, whole.name, recorded / 2e6));
  }
  out_->notes.push_back(fmt::format("partition: {} layers of {}, {} cuts; {}", graph->layers.size(),
                                    graph->name, own.partition.cuts.size(), clouds));
}

}  // namespace updraft
