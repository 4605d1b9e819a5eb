#include "platforms/platform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "platforms/catalog_entry.hpp"
#include "platforms/catalog_text.hpp"

namespace updraft {
namespace {

template <class Model>
const Model* named(const std::vector<Model>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &Model::name);
  return found == all.end() ? nullptr : &*found;
}

template <class Model>
std::vector<std::string> names_of(const std::vector<Model>& all) {
  std::vector<std::string> names;
  names.reserve(all.size());
  for (const auto& each : all) names.push_back(each.name);
  return names;
}

// Two powers of which the lower must not pass the higher.
std::pair<Watts, Watts> read_powers(Section& entry, const std::string& low,
                                    const std::string& high) {
  const auto idle = entry.quantity<Watts>(low, std::nullopt, Range::not_negative());
  const auto busy = entry.quantity<Watts>(high, std::nullopt, Range::not_negative());
  const Document* from = entry.node(low);
  const Document* to = entry.node(high);
  if (from == nullptr || to == nullptr) return {idle, busy};
  if (parse<Watts>(from->text) && parse<Watts>(to->text) && idle > busy) {
    entry.mistake(low, fmt::format("at most {}, which is {}", high, to->shown()));
  }
  return {idle, busy};
}

std::optional<LayerRates> read_layers(Section& entry) {
  if (!entry.has("layers")) return std::nullopt;
  Section block = entry.section("layers");
  return read_layer_rates(block);
}

DeviceModel read_device(const std::string& name, Section entry) {
  DeviceModel out;
  out.name = name;
  Section rates = entry.section("rates");
  if (const Document* node = entry.node("rates"); node != nullptr) {
    for (const auto& each : node->entries) {
      const auto rate = rates.quantity<FlopsPerSecond>(each.key, std::nullopt, Range::positive());
      out.rates.push_back({each.key, rate});
    }
  }
  out.default_rate = entry.quantity<FlopsPerSecond>("default", std::nullopt, Range::positive());
  std::tie(out.idle, out.busy) = read_powers(entry, "idle", "busy");
  out.layers = read_layers(entry);
  read_provenance(entry, {"rates", "default", "idle", "busy", "layers"}, out);
  entry.finish();
  return out;
}

CloudModel read_cloud(const std::string& name, Section entry) {
  CloudModel out;
  out.name = name;
  out.reference_work = entry.quantity<Flops>("work", std::nullopt, Range::positive());
  out.floor = entry.quantity<Seconds>("floor", Seconds(0), Range::not_negative());
  out.setup = entry.quantity<Seconds>("setup", std::nullopt, Range::not_negative());
  out.each = entry.quantity<Seconds>("each", std::nullopt, Range::positive());
  if (entry.has("fit_error")) {
    out.fit_error = entry.fraction("fit_error", std::nullopt, Range::not_negative());
  }
  std::tie(out.idle, out.peak) = read_powers(entry, "idle", "peak");
  out.layers = read_layers(entry);
  read_provenance(entry, {"work", "floor", "setup", "each", "idle", "peak", "layers"}, out);
  entry.finish();
  return out;
}

// Adds one section of a file, entry by entry.
template <class Model>
void add_section(Section& root, const std::string& key, std::string_view singular,
                 Model (*read)(const std::string&, Section), std::vector<Model>& models,
                 std::vector<std::string>& notes) {
  root.section(key);  // reports a node that is no map
  const Document* section = root.node(key);
  if (section == nullptr) return;
  for (const auto& entry : section->entries) {
    const std::string path = root.full(key) + "." + entry.key;
    if (entry.value.kind != Document::Kind::map) {
      root.mistakes().add(entry.key_place, path, entry.value.shown(), "keys and values");
      continue;
    }
    Section params(entry.value, path, root.mistakes());
    Model model = read(entry.key, params);
    const auto known = std::ranges::find(models, model.name, &Model::name);
    if (known == models.end()) {
      models.push_back(std::move(model));
      continue;
    }
    notes.push_back(fmt::format("{}: {} replaces the built-in {} of that name",
                                entry.key_place.file, model.name, singular));
    *known = std::move(model);
  }
}

// For the lists: the layer rates' largest error in %, "ideal", "yes" where nobody stated one, or
// nothing.
template <class Model>
std::string layers_cell(const Model& model) {
  if (!model.layers) return "";
  if (model.layers->ideal) return "ideal";
  const auto& error = model.layers->fit_error;
  return error ? cell(model, "layers", *error * 100) : fmt::format("yes{}", doubt(model, "layers"));
}

std::string in_macs(FlopsPerSecond rate) {
  return rate.si() >= 2e9 ? fmt::format("{:.4g} GMAC/s", rate.si() / 2e9)
                          : fmt::format("{:.4g} MMAC/s", rate.si() / 2e6);
}

}  // namespace

const DeviceModel* Catalog::device(std::string_view name) const { return named(devices, name); }
const CloudModel* Catalog::cloud(std::string_view name) const { return named(clouds, name); }
const RadioModel* Catalog::radio(std::string_view name) const { return named(radios, name); }
std::vector<std::string> Catalog::device_names() const { return names_of(devices); }
std::vector<std::string> Catalog::cloud_names() const { return names_of(clouds); }
std::vector<std::string> Catalog::radio_names() const { return names_of(radios); }

void add_to_catalog(const Document& file, Catalog& catalog, Mistakes& mistakes) {
  Section root(file, "", mistakes);
  add_section(root, "devices", "device", read_device, catalog.devices, catalog.notes);
  add_section(root, "clouds", "cloud", read_cloud, catalog.clouds, catalog.notes);
  add_section(root, "radios", "radio", read_radio, catalog.radios, catalog.notes);
  root.finish();
}

Catalog built_in_catalog() {
  Catalog catalog;
  Mistakes mistakes;
  const auto add = [&](std::string_view text, const std::string& name) {
    const Document file = parse_document(std::string(text), name);
    add_to_catalog(file, catalog, mistakes);
  };
  add(built_in_devices(), "platforms/catalog/devices.yaml");
  add(built_in_clouds(), "platforms/catalog/clouds.yaml");
  add(built_in_radios(), "platforms/catalog/radios.yaml");
  mistakes.throw_if_any();
  return catalog;
}

Catalog read_catalog(const std::string& file) {
  Catalog catalog = built_in_catalog();
  Mistakes mistakes;
  const Document document = read_document(file);
  add_to_catalog(document, catalog, mistakes);
  if (document.kind == Document::Kind::map && document.entries.empty()) {
    mistakes.add(document.place, "no entry; expected devices:, clouds: or radios:");
  }
  mistakes.throw_if_any();
  return catalog;
}

UsedRate rate_of(const DeviceModel& device, std::string_view family) {
  for (const auto& each : device.rates) {
    if (each.family == family) return {each.rate, true};
  }
  return {device.default_rate, false};
}

std::string rate_note(const DeviceModel& device, std::string_view family) {
  const UsedRate used = rate_of(device, family);
  const std::string start = fmt::format("{}: {}", device.name, in_macs(used.rate));
  if (used.measured) return fmt::format("{}, measured on {}", start, family);
  if (device.rates.empty()) return start + " on every network";
  std::vector<std::string> measured;
  for (const auto& each : device.rates) measured.push_back(each.family);
  return fmt::format("{}, its default: {} was not measured on it ({} were)", start,
                     family.empty() ? "a network of unknown family" : family,
                     fmt::join(measured, ", "));
}

Seconds stage_time(const DeviceModel& device, Flops work, std::string_view family) {
  return work / rate_of(device, family).rate;  // (1)
}

Seconds batch_time(const CloudModel& cloud, Flops work_per_sample, std::uint32_t batch) {
  return mixed_batch_time(cloud, work_per_sample * batch);
}

FlopsPerSecond ideal_rate(const DeviceModel& device, std::string_view family) {
  return rate_of(device, family).rate;
}

FlopsPerSecond ideal_rate(const CloudModel& cloud) {
  return cloud.reference_work / batch_time(cloud, cloud.reference_work, 1);
}

double launches_seen(const CloudModel& cloud) {
  const Seconds launches = std::max(cloud.floor - cloud.each, cloud.setup);
  return launches > Seconds(0) ? cloud.setup / launches : 1;
}

Seconds mixed_batch_time(const CloudModel& cloud, Flops total_work) {
  const Seconds grown = cloud.setup + cloud.each * (total_work / cloud.reference_work);
  return std::max(cloud.floor, grown);  // (2)
}

std::vector<std::vector<std::string>> device_rows(const Catalog& catalog) {
  std::vector<std::vector<std::string>> rows{{"device", "what", "rates [GMAC/s]", "other [GMAC/s]",
                                              "idle [W]", "busy [W]", "layers, error [%]",
                                              "source"}};
  for (const auto& device : catalog.devices) {
    std::vector<std::string> rates;
    for (const auto& each : device.rates) {
      rates.push_back(each.family + " " + cell(device, "rates", each.rate.si() / 2e9));
    }
    rows.push_back({device.name, device.what, fmt::format("{}", fmt::join(rates, ", ")),
                    cell(device, "default", device.default_rate.si() / 2e9),
                    cell(device, "idle", device.idle.si()), cell(device, "busy", device.busy.si()),
                    layers_cell(device), device.source});
  }
  return rows;
}

std::vector<std::vector<std::string>> cloud_rows(const Catalog& catalog) {
  std::vector<std::vector<std::string>> rows{
      {"cloud", "what", "per sample of [GMAC]", "floor [ms]", "setup [ms]", "each [ms]",
       "fit error [%]", "idle [W]", "peak [W]", "layers, error [%]", "source"}};
  for (const auto& cloud : catalog.clouds) {
    rows.push_back({cloud.name, cloud.what, cell(cloud, "work", cloud.reference_work.si() / 2e9),
                    cell(cloud, "floor", cloud.floor.si() * 1e3),
                    cell(cloud, "setup", cloud.setup.si() * 1e3),
                    cell(cloud, "each", cloud.each.si() * 1e3),
                    cloud.fit_error ? fmt::format("{:.4g}", *cloud.fit_error * 100) : "",
                    cell(cloud, "idle", cloud.idle.si()), cell(cloud, "peak", cloud.peak.si()),
                    layers_cell(cloud), cloud.source});
  }
  return rows;
}

}  // namespace updraft
