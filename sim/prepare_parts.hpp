// The parts of prepare(): one object collects what is prepared and every mistake on the way, so
// that all of them are reported together. Each group of parts stands in the file named above it.
// For prepare.cpp and those files alone.
#pragma once

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platforms/layer_times.hpp"
#include "sim/core/document.hpp"
#include "sim/core/input_error.hpp"
#include "sim/inputs.hpp"
#include "sim/prepare.hpp"
#include "traces/arrival_dates.hpp"

namespace updraft {

inline constexpr Seconds longest_task(1e9);  // as for every duration of a scenario

class Preparation {
 public:
  // `inputs` outlives what run() returns.
  Preparation(const Document& document, const std::string& file, Inputs& inputs);
  // Once. Throws InputError with every mistake found.
  std::unique_ptr<Prepared> run();

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

  // prepare_recording.cpp
  bool read_trace();
  void set_replications();
  double rows_behind_all_runs() const;
  std::optional<DeviceCosts> device_costs() const;
  bool takes_a_value(std::size_t policy) const;
  std::vector<std::uint32_t> replayed_rows(std::uint32_t replication) const;

  // prepare_machines.cpp
  const Catalog& catalog();
  void set_devices();
  void set_encoding(const DeviceModel& device);
  void note_of_rate(const DeviceModel& device, std::string_view family);
  void set_radio();
  void set_cloud();

  // prepare_layer_times.cpp
  struct PartitionSide {  // edge or cloud
    std::string_view name;
    std::string_view machine;  // its block of the scenario
    std::string use;
    Place use_place;
    std::string file;  // of measured times
    Place file_place;
    const LayerRates* rates;  // null: the catalog has none for it
    FlopsPerSecond ideal;
    std::vector<std::string> with_rates;  // entries of the catalog
  };
  struct SidesTimes {
    std::vector<LayerTime> edge;  // [layers]
    std::vector<LayerTime> cloud;
    double launches_seen = 1;  // of the cloud's, by a large batch
  };
  std::optional<SidesTimes> partition_sides(const LayerGraph& graph);
  std::vector<LayerTime> layer_times_of(const PartitionSide& side, const LayerGraph& graph);

  // prepare_partition.cpp
  void set_partition();
  VariantId partition_answers();
  std::vector<VariantId> served_by_layers(VariantId answers) const;
  std::string note_of_clouds(VariantId answers) const;
  CutCosts cut_costs(VariantId answers) const;
  std::vector<CandidateCut> cuts_for_policies(const LayerGraph& graph,
                                              const PartitionMenu& partition) const;
  bool fits(const CandidateCut& cut);
  void offer_cut(const CandidateCut& cut, const SidesTimes& times);

  // prepare_arrivals.cpp
  void set_arrivals();
  void set_dates(const DatedArrivalsTable& table, const std::string& file, std::uint32_t devices,
                 std::vector<std::uint64_t>& share);
  // Where the number of samples stands, or what it follows from.
  Place samples_place() const;

  // prepare_links.cpp
  LinkRate link_rate(const LinkSpecification& spec, const std::string& key);
  void set_begin(const TraceRate& trace, const std::string& link, const RateProfile& profile,
                 PreparedRate& out);
  PreparedRate prepared_rate(const GivenRate& given, const std::string& key);
  PreparedRate prepared_model(const ModelRate& given, const std::string& key);
  PreparedRate prepared_gate(const Outages& outages);
  static LinkPlan link_plan(const LinkSpecification& spec);

  std::unique_ptr<Prepared> out_ = std::make_unique<Prepared>();
  Mistakes mistakes_;
  Inputs& inputs_;
  const Recording* recording_ = nullptr;
  const PartitionMenu unusable_{};  // where its block has mistakes: its policies are still read
  const Catalog* catalog_ = nullptr;
};

}  // namespace updraft
