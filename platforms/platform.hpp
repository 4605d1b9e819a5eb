// The machines (and, in radio.hpp, their radios): how long an edge device takes for a stage and a
// cloud server for a batch, and what power they draw. Their numbers stand in catalog/*.yaml, each
// with its source; a user's own file of the same form adds to them. No queues here, and no time of
// its own: sim/stations asks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platforms/layer_times.hpp"
#include "platforms/radio.hpp"
#include "sim/core/document.hpp"
#include "sim/core/input_error.hpp"
#include "sim/units/quantity.hpp"

namespace updraft {

struct FamilyRate {
  std::string family;  // of networks, as a workload trace names it ("mobilenet_v2")
  FlopsPerSecond rate;
};

// One edge device:
//   t = work / rate(family)                                             (1)
// The rate of one device differs 5-6 times between networks (depthwise convolutions leave most of
// it idle), so a family that was not measured gets the entry's `default`, which the built-in
// entries set to the lowest measured rate: slow rather than flattered.
struct DeviceModel {
  std::string name;
  std::string what;  // the hardware and the software that was measured, in a line
  std::vector<FamilyRate> rates;
  FlopsPerSecond default_rate;
  Watts idle;
  Watts busy;
  std::optional<LayerRates> layers;  // for networks cut at a layer
  std::string source;
  std::string note;                     // "" if there is none
  std::vector<std::string> unverified;  // keys whose numbers were not held against a source
};

// One cloud server, fitted on a network of `reference_work` a sample:
//   t(b) = max(floor, setup + each * W / reference_work)                (2)
// W    work of the whole batch, b samples: b * (their work), or the sum where they differ
// floor  the least time of any batch (the launches of the network's kernels, one after another)
// setup  the part of a large batch's time that does not grow with it
// Only the growing part is rescaled by work. Floor and setup are kept on purpose: they count
// kernels, not operations. A network with fewer layers than ResNet-50 would have less of them, so
// its small batches are charged too much rather than too little.
// Source: catalog/clouds.yaml; power is idle + busy share * (peak - idle).
struct CloudModel {
  std::string name;
  std::string what;
  Flops reference_work;
  Seconds floor;
  Seconds setup;
  Seconds each;
  Watts idle;
  Watts peak;
  std::optional<double> fit_error;   // largest relative error over the published batch sizes
  std::optional<LayerRates> layers;  // for networks cut at a layer
  std::string source;
  std::string note;
  std::vector<std::string> unverified;
};

struct Catalog {
  std::vector<DeviceModel> devices;
  std::vector<CloudModel> clouds;
  std::vector<RadioModel> radios;
  std::vector<std::string> notes;  // "my.yaml: t4 replaces the built-in cloud of that name"

  const DeviceModel* device(std::string_view name) const;  // null if there is none
  const CloudModel* cloud(std::string_view name) const;
  const RadioModel* radio(std::string_view name) const;
  std::vector<std::string> device_names() const;  // for "did you mean"
  std::vector<std::string> cloud_names() const;
  std::vector<std::string> radio_names() const;
};

Catalog built_in_catalog();
// The built-in catalog and the user's file. Throws InputError with every mistake of the file.
Catalog read_catalog(const std::string& file);
// Adds the `devices`, `clouds` and `radios` of one file. A name that the catalog has already is
// replaced, with a line in `notes`: who brings a file means it.
void add_to_catalog(const Document& file, Catalog& catalog, Mistakes& mistakes);

struct UsedRate {
  FlopsPerSecond rate;
  bool measured;  // false: the family is unknown, it is the default
};
UsedRate rate_of(const DeviceModel& device, std::string_view family);
// "raspberry-pi-4b: 4.9 GMAC/s, its default: resnet20 was not measured on it (...)"
std::string rate_note(const DeviceModel& device, std::string_view family);

// By (1); work >= 0.
Seconds stage_time(const DeviceModel& device, Flops work, std::string_view family);

// By (2), for `batch` >= 1 samples of one network, and for a batch of networks that differ (its
// total work).
Seconds batch_time(const CloudModel& cloud, Flops work_per_sample, std::uint32_t batch);
Seconds mixed_batch_time(const CloudModel& cloud, Flops total_work);
// The share of its network's launches (floor or setup) that a large batch does not hide behind its
// work, in [0, 1]: what setup is of all that t(1) has beside `each`.
double launches_seen(const CloudModel& cloud);

// The one rate of `ideal` layer times: of a device the family's, as stage_time takes it; of a cloud
// what its batch of one of the reference network reaches.
FlopsPerSecond ideal_rate(const DeviceModel& device, std::string_view family);
FlopsPerSecond ideal_rate(const CloudModel& cloud);

// For `updraft list devices|clouds`: a row per entry, the first row the column heads with their
// units. A number that ends in "?" is unverified.
std::vector<std::vector<std::string>> device_rows(const Catalog& catalog);
std::vector<std::vector<std::string>> cloud_rows(const Catalog& catalog);

}  // namespace updraft
