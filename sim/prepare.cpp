#include "sim/prepare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "platforms/platform.hpp"
#include "policies/registry.hpp"
#include "sim/engines/simgrid/simgrid_engine.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "traces/arrival_dates.hpp"
#include "traces/bandwidth_trace.hpp"
#include "traces/inference_trace.hpp"

namespace updraft {
namespace {

constexpr double most_samples = 1e7;      // of one run: some 5 GB on their way to the figures
constexpr double most_in_all_runs = 1e8;  // of the replications of one policy
constexpr Seconds longest_task(1e9);      // as for every duration of a scenario

// What a split offers a policy, and beside it the truth about its rows.
void offer(const Split& split, const InferenceTrace& trace, const WorkloadSpec& workload,
           Menu& menu, Truth& truth) {
  menu.rows = split.size();
  truth.classes = trace.classes;
  truth.label = split.labels;
  for (const auto& stage : split.stages) {
    MenuStage out{stage.name, stage.work, stage.family, {}};
    for (const auto& score : stage.scores) {
      out.scores.push_back({score.name, {score.values.begin(), score.values.end()}});
    }
    for (auto& derived :
         derived_scores(stage.answers.logits, static_cast<std::size_t>(trace.classes))) {
      const auto same = [&](const ScoreColumn& column) { return column.name == derived.name; };
      if (!derived.values.empty() && std::none_of(out.scores.begin(), out.scores.end(), same)) {
        out.scores.push_back(std::move(derived));
      }
    }
    menu.stages.push_back(std::move(out));
    truth.edge_correct.push_back(stage.answers.correct);
  }
  for (const auto& variant : split.variants) {
    MenuVariant out{variant.name, variant.family, variant.cloud_work, variant.encode_work, {}, 0};
    out.payload_bytes = variant.payload_bytes;
    const Bytes payload = workload.payload.value_or(variant.payload);
    if (workload.payload || out.payload_bytes.empty()) {
      out.payload_bytes.assign(menu.rows, static_cast<std::uint32_t>(payload.si()));
    }
    out.reply_bytes = static_cast<std::uint32_t>(workload.reply.value_or(variant.reply).si());
    menu.variants.push_back(std::move(out));
    truth.cloud_correct.push_back(variant.answers.correct);
  }
}

// `trace: none`, for those who study queues and channels alone: one edge stage and one way to
// offload, both always right. The scenario gives times and sizes.
InferenceTrace no_recording() {
  constexpr std::size_t rows = 1000;
  Split split;
  split.name = "test";
  split.labels.assign(rows, 0);
  Answers right;
  right.correct.assign(rows, 1);
  Stage stage;
  stage.name = "edge";
  stage.answers = right;
  split.stages.push_back(stage);
  Variant variant;
  variant.name = "payload";
  variant.answers = right;
  split.variants.push_back(variant);
  InferenceTrace trace;
  trace.dataset = "none";
  trace.classes = 1;
  trace.splits.push_back(split);
  return trace;
}

class Preparation {
 public:
  Preparation(Document document, const std::string& file,
              const std::vector<std::string>& overrides) {
    for (const auto& override_ : overrides) {
      const auto equals = override_.find('=');
      if (equals == std::string::npos || equals == 0) {
        throw InputError(fmt::format(
            "--set: {}; expected path=value, such as channel.uplink.rate=5Mbps", override_));
      }
      set_in_document(document, override_.substr(0, equals), override_.substr(equals + 1));
    }
    out_->scenario =
        read_scenario(document, file, {"simgrid"}, simgrid_network_models(), mistakes_);
  }

  std::unique_ptr<Prepared> run() {
    const bool has_trace = read_trace();
    if (has_trace) {
      set_devices();
      set_cloud();
      set_arrivals();
    }
    out_->uplink = link_rate(out_->scenario.uplink, "channel.uplink.trace");
    out_->downlink = link_rate(out_->scenario.downlink, "channel.downlink.trace");
    out_->plan.uplink = link_plan(out_->scenario.uplink);
    out_->plan.downlink = link_plan(out_->scenario.downlink);
    out_->plan.seed = out_->scenario.workload.seed;
    out_->metrics.deadline = out_->scenario.workload.deadline;
    if (has_trace) set_replications();
    mistakes_.throw_if_any();
    return std::move(out_);
  }

 private:
  // A file that the scenario names; its mistakes join the scenario's.
  template <class Read>
  bool read(const std::string& named, const Place& place, std::string_view key,
            const Read& read_it) {
    if (named.empty()) return false;  // reported by the scenario's reader
    const std::string file = find_beside(named, out_->scenario.file);
    try {
      read_it(file);
      out_->inputs.push_back(file);
      return true;
    } catch (const InputError& error) {
      // One line, of the whole file: it joins the place that names the file. Else each line has a
      // place in the file itself.
      const std::string lines = error.what();
      const std::string start = file + ": ";
      const bool of_whole_file = lines.starts_with(start) &&
                                 lines.find('\n') == std::string::npos &&
                                 lines.find(" = ", start.size()) == std::string::npos;
      if (of_whole_file) {
        mistakes_.add(place,
                      fmt::format("{} = {}: {}", key, shown(named), lines.substr(start.size())));
      } else {
        mistakes_.add(error);
      }
      return false;
    }
  }

  bool read_trace() {
    const WorkloadSpec& workload = out_->scenario.workload;
    InferenceTrace trace;
    if (workload.trace == "none") {
      trace = no_recording();
      if (!workload.payload) {
        mistakes_.add(workload.trace_place, "workload.payload", "nothing",
                      "a size, as trace: none records none");
      }
      out_->notes.push_back(
          "trace: none replays no recording: accuracy and cost mean nothing here");
    } else if (!read(workload.trace, workload.trace_place, "workload.trace",
                     [&](const std::string& file) { trace = read_inference_trace(file); })) {
      return false;
    }
    const Split* split = trace.split(workload.split);
    if (split == nullptr) {
      mistakes_.add(workload.split_place, "workload.split", workload.split,
                    fmt::format("a split that {} has", workload.trace));
      return false;
    }
    out_->dataset = trace.dataset;
    offer(*split, trace, workload, out_->menu, out_->truth);
    out_->plan.menu = &out_->menu;
    for (const auto& variant : out_->menu.variants) {
      if (variant.encode_work.si() > 0) {
        mistakes_.add(workload.trace_place,
                      fmt::format("/{}/offload/{}: encode_macs", workload.split, variant.name),
                      fmt::format("{}", variant.encode_work.si() / 2),
                      "0: encoding on the device is not simulated yet");
      }
    }
    if (const Split* calibration = trace.split("calibration")) {
      has_calibration_ = true;
      offer(*calibration, trace, workload, calibration_, calibration_truth_);
    }
    return true;
  }

  const Catalog& catalog() {
    if (catalog_) return *catalog_;
    catalog_ = built_in_catalog();
    const auto& scenario = out_->scenario;
    if (!scenario.catalog.empty()) {
      const Document* node = scenario.document.find("catalog");
      read(scenario.catalog, node->place, "catalog",
           [&](const std::string& file) { catalog_ = read_catalog(file); });
      out_->notes.insert(out_->notes.end(), catalog_->notes.begin(), catalog_->notes.end());
    }
    return *catalog_;
  }

  void set_devices() {
    const DeviceSpec& spec = out_->scenario.device;
    const DeviceModel* device = catalog().device(spec.use);
    if (device == nullptr) {
      const auto names = catalog().device_names();
      mistakes_.add(spec.use_place, "device.use", spec.use,
                    one_of(names) + did_you_mean(spec.use, names));
      return;
    }
    StageTimes& times = out_->plan.stage_times;
    for (const auto& stage : out_->menu.stages) {
      if (spec.stage_time) {
        const auto* exponential = std::get_if<ExponentialTime>(&*spec.stage_time);
        times.exponential = exponential != nullptr;
        times.mean.push_back(exponential != nullptr
                                 ? exponential->mean
                                 : std::get<ConstantTime>(*spec.stage_time).each);
      } else if (spec.rate) {
        times.mean.push_back(stage.work / *spec.rate);
      } else {
        times.mean.push_back(stage_time(*device, stage.work, stage.family));
        if (!rate_of(*device, stage.family).measured && !device->rates.empty()) {
          out_->notes.push_back(rate_note(*device, stage.family));
        }
      }
    }
    for (std::size_t i = 0; i < times.mean.size(); ++i) {
      if (times.mean[i] <= longest_task) continue;
      mistakes_.add(spec.use_place, "device.use", spec.use,
                    fmt::format("a device that runs stage {} within {:.0f} s; this takes {:.3g} s",
                                out_->menu.stages[i].name, longest_task.si(), times.mean[i].si()));
    }
    out_->metrics.edge_idle = spec.idle.value_or(device->idle);
    out_->metrics.edge_busy = spec.busy.value_or(device->busy);
    if (out_->metrics.edge_busy < out_->metrics.edge_idle) {
      mistakes_.add(spec.use_place, "device.busy",
                    fmt::format("{} W", out_->metrics.edge_busy.si()),
                    fmt::format("at least device.idle, {} W", out_->metrics.edge_idle.si()));
    }
  }

  void set_cloud() {
    const CloudSpec& spec = out_->scenario.cloud;
    const CloudModel* cloud = catalog().cloud(spec.use);
    if (cloud == nullptr) {
      const auto names = catalog().cloud_names();
      mistakes_.add(spec.use_place, "cloud.use", spec.use,
                    one_of(names) + did_you_mean(spec.use, names));
      return;
    }
    CloudPlan& plan = out_->plan.cloud;
    plan.batch_max = spec.batch_max;
    plan.batch_delay = spec.batch_delay;
    if (spec.queue_limit) plan.queue_limit = *spec.queue_limit;
    out_->plan.servers = spec.servers;
    CloudTimes& times = plan.times;
    for (const auto& variant : out_->menu.variants) {
      Seconds each = cloud->each * (variant.cloud_work / cloud->reference_work);
      if (spec.service) {
        if (const auto* batch = std::get_if<BatchTime>(&*spec.service)) {
          times.setup = batch->setup;
          each = batch->each;
        } else if (const auto* exponential = std::get_if<ExponentialTime>(&*spec.service)) {
          times.exponential = true;
          each = exponential->mean;
        } else {
          each = std::get<ConstantTime>(*spec.service).each;
        }
      } else {
        times.floor = cloud->floor;
        times.setup = cloud->setup;
      }
      if (each > longest_task) {
        mistakes_.add(spec.use_place, "cloud.use", spec.use,
                      fmt::format("a cloud that serves variant {} within {:.0f} s; this takes "
                                  "{:.3g} s",
                                  variant.name, longest_task.si(), each.si()));
      }
      times.each.push_back(each);
    }
    out_->metrics.cloud_idle = cloud->idle;
    out_->metrics.cloud_peak = cloud->peak;
  }

  // Arrivals, and with them which sample belongs to which device.
  void set_arrivals() {
    const Scenario& scenario = out_->scenario;
    const WorkloadSpec& workload = scenario.workload;
    ArrivalPlan& arrivals = out_->plan.arrivals;
    const std::uint32_t devices = scenario.device.count;
    std::vector<std::uint64_t> share(devices);
    const std::uint64_t total = workload.samples.value_or(out_->menu.rows);
    for (std::uint32_t d = 0; d < devices; ++d)
      share[d] = total / devices + (d < total % devices ? 1 : 0);
    if (const auto* periodic = std::get_if<PeriodicArrivals>(&workload.arrivals)) {
      arrivals.kind = ArrivalPlan::Kind::periodic;
      arrivals.rate = periodic->rate;
      arrivals.staggered = periodic->staggered;
    } else if (const auto* poisson = std::get_if<PoissonArrivals>(&workload.arrivals)) {
      arrivals.kind = ArrivalPlan::Kind::poisson;
      arrivals.rate = poisson->rate;
    } else if (const auto* dated = std::get_if<DatedArrivals>(&workload.arrivals)) {
      arrivals.kind = ArrivalPlan::Kind::dated;
      read(dated->file, workload.arrivals_place, "workload.arrivals.dates",
           [&](const std::string& file) {
             set_dates(read_dates(file, dated->column), file, devices, share);
           });
    } else {
      arrivals.kind = ArrivalPlan::Kind::back_to_back;
    }
    const std::uint64_t samples = std::accumulate(share.begin(), share.end(), std::uint64_t{0});
    const auto count = static_cast<double>(samples);
    if (count > most_samples || count * scenario.replications > most_in_all_runs) {
      mistakes_.add(samples_place(), "workload.samples", fmt::format("{}", samples),
                    fmt::format("at most {:.0f} in one run, and {:.0f} in all replications",
                                most_samples, most_in_all_runs));
      share.assign(devices, 0);
    }
    out_->plan.first.assign(1, 0);
    for (const auto n : share)
      out_->plan.first.push_back(out_->plan.first.back() + static_cast<std::uint32_t>(n));
  }

  // Where the number of samples stands, or what it follows from.
  Place samples_place() const {
    const Document* workload = out_->scenario.document.find("workload");
    const Document* samples = workload == nullptr ? nullptr : workload->find("samples");
    return samples == nullptr ? out_->scenario.workload.arrivals_place : samples->place;
  }

  void set_dates(const DatedArrivalsTable& table, const std::string& file, std::uint32_t devices,
                 std::vector<std::uint64_t>& share) {
    const WorkloadSpec& workload = out_->scenario.workload;
    if (workload.samples) {
      mistakes_.add(samples_place(), "workload.samples", fmt::format("{}", *workload.samples),
                    "nothing where dates are given: every date is a sample");
    }
    auto& dates = out_->plan.arrivals.dates;
    dates.assign(devices, {});
    for (std::size_t i = 0; i < table.date.size(); ++i) {
      if (table.device.empty()) {
        for (auto& of_device : dates) of_device.push_back(table.date[i]);
      } else if (table.device[i] < devices) {
        dates[table.device[i]].push_back(table.date[i]);
      } else {
        mistakes_.add({file, 0, 0}, fmt::format("device of date {}", i + 1),
                      fmt::format("{}", table.device[i]),
                      fmt::format("below {}, the scenario's device.count", devices));
        break;
      }
    }
    for (std::uint32_t d = 0; d < devices; ++d) share[d] = dates[d].size();
  }

  LinkRate link_rate(const LinkSpecification& spec, const std::string& key) {
    const auto constant = [](BytesPerSecond rate) {
      return RateProfile({{1, rate.si()}}, AtEnd::hold);
    };
    LinkRate out;
    out.rate = constant(BytesPerSecond(1));
    if (spec.device_rate) out.flow_cap_Bps = spec.device_rate->si();
    if (const auto* rate = std::get_if<BytesPerSecond>(&spec.rate)) {
      if (rate->si() > 0) out.rate = constant(*rate);
      return out;
    }
    const auto& trace = std::get<TraceRate>(spec.rate);
    out.same_for_all = trace.same_for_all.value_or(false);
    read(trace.file, trace.place, key, [&](const std::string& file) {
      if (is_channel_model(file)) {
        out.rate = read_channel_model(file);
        out.scale = trace.scale;
        if (trace.bin || !trace.column.empty() || !trace.unit.empty() || trace.at_end) {
          mistakes_.add(trace.place, key, trace.file,
                        "a recorded trace beside bin, column, unit or at_end: a channel model has "
                        "none of them");
        }
        return;
      }
      if (trace.same_for_all) {
        mistakes_.add(
            trace.place, key, trace.file,
            "a channel model beside same_for_all: a recorded trace is always the same for all");
      }
      BandwidthOptions options;
      options.bin = trace.bin;
      options.column = trace.column;
      options.unit = trace.unit;
      if (trace.at_end == "hold") options.at_end = AtEnd::hold;
      if (trace.at_end == "stop") options.at_end = AtEnd::stop;
      options.scale = trace.scale;
      out.rate = read_bandwidth_trace(file, options);
    });
    return out;
  }

  static LinkPlan link_plan(const LinkSpecification& spec) {
    LinkPlan plan;
    plan.latency = spec.latency;
    plan.streams = spec.streams;
    if (spec.sharing == Sharing::fifo) plan.sharing = LinkPlan::Sharing::fifo;
    if (spec.sharing == Sharing::fair) plan.sharing = LinkPlan::Sharing::fair;
    return plan;
  }

  void set_replications() {
    const Scenario& scenario = out_->scenario;
    for (std::uint32_t r = 0; r < scenario.replications; ++r) {
      PreparedReplication replication;
      replication.rows = replayed_rows(r);
      const PolicyContext context{
          out_->menu, out_->truth, has_calibration_ ? &calibration_ : nullptr,
          has_calibration_ ? &calibration_truth_ : nullptr, replication.rows};
      for (std::size_t i = 0; i < scenario.policies.size(); ++i) {
        Section params(scenario.policies[i].params, fmt::format("policies[{}]", i), mistakes_);
        replication.policies.push_back(make_policy(params, context));
      }
      out_->replications.push_back(std::move(replication));
      if (!mistakes_.none()) return;  // the other replications would only repeat them
    }
  }

  // Every recorded row once in the order of the file or shuffled, then again as often as it takes.
  std::vector<std::uint32_t> replayed_rows(std::uint32_t replication) const {
    const WorkloadSpec& workload = out_->scenario.workload;
    std::vector<std::uint32_t> pass(out_->menu.rows);
    std::vector<std::uint32_t> rows;
    if (out_->plan.first.empty()) return rows;
    const std::size_t total = out_->plan.first.back();
    for (std::uint64_t round = 0; rows.size() < total; ++round) {
      std::iota(pass.begin(), pass.end(), 0U);
      if (workload.shuffled) {  // Fisher and Yates
        Stream random(workload.seed, "order", round, replication);
        for (std::size_t i = pass.size(); i > 1; --i) std::swap(pass[i - 1], pass[random.below(i)]);
      }
      const std::size_t n = std::min(pass.size(), total - rows.size());
      rows.insert(rows.end(), pass.begin(), pass.begin() + static_cast<std::ptrdiff_t>(n));
    }
    return rows;
  }

  std::unique_ptr<Prepared> out_ = std::make_unique<Prepared>();
  Mistakes mistakes_;
  Menu calibration_;
  Truth calibration_truth_;
  bool has_calibration_ = false;
  std::optional<Catalog> catalog_;
};

}  // namespace

std::unique_ptr<Prepared> prepare(const std::string& file,
                                  const std::vector<std::string>& overrides) {
  auto prepared = Preparation(read_document(file), file, overrides).run();
  prepared->inputs.insert(prepared->inputs.begin(), file);
  return prepared;
}

std::unique_ptr<Prepared> prepare_text(const std::string& text, const std::string& name) {
  return Preparation(parse_document(text, name), name, {}).run();
}

std::unique_ptr<RateSource> rate_source(const LinkRate& rate, std::uint64_t seed,
                                        std::string_view stream, std::uint32_t link,
                                        std::uint64_t replication) {
  if (const auto* profile = std::get_if<RateProfile>(&rate.rate)) return play(*profile);
  const std::uint32_t index = rate.same_for_all ? 0 : link;
  return draw(std::get<ChannelModel>(rate.rate), Stream(seed, stream, index, replication),
              rate.scale);
}

}  // namespace updraft
