#include "traces/layer_links.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "traces/layer_order.hpp"

namespace updraft {
namespace {

constexpr std::size_t most_suggestions = 20;  // each compares a name with all others
constexpr std::size_t most_shown_of_cycle = 10;

// The layers of one file, while they are being joined.
class Joining {
 public:
  Joining(const std::vector<ReadLayer>& layers, Mistakes& mistakes)
      : layers_(layers), mistakes_(mistakes) {
    for (LayerId v = 0; v < layers.size(); ++v) numbers_.emplace(layers[v].node.name, v);
  }

  // The layers that `list` names, each once. `refused`, if not null, says why one may not stand in
  // it.
  template <class Refused>
  std::vector<LayerId> named(const Document* list, const std::string& path, Refused refused) {
    std::vector<LayerId> out;
    if (list == nullptr || list->kind != Document::Kind::list) return out;
    for (std::size_t i = 0; i < list->items.size(); ++i) {
      const Document& item = list->items[i];
      const auto refuse = [&](const std::string& expected) {
        whole_ = false;
        mistakes_.add(item.place, fmt::format("{}[{}]", path, i), item.shown(), expected);
      };
      const auto found =
          item.kind == Document::Kind::scalar ? numbers_.find(item.text) : numbers_.end();
      if (found == numbers_.end()) {
        refuse("a layer of this file" + suggestion(item.text));
      } else if (std::find(out.begin(), out.end(), found->second) != out.end()) {
        refuse("each layer once");
      } else if (const std::string reason = refused(found->second); !reason.empty()) {
        refuse(reason);
      } else {
        out.push_back(found->second);
      }
    }
    return out;
  }

  bool whole() const { return whole_; }  // every name so far was a good one

 private:
  std::string suggestion(const std::string& wrong) {
    if (suggested_++ >= most_suggestions) return "";
    if (names_.empty()) {
      for (const auto& layer : layers_) names_.push_back(layer.node.name);
    }
    return did_you_mean(wrong, names_);
  }

  const std::vector<ReadLayer>& layers_;
  Mistakes& mistakes_;
  std::unordered_map<std::string, LayerId> numbers_;
  std::vector<std::string> names_;  // made when a suggestion wants it
  std::size_t suggested_ = 0;
  bool whole_ = true;
};

// "a -> b -> c -> a", at most ten of them
std::string cycle_text(const std::vector<LayerId>& cycle, const std::vector<ReadLayer>& layers) {
  std::string text;
  const std::size_t named = std::min(cycle.size(), most_shown_of_cycle);
  for (std::size_t i = 0; i < named; ++i) text += shown(layers[cycle[i]].node.name) + " -> ";
  if (cycle.size() > named) text += fmt::format("{} more -> ", cycle.size() - named);
  return text + shown(layers[cycle[0]].node.name);
}

// What nobody reads and nobody is given would run nowhere.
void refuse_dead_ends(const std::vector<ReadLayer>& layers,
                      const std::vector<std::vector<LayerId>>& inputs,
                      const std::vector<LayerId>& outputs, Mistakes& mistakes) {
  std::vector<bool> used(layers.size(), false);
  for (const auto& of_one : inputs) {
    for (const LayerId input : of_one) used[input] = true;
  }
  for (const LayerId output : outputs) used[output] = true;
  for (LayerId v = 0; v < layers.size(); ++v) {
    if (used[v]) continue;
    mistakes.add(layers[v].entry->key_place,
                 fmt::format("layers.{} is read by no layer and is no output; expected it among "
                             "the outputs, or left out",
                             shown(layers[v].node.name)));
  }
}

}  // namespace

void join_layers(const std::vector<ReadLayer>& layers, const Document* outputs, Mistakes& mistakes,
                 LayerGraph& graph) {
  Joining joining(layers, mistakes);
  std::vector<std::vector<LayerId>> inputs;
  for (const auto& layer : layers) {
    const bool sample = layer.node.type == LayerType::input;  // that it reads any is reported
    inputs.push_back(joining.named(sample ? nullptr : layer.from,
                                   fmt::format("layers.{}.from", layer.node.name),
                                   [](LayerId) { return std::string(); }));
  }
  const std::vector<LayerId> given = joining.named(outputs, "outputs", [&](LayerId v) {
    return layers[v].node.type == LayerType::input ? "a layer that computes something" : "";
  });
  const LayerOrder sorted = order_layers(inputs);
  for (const auto& cycle : sorted.cycles) {
    mistakes.add(layers[cycle[0]].entry->key_place,
                 fmt::format("layers: {} is a cycle; expected layers that read earlier ones",
                             cycle_text(cycle, layers)));
  }
  if (joining.whole() && !given.empty()) refuse_dead_ends(layers, inputs, given, mistakes);
  if (!mistakes.none()) return;

  std::vector<LayerId> number(layers.size());  // by the file's: the graph's
  for (LayerId v = 0; v < number.size(); ++v) number[sorted.order[v]] = v;
  for (const LayerId from_file : sorted.order) {
    LayerNode node = layers[from_file].node;
    for (const LayerId input : inputs[from_file]) node.inputs.push_back(number[input]);
    graph.layers.push_back(std::move(node));
  }
  for (const LayerId output : given) graph.outputs.push_back(number[output]);
}

}  // namespace updraft
