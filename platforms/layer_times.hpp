// How long a machine takes for one layer: a roofline per layer type, a launch before each.
//   t = launch + max(work / rate(type), bytes / memory(type))                                  (1)
// launch  [s]  of one layer: dispatch, threads to wake, a kernel to start
// work    [FLOP], rate [FLOP/s] that the machine reaches on layers of that type
// bytes   what it reads and writes: its inputs, its output, its parameters, in the profile's size
// memory  [B/s]  by type, too: a convolution by Winograd moves its inputs and parameters several
//         times over, where a fully connected layer streams them once
// Layers of type input and reshape take nothing. Source: Williams, Waterman, Patterson, "Roofline",
// CACM 52(4), 2009; rates per layer type as in Kang et al., Neurosurgeon, ASPLOS 2017.
// Departures: `memory` is an effective bandwidth, since a machine that computes in half precision
// moves half the bytes; and what is not launch is paid per sample, so that the parameters of a
// batch are read anew for each of its samples: too slow, rather than too fast, where a large fully
// connected layer serves large batches. `ideal` is work / rate alone: one constant for all layers,
// as the papers of the seeds compute, and as no machine does.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/document.hpp"
#include "sim/core/layer_graph.hpp"
#include "sim/core/section.hpp"

namespace updraft {

struct LayerRates {
  Seconds launch;                           // before each layer
  std::array<FlopsPerSecond, 12> rate{};    // by LayerType; 0: that of `other`
  std::array<BytesPerSecond, 12> memory{};  // likewise; of `other` 0: no limit
  bool ideal = false;                       // (1) without launch and memory
  std::optional<double> fit_error{};        // largest relative error over the networks fitted to
  std::string source{};                     // where the numbers are from, or how they were fitted
};

// `work` is paid once a sample of a batch, `launch` once a batch; a large one may hide a share of
// its launches behind its work (sim/prepare_partition.cpp).
struct LayerTime {
  Seconds launch;
  Seconds work;
  Seconds alone() const { return launch + work; }  // a batch of one
};

// By (1), [layers]. A layer whose type has no rate takes the rate of `other`.
std::vector<LayerTime> layer_times(const LayerRates& machine, const LayerGraph& graph);
// The same at one rate for all (platform.hpp: ideal_rate).
std::vector<LayerTime> ideal_layer_times(FlopsPerSecond rate, const LayerGraph& graph);

// The `layers:` block of a catalog entry: `launch`, `rates` by layer type with `other` among them,
// `memory` (optional; one value, or by layer type), `fit_error` (optional) and `source`; or `ideal`
// and `source`.
LayerRates read_layer_rates(Section& block);

// A measured table instead: YAML, `layers: {conv1: 3.1 ms, ...}`, every layer of the graph but
// inputs and reshapes, of which a reshape may have a time. All of it is work, none launch. Throws
// InputError with all mistakes.
std::vector<LayerTime> read_layer_times(const std::string& file, const LayerGraph& graph);
std::vector<LayerTime> read_layer_times(const Document& document, const LayerGraph& graph);

}  // namespace updraft
