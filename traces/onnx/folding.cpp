// A fold grows from its first node along readers, in the order in which they can run. A reader
// joins if it works value by value (a reduction that keeps its rank, too, in a norm that is spelled
// out), is the only output of its node, and reads, beside constants, nothing but what the fold has
// put out. The fold is as long as its longest beginning whose last node alone is read by others.
//
// Convolutions, products, norms and additions take such readers in. So does a node that reads one
// tensor, value by value or by its mean: its fold may read that tensor again, as x sigmoid(x) and
// (x - mean) / deviation do; but an addition of it to a norm is a residual, and stays a layer.
#include "traces/onnx/folding.hpp"

#include <algorithm>
#include <set>

#include "traces/onnx/operators.hpp"

namespace updraft::onnx_nodes {
namespace {

constexpr std::size_t longest = 16;  // the longest known spelling, GELU by tanh, has 9

class Folding {
 public:
  explicit Folding(const Nodes& nodes)
      : nodes_(nodes),
        readers_(nodes.tensors.size()),
        taken_(nodes.nodes.size()),
        outside_(nodes.tensors.size()) {
    for (std::size_t i = 0; i < nodes.nodes.size(); ++i) {
      for (const TensorId id : nodes.nodes[i].inputs) {
        if (id == absent) continue;
        auto& readers = readers_[static_cast<std::size_t>(id)];
        if (readers.empty() || readers.back() != i) readers.push_back(i);
      }
    }
    for (const TensorId id : nodes.outputs) outside_[static_cast<std::size_t>(id)] = true;
  }

  std::vector<Fold> all() {
    std::vector<Fold> folds;
    for (std::size_t i = 0; i < nodes_.nodes.size(); ++i) {
      if (!taken_[i]) folds.push_back(grown_from(i));
    }
    std::stable_sort(folds.begin(), folds.end(),
                     [](const Fold& a, const Fold& b) { return a.nodes.back() < b.nodes.back(); });
    return folds;
  }

 private:
  bool used(TensorId id) const {
    return id != absent && (outside_[static_cast<std::size_t>(id)] ||
                            !readers_[static_cast<std::size_t>(id)].empty());
  }

  // Of the node's outputs, the one that is used; `absent` if several are.
  TensorId single_output(std::size_t node) const {
    TensorId found = absent;
    for (const TensorId id : nodes_.nodes[node].outputs) {
      if (!used(id)) continue;
      if (found != absent) return absent;
      found = id;
    }
    return found;
  }

  // The one tensor that is no constant which the node reads; `absent` if there are several.
  TensorId single_input(std::size_t node) const {
    TensorId found = absent;
    for (const TensorId id : nodes_.nodes[node].inputs) {
      if (id == absent || nodes_.tensor(id).constant || id == found) continue;
      if (found != absent) return absent;
      found = id;
    }
    return found;
  }

  bool pointwise(std::size_t node) const {
    const auto& one = nodes_.nodes[node];
    return find_operator(one.op, one.domain) != nullptr &&
           find_operator(one.op, one.domain)->pointwise;
  }

  bool reduces_in_place(std::size_t node) const {
    const auto& one = nodes_.nodes[node];
    return one.domain.empty() && (one.op == "ReduceMean" || one.op == "ReduceSum") &&
           one.number("keepdims", 1) != 0;
  }

  // The first reader of what the fold has put out that may join, or the number of nodes.
  std::size_t next(const std::vector<std::size_t>& members, const std::set<TensorId>& own,
                   TensorId entry) const {
    std::size_t found = nodes_.nodes.size();
    for (const TensorId id : own) {
      if (id == entry) continue;
      for (const std::size_t reader : readers_[static_cast<std::size_t>(id)]) {
        if (reader >= found) break;
        if (taken_[reader] || single_output(reader) == absent ||
            std::find(members.begin(), members.end(), reader) != members.end() ||
            (nodes_.nodes[reader].op == "Add" && reads(reader, entry) && reduces(members)) ||
            !(pointwise(reader) || (entry != absent && reduces_in_place(reader)))) {
          continue;
        }
        const auto& inputs = nodes_.nodes[reader].inputs;
        if (std::all_of(inputs.begin(), inputs.end(), [&](TensorId input) {
              return input == absent || nodes_.tensor(input).constant || own.contains(input);
            })) {
          found = reader;
        }
      }
    }
    return found;
  }

  bool reads(std::size_t node, TensorId id) const {
    const auto& inputs = nodes_.nodes[node].inputs;
    return std::find(inputs.begin(), inputs.end(), id) != inputs.end();
  }

  bool reduces(const std::vector<std::size_t>& members) const {
    return std::any_of(members.begin(), members.end(),
                       [&](std::size_t node) { return reduces_in_place(node); });
  }

  bool read_by_others(TensorId id, const std::vector<std::size_t>& members) const {
    if (outside_[static_cast<std::size_t>(id)]) return true;
    const auto& readers = readers_[static_cast<std::size_t>(id)];
    return std::any_of(readers.begin(), readers.end(), [&](std::size_t reader) {
      return std::find(members.begin(), members.end(), reader) == members.end();
    });
  }

  Fold grown_from(std::size_t first) {
    Fold fold{{first}, false};
    taken_[first] = true;
    const TensorId output = single_output(first);
    const auto* const known = find_operator(nodes_.nodes[first].op, nodes_.nodes[first].domain);
    if (output == absent || known == nullptr || known->type == LayerType::reshape ||
        known->type == LayerType::other) {
      return fold;
    }
    const bool reduction = reduces_in_place(first);
    if (known->type == LayerType::pool && !reduction) return fold;
    const TensorId entry = reduction || known->pointwise ? single_input(first) : absent;
    if (reduction && entry == absent) return fold;
    const auto& shape = nodes_.tensor(reduction ? entry : output).shape;

    std::vector<std::size_t> members{first};
    std::set<TensorId> own{output};  // what the members put out, and the entry
    if (entry != absent) own.insert(entry);
    while (members.size() < longest) {
      const std::size_t reader = next(members, own, entry);
      if (reader == nodes_.nodes.size()) break;
      members.push_back(reader);
      const TensorId latest = single_output(reader);
      own.insert(latest);
      const bool closed = std::none_of(own.begin(), own.end(), [&](TensorId id) {
        return id != latest && id != entry && read_by_others(id, members);
      });
      if (closed && nodes_.tensor(latest).shape == shape) fold.nodes = members;
    }
    std::sort(fold.nodes.begin(), fold.nodes.end());
    for (const std::size_t node : fold.nodes) taken_[node] = true;
    fold.normalises = fold.nodes.size() > 1 && reduces(fold.nodes);
    return fold;
  }

  const Nodes& nodes_;
  std::vector<std::vector<std::size_t>> readers_;  // by tensor, ascending
  std::vector<bool> taken_;
  std::vector<bool> outside_;  // an output of the network
};

}  // namespace

std::vector<Fold> fold(const Nodes& nodes) { return Folding(nodes).all(); }

}  // namespace updraft::onnx_nodes
