// Reads layer profiles: each layer by itself; layer_links.hpp joins them.
#include <fmt/format.h>

#include <algorithm>

#include "sim/core/section.hpp"
#include "traces/layer_links.hpp"
#include "traces/layer_profile.hpp"

namespace updraft {
namespace {

constexpr std::size_t most_layers = 20'000;
constexpr std::size_t most_sides = 8;
constexpr std::size_t longest_name = 200;
// A layer's most, far above any; sums of 20,000 stay exact enough to be compared.
constexpr Range some_work{0, 1e15};
constexpr Range some_bytes{0, 1e12};
constexpr double most_values = 1e12 / 4;

std::vector<std::string> type_names() { return {layer_type_names.begin(), layer_type_names.end()}; }

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= longest_name &&
         std::none_of(name.begin(), name.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::vector<int> read_shape(Section& at, Mistakes& mistakes) {
  const Document* list = at.node("shape");
  if (list == nullptr || list->kind != Document::Kind::list || list->items.empty() ||
      list->items.size() > most_sides) {
    at.mistake("shape", fmt::format("1 to {} sides of its output, without the batch, such as "
                                    "[64, 112, 112]",
                                    most_sides));
    return {1};
  }
  std::vector<int> shape;
  double values = 1;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const Document& item = list->items[i];
    const auto side = parse_count(item.kind == Document::Kind::scalar ? item.text : "");
    if (!side || *side < 1 || *side > 1'000'000'000) {
      mistakes.add(item.place, fmt::format("{}[{}]", at.full("shape"), i), item.shown(),
                   "a whole number in [1, 1000000000]");
      return {1};
    }
    shape.push_back(static_cast<int>(*side));
    values *= static_cast<double>(*side);
  }
  if (values <= most_values) return shape;
  at.mistake("shape", fmt::format("at most {:.0f} values in all", most_values));
  return {1};
}

int read_side(Section& at, const std::string& key) {
  return static_cast<int>(at.has(key) ? at.count(key, std::nullopt, {1, 1e6}) : 0);
}

ReadLayer read_layer(const Document::Entry& entry, Mistakes& mistakes) {
  ReadLayer out;
  out.entry = &entry;
  Section at(entry.value, "layers." + entry.key, mistakes);
  if (!is_name(entry.key)) {
    mistakes.add(entry.key_place, "layers", entry.key,
                 fmt::format("a name of 1 to {} printable characters", longest_name));
  }
  LayerNode& node = out.node;
  node.name = entry.key;
  const std::string type = at.choice("type", std::nullopt, type_names());
  if (entry.key == "output" || (entry.key == "input" && type != "input"))
    mistakes.add(entry.key_place, "layers", entry.key,
                 "another name: input and output are the ends of a network, where it is cut");
  const Document* given = at.node("type");
  out.typed = given != nullptr && given->text == type;
  const auto* const found = std::find(layer_type_names.begin(), layer_type_names.end(), type);
  const auto index = static_cast<std::uint8_t>(found - layer_type_names.begin());
  node.type = out.typed ? static_cast<LayerType>(index) : LayerType::other;
  node.shape = read_shape(at, mistakes);
  out.from = at.node("from");
  double values = 1;
  for (const int side : node.shape) values *= side;
  const bool sample = node.type == LayerType::input;
  node.output = at.quantity<Bytes>("bytes", Bytes(sample ? values : 4 * values), some_bytes);
  node.work = at.quantity<Flops>("work", Flops(0), some_work);
  node.params = at.quantity<Bytes>("params", Bytes(0), some_bytes);
  node.kernel = read_side(at, "kernel");
  node.stride = read_side(at, "stride");
  at.finish();
  if (sample) {
    for (const char* key : {"from", "work", "params", "kernel", "stride"}) {
      if (at.has(key)) at.mistake(key, "none: a layer of type input is the sample itself");
    }
  } else if (out.typed && entry.value.kind == Document::Kind::map &&
             (out.from == nullptr || out.from->kind != Document::Kind::list ||
              out.from->items.empty())) {
    at.mistake("from", "the layers that it reads, such as [image]");
  }
  return out;
}

std::vector<ReadLayer> read_layers(const Document* map, Section& top, Mistakes& mistakes) {
  std::vector<ReadLayer> layers;
  if (map == nullptr || map->kind != Document::Kind::map || map->entries.empty()) {
    top.mistake("layers",
                "at least an input and a layer that reads it, such as image: {type: "
                "input, shape: [3, 224, 224]}");
    return layers;
  }
  if (map->entries.size() > most_layers) {  // one line, not one a layer
    mistakes.add(map->place, "layers", fmt::format("{} of them", map->entries.size()),
                 fmt::format("at most {}", most_layers));
    mistakes.throw_if_any();
  }
  for (const auto& entry : map->entries) layers.push_back(read_layer(entry, mistakes));
  const auto is_input = [](const ReadLayer& layer) {
    return !layer.typed || layer.node.type == LayerType::input;  // or may be meant to be one
  };
  if (std::none_of(layers.begin(), layers.end(), is_input)) {
    mistakes.add(map->place, "layers", "no input", "at least one layer of type input");
  }
  return layers;
}

void refuse_other_formats(const Document& document, Section& top, Mistakes& mistakes) {
  if (document.kind == Document::Kind::map && !top.has("format")) {
    mistakes.add(document.place,
                 top.has("workload")
                     ? "is a scenario, not a layer profile; updraft check is for scenarios"
                     : "is not a layer profile; expected format: updraft-layers");
  } else {
    top.choice("format", std::nullopt, {"updraft-layers"});
  }
  mistakes.throw_if_any();
}

}  // namespace

LayerGraph read_layer_profile(const std::string& file) {
  return read_layer_profile(read_document(file));
}

LayerGraph read_layer_profile(const Document& document) {
  Mistakes mistakes;
  Section top(document, "", mistakes);
  refuse_other_formats(document, top, mistakes);
  LayerGraph graph;
  graph.name = top.text("name", std::nullopt);
  graph.source = top.text("source", "");
  const std::vector<ReadLayer> layers = read_layers(top.node("layers"), top, mistakes);

  const Document* outputs = top.node("outputs");
  if (outputs == nullptr || outputs->kind != Document::Kind::list || outputs->items.empty()) {
    top.mistake("outputs", "the layers whose values the network gives, such as [fc]");
  }
  top.finish();
  join_layers(layers, outputs, mistakes, graph);
  mistakes.throw_if_any();
  return graph;
}

}  // namespace updraft
