#include "traces/layer_order.hpp"

#include <algorithm>
#include <functional>
#include <queue>

namespace updraft {
namespace {

enum class State : unsigned char { waiting, placed, on_cycle };

class Ordering {
 public:
  explicit Ordering(const std::vector<std::vector<LayerId>>& inputs)
      : inputs_(inputs), missing_(inputs.size()), state_(inputs.size()), readers_(inputs.size()) {
    for (LayerId v = 0; v < inputs.size(); ++v) {
      missing_[v] = inputs[v].size();
      for (const LayerId input : inputs[v]) readers_[input].push_back(v);
      if (missing_[v] == 0) ready_.push(v);
    }
  }

  LayerOrder ordered() {
    place_all();
    for (LayerId v = 0; v < inputs_.size(); ++v) {
      while (state_[v] == State::waiting) {  // on a cycle, or behind one
        take_cycle_before(v);
        place_all();
      }
    }
    return std::move(out_);
  }

 private:
  void place_all() {
    while (!ready_.empty()) {
      const LayerId v = ready_.top();
      ready_.pop();
      state_[v] = State::placed;
      out_.order.push_back(v);
      release(v);
    }
  }

  void release(LayerId v) {
    for (const LayerId reader : readers_[v]) {
      if (--missing_[reader] == 0 && state_[reader] == State::waiting) ready_.push(reader);
    }
  }

  // A layer that waits reads another that waits: going back that way meets itself in the end.
  void take_cycle_before(LayerId v) {
    std::vector<LayerId> way;
    std::vector<LayerId> seen_at(inputs_.size(), 0);  // 1 + position on the way
    while (seen_at[v] == 0) {
      way.push_back(v);
      seen_at[v] = static_cast<LayerId>(way.size());
      v = *std::find_if(inputs_[v].begin(), inputs_[v].end(),
                        [&](LayerId input) { return state_[input] == State::waiting; });
    }
    std::vector<LayerId> cycle(way.begin() + seen_at[v] - 1, way.end());
    std::reverse(cycle.begin(), cycle.end());
    std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
    for (const LayerId member : cycle) state_[member] = State::on_cycle;
    for (const LayerId member : cycle) release(member);
    out_.cycles.push_back(std::move(cycle));
  }

  const std::vector<std::vector<LayerId>>& inputs_;
  std::vector<std::size_t> missing_;  // inputs that are not placed yet
  std::vector<State> state_;
  std::vector<std::vector<LayerId>> readers_;
  std::priority_queue<LayerId, std::vector<LayerId>, std::greater<>> ready_;  // the smallest first
  LayerOrder out_;
};

}  // namespace

LayerOrder order_layers(const std::vector<std::vector<LayerId>>& inputs) {
  return Ordering(inputs).ordered();
}

}  // namespace updraft
