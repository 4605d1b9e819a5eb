// Devices, radios and cloud: from the names in the catalog to times and watts.
#include <fmt/format.h>

#include <algorithm>

#include "platforms/platform.hpp"
#include "sim/prepare_parts.hpp"

namespace updraft {
namespace {

constexpr std::string_view no_radio = "none";  // a sweep may want it beside the others
constexpr std::string_view codec = "codec";    // the family of all encode work, in a device's rates

}  // namespace

const Catalog& Preparation::catalog() {
  if (catalog_ != nullptr) return *catalog_;
  catalog_ = &inputs_.catalog("");
  const auto& scenario = out_->scenario;
  if (!scenario.catalog.empty()) {
    const Document* node = scenario.document.find("catalog");
    read(scenario.catalog, node->place, "catalog",
         [&](const std::string& file) { catalog_ = &inputs_.catalog(file); });
    out_->notes.insert(out_->notes.end(), catalog_->notes.begin(), catalog_->notes.end());
  }
  return *catalog_;
}

void Preparation::set_devices() {
  const DeviceSpec& spec = out_->scenario.device;
  const DeviceModel* device = catalog().device(spec.use);
  if (device == nullptr) {
    const auto names = catalog().device_names();
    mistakes_.add(spec.use_place, "device.use", spec.use,
                  one_of(names) + did_you_mean(spec.use, names));
    return;
  }
  StageTimes& times = out_->plan.stage_times;
  for (const auto& stage : out_->menu->stages) {
    if (spec.stage_time) {
      const auto* exponential = std::get_if<ExponentialTime>(&*spec.stage_time);
      times.exponential = exponential != nullptr;
      times.mean.push_back(exponential != nullptr ? exponential->mean
                                                  : std::get<ConstantTime>(*spec.stage_time).each);
    } else if (spec.rate) {
      times.mean.push_back(stage.work / *spec.rate);
    } else {
      times.mean.push_back(stage_time(*device, stage.work, stage.family));
      if (stage.work > Flops(0)) note_of_rate(*device, stage.family);
    }
  }
  for (std::size_t i = 0; i < times.mean.size(); ++i) {
    if (times.mean[i] <= longest_task) continue;
    mistakes_.add(spec.use_place, "device.use", spec.use,
                  fmt::format("a device that runs stage {} within {:.0f} s; this takes {:.3g} s",
                              out_->menu->stages[i].name, longest_task.si(), times.mean[i].si()));
  }
  set_encoding(*device);
  out_->metrics.edge_idle = spec.idle.value_or(device->idle);
  out_->metrics.edge_busy = spec.busy.value_or(device->busy);
  if (out_->metrics.edge_busy < out_->metrics.edge_idle) {
    mistakes_.add(spec.use_place, "device.busy", fmt::format("{} W", out_->metrics.edge_busy.si()),
                  fmt::format("at least device.idle, {} W", out_->metrics.edge_idle.si()));
  }
}

// What the device takes to make a payload of a sample, beside the stage that it may need. `trace:
// none` records no work, and the scenario's own time is that of its one payload.
void Preparation::set_encoding(const DeviceModel& device) {
  const DeviceSpec& spec = out_->scenario.device;
  const bool no_recording = out_->scenario.workload.trace == "none";
  bool any = false;
  for (const auto& variant : out_->menu->variants) {
    Seconds& takes = out_->plan.encode_times.emplace_back(0);
    if (variant.encode_work == Flops(0) && !no_recording) continue;
    any = true;
    if (spec.encode_time) {
      takes = *spec.encode_time;
    } else if (spec.rate) {
      takes = variant.encode_work / *spec.rate;
    } else {
      takes = stage_time(device, variant.encode_work, codec);
      if (variant.encode_work > Flops(0)) note_of_rate(device, codec);
    }
    if (takes <= longest_task) continue;
    mistakes_.add(
        spec.use_place, "device.use", spec.use,
        fmt::format("a device that encodes variant {} within {:.0f} s; this takes {:.3g} s",
                    variant.name, longest_task.si(), takes.si()));
  }
  if (spec.encode_time && !any) {
    out_->notes.push_back("device.encode_time: unused, the trace records nothing that is encoded");
  }
}

// Where a rate was not measured but is the device's default: of one family, once.
void Preparation::note_of_rate(const DeviceModel& device, std::string_view family) {
  if (rate_of(device, family).measured || device.rates.empty()) return;
  const std::string note = rate_note(device, family);
  auto& notes = out_->notes;
  if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
}

void Preparation::set_radio() {
  const RadioSpec& spec = out_->scenario.radio;
  if (spec.use.empty() || spec.use == no_radio) return;
  const RadioModel* radio = catalog().radio(spec.use);
  if (radio == nullptr) {
    auto names = catalog().radio_names();
    names.emplace_back(no_radio);
    mistakes_.add(spec.use_place, "channel.radio", spec.use,
                  one_of(names) + did_you_mean(spec.use, names));
    return;
  }
  out_->plan.radio = &radio->power;
  out_->metrics.radio_idle = radio->power.idle;
}

void Preparation::set_cloud() {
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
  for (const auto& variant : out_->menu->variants) {
    VariantTime time{cloud->floor, cloud->setup,
                     cloud->each * (variant.cloud_work / cloud->reference_work)};
    if (spec.service) {
      time.floor = Seconds(0);
      time.setup = Seconds(0);
      if (const auto* batch = std::get_if<BatchTime>(&*spec.service)) {
        time.setup = batch->setup;
        time.each = batch->each;
      } else if (const auto* exponential = std::get_if<ExponentialTime>(&*spec.service)) {
        times.exponential = true;
        time.each = exponential->mean;
      } else {
        time.each = std::get<ConstantTime>(*spec.service).each;
      }
    }
    if (time.each > longest_task) {
      mistakes_.add(spec.use_place, "cloud.use", spec.use,
                    fmt::format("a cloud that serves variant {} within {:.0f} s; this takes "
                                "{:.3g} s",
                                variant.name, longest_task.si(), time.each.si()));
    }
    times.of.push_back(time);
  }
  out_->metrics.cloud_idle = cloud->idle;
  out_->metrics.cloud_peak = cloud->peak;
}

}  // namespace updraft
