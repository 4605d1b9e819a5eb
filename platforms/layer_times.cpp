#include "platforms/layer_times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace updraft {
namespace {

constexpr std::size_t at(LayerType type) { return static_cast<std::size_t>(type); }

bool takes_nothing(LayerType type) {
  return type == LayerType::input || type == LayerType::reshape;
}

// That of the layer's type, or of `other`.
template <class Rate>
Rate of(const std::array<Rate, 12>& by_type, LayerType type) {
  const Rate own = by_type[at(type)];
  return own.si() > 0 ? own : by_type[at(LayerType::other)];
}

// Reads the rates that a map gives by layer type; `required` is one it must.
template <class Rate>
void read_by_type(Section& map, std::string_view required, std::array<Rate, 12>& out) {
  for (std::size_t i = 0; i < layer_type_names.size(); ++i) {
    const std::string name(layer_type_names[i]);
    if (takes_nothing(static_cast<LayerType>(i))) continue;
    if (name != required && !map.has(name)) continue;
    out[i] = map.quantity<Rate>(name, std::nullopt, Range::positive());
  }
  map.finish();
}

Bytes moved(const LayerGraph& graph, const LayerNode& layer) {
  Bytes bytes = layer.output + layer.params;
  for (const LayerId input : layer.inputs) bytes += graph.layers[input].output;
  return bytes;
}

}  // namespace

std::vector<LayerTime> layer_times(const LayerRates& machine, const LayerGraph& graph) {
  if (machine.ideal) return ideal_layer_times(machine.rate[at(LayerType::other)], graph);
  std::vector<LayerTime> times;
  times.reserve(graph.layers.size());
  for (const auto& layer : graph.layers) {
    if (takes_nothing(layer.type)) {
      times.push_back({});
      continue;
    }
    const Seconds compute = layer.work / of(machine.rate, layer.type);
    const BytesPerSecond memory = of(machine.memory, layer.type);
    const Seconds move = memory.si() > 0 ? moved(graph, layer) / memory : Seconds(0);
    times.push_back({machine.launch, std::max(compute, move)});  // (1)
  }
  return times;
}

std::vector<LayerTime> ideal_layer_times(FlopsPerSecond rate, const LayerGraph& graph) {
  std::vector<LayerTime> times;
  times.reserve(graph.layers.size());
  for (const auto& layer : graph.layers) {
    times.push_back({Seconds(0), takes_nothing(layer.type) ? Seconds(0) : layer.work / rate});
  }
  return times;
}

LayerRates read_layer_rates(Section& block) {
  LayerRates out;
  out.source = block.text("source", std::nullopt);
  if (block.has("ideal")) {
    out.ideal = true;
    out.rate[at(LayerType::other)] =
        block.quantity<FlopsPerSecond>("ideal", std::nullopt, Range::positive());
    block.finish();
    return out;
  }
  out.launch = block.quantity<Seconds>("launch", std::nullopt, Range::not_negative());
  Section rates = block.section("rates");
  read_by_type(rates, "other", out.rate);
  if (block.is_scalar("memory")) {
    out.memory[at(LayerType::other)] =
        block.quantity<BytesPerSecond>("memory", std::nullopt, Range::positive());
  } else if (block.has("memory")) {
    Section memory = block.section("memory");
    read_by_type(memory, "", out.memory);
  }
  if (block.has("fit_error")) {
    out.fit_error = block.fraction("fit_error", std::nullopt, Range::not_negative());
  }
  block.finish();
  return out;
}

std::vector<LayerTime> read_layer_times(const std::string& file, const LayerGraph& graph) {
  return read_layer_times(read_document(file), graph);
}

std::vector<LayerTime> read_layer_times(const Document& document, const LayerGraph& graph) {
  Mistakes mistakes;
  Section root(document, "", mistakes);
  root.text("source", "");
  Section table = root.section("layers");
  const Document* node = root.node("layers");
  if (node == nullptr && document.kind == Document::Kind::map) {
    root.mistake("layers", "the time of each layer, such as {conv1: 3.1 ms}");
  }
  const bool is_table = node != nullptr && node->kind == Document::Kind::map;
  const std::vector<Document::Entry> none;
  const auto& entries = is_table ? node->entries : none;
  std::set<std::string_view> given;
  for (const auto& entry : entries) given.insert(entry.key);
  std::vector<std::string> names;  // of layers that may have a time
  std::set<std::string_view> inputs;
  std::vector<LayerTime> times;
  times.reserve(graph.layers.size());
  for (const auto& layer : graph.layers) {
    Seconds taken(0);
    if (layer.type == LayerType::input) {
      inputs.insert(layer.name);
    } else {
      names.push_back(layer.name);
      if (given.contains(layer.name) || (is_table && !takes_nothing(layer.type)))
        taken = table.quantity<Seconds>(layer.name, std::nullopt, Range::not_negative());
    }
    times.push_back({Seconds(0), taken});
  }
  const std::set<std::string_view> known(names.begin(), names.end());
  for (const auto& entry : entries) {
    if (known.contains(entry.key)) continue;
    mistakes.add(entry.key_place, table.full(entry.key), entry.value.shown(),
                 inputs.contains(entry.key)
                     ? fmt::format("no time: it is an input of {}", graph.name)
                     : fmt::format("a layer of {}{}", graph.name, did_you_mean(entry.key, names)));
  }
  root.finish();
  mistakes.throw_if_any();
  return times;
}

}  // namespace updraft
