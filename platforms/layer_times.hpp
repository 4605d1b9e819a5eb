// How long a machine takes for one layer: a roofline per layer type, a launch before each.
//   t = launch + max(work / rate(type), bytes / memory)                                        (1)
// bytes = what it reads and writes: its inputs, its output, its parameters. Layers of type input
// and reshape take nothing. Source: Williams, Waterman, Patterson, "Roofline", CACM 52(4), 2009;
// rates per layer type as in Kang et al., Neurosurgeon, ASPLOS 2017. `ideal` is work / rate alone:
// one constant for all layers, as the papers of the seeds compute, and as no machine does.
#pragma once

#include <array>
#include <vector>

#include "sim/core/document.hpp"
#include "sim/core/layer_graph.hpp"
#include "sim/core/section.hpp"

namespace updraft {

struct LayerRates {
  Seconds launch;                         // before each layer
  BytesPerSecond memory{};                // 0: not a limit
  std::array<FlopsPerSecond, 12> rate{};  // by LayerType; of types that cost work
  bool ideal = false;                     // (1) without launch and memory
  std::string source{};                   // where the numbers are from, or how they were fitted
};

// `launch` is paid once a batch, `work` once a sample of it.
struct LayerTime {
  Seconds launch;
  Seconds work;
  Seconds alone() const { return launch + work; }  // a batch of one
};

// By (1), [layers]. A layer whose type has no rate takes the rate of `other`.
std::vector<LayerTime> layer_times(const LayerRates& machine, const LayerGraph& graph);
// The same at one rate for all.
std::vector<LayerTime> ideal_layer_times(FlopsPerSecond rate, const LayerGraph& graph);

// The `layers:` block of a catalog entry.
LayerRates read_layer_rates(Section& block);

// A measured table instead: YAML, `layers: {conv1: 3.1 ms, ...}`, every layer of the graph but
// inputs. Throws InputError with all mistakes.
std::vector<LayerTime> read_layer_times(const std::string& file, const LayerGraph& graph);

}  // namespace updraft
