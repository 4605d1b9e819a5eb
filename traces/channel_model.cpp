#include "traces/channel_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/core/document.hpp"
#include "sim/core/section.hpp"

namespace updraft {
namespace {

using Matrix = std::vector<std::vector<double>>;

constexpr std::size_t most_states = 200;
constexpr double sum_tolerance = 1e-6;

// (1): solves pi = pi P for an irreducible P, by censoring the states away from the last one.
std::vector<double> visit_shares(Matrix p) {
  const std::size_t n = p.size();
  for (std::size_t k = n; k-- > 1;) {
    double leaving = 0;
    for (std::size_t j = 0; j < k; ++j) leaving += p[k][j];
    for (std::size_t i = 0; i < k; ++i) {
      p[i][k] /= leaving;
      for (std::size_t j = 0; j < k; ++j) p[i][j] += p[i][k] * p[k][j];
    }
  }
  std::vector<double> pi(n, 1.);
  double sum = 1;
  for (std::size_t k = 1; k < n; ++k) {
    pi[k] = 0;
    for (std::size_t i = 0; i < k; ++i) pi[k] += pi[i] * p[i][k];
    sum += pi[k];
  }
  for (auto& share : pi) share /= sum;
  return pi;
}

// The states that can be reached from state 0, along the transitions or against them.
std::vector<bool> reached(const std::vector<ChannelModel::State>& states, bool against) {
  std::vector<bool> seen(states.size(), false);
  std::vector<std::size_t> open{0};
  seen[0] = true;
  while (!open.empty()) {
    const std::size_t at = open.back();
    open.pop_back();
    for (std::size_t other = 0; other < states.size(); ++other) {
      const double p = against ? states[other].next[at] : states[at].next[other];
      if (p > 0 && !seen[other]) {
        seen[other] = true;
        open.push_back(other);
      }
    }
  }
  return seen;
}

class Draw : public RateSource {
 public:
  Draw(const ChannelModel& model, const Stream& stream, double scale)
      : model_(&model), stream_(stream), scale_(scale) {
    state_ = pick(model.time_shares());
  }

  // A draw is a draw, whoever looks at it: pieces are passed over one by one.
  void skip_to(SimTime date) override {
    if (!std::exchange(peeked_, true)) ahead_ = drawn();
    while (ahead_.until <= date) ahead_ = drawn();
  }

  RatePiece next() override { return std::exchange(peeked_, false) ? ahead_ : drawn(); }

 private:
  RatePiece drawn() {
    const auto& states = model_->states;
    while (true) {
      const auto& state = states[state_];
      const double until = date_ + stream_.exponential(state.dwell.si());
      if (states.size() > 1) state_ = pick(state.next);
      if (!(until > date_)) continue;  // too short a dwell to move the date
      date_ = until;
      return {state.rate * scale_, SimTime(date_)};
    }
  }

  std::size_t pick(const std::vector<double>& shares) {
    double left = stream_.uniform();
    std::size_t last = 0;
    for (std::size_t k = 0; k < shares.size(); ++k) {
      if (shares[k] == 0) continue;
      last = k;
      if (left < shares[k]) return k;
      left -= shares[k];
    }
    return last;  // the shares' rounding
  }

  const ChannelModel* model_;
  Stream stream_;
  double scale_;
  std::size_t state_ = 0;
  double date_ = 0;
  bool peeked_ = false;
  RatePiece ahead_{};  // drawn, not given yet
};

std::vector<std::string> names_of(const std::vector<ChannelModel::State>& states) {
  std::vector<std::string> names;
  names.reserve(states.size());
  for (const auto& state : states) names.push_back(state.name);
  return names;
}

// Reads `next: {fade: 0.1, good: 0.9}` of one state.
void read_next(const Document* node, const std::string& path, const Place& place,
               const std::vector<std::string>& names, std::size_t own, std::vector<double>& next,
               Mistakes& mistakes) {
  if (names.size() == 1) {
    if (node != nullptr)
      mistakes.add(node->place, path, node->shown(), "nothing: there is only one state");
    return;
  }
  if (node == nullptr || node->kind != Document::Kind::map) {
    mistakes.add(node != nullptr ? node->place : place, path,
                 node != nullptr ? node->shown() : "nothing",
                 "the states that may follow and how likely, such as {good: 0.9, fade: 0.1}");
    return;
  }
  double sum = 0;
  for (const auto& entry : node->entries) {
    const auto found = std::find(names.begin(), names.end(), entry.key);
    const auto p = parse_fraction(entry.value.text);
    const auto to = static_cast<std::size_t>(found - names.begin());
    if (found == names.end()) {
      mistakes.add(entry.key_place, path, entry.key,
                   one_of(names) + did_you_mean(entry.key, names));
    } else if (to == own) {
      mistakes.add(entry.key_place, path, entry.key,
                   "another state: its own dwell says how long a state lasts");
    } else if (entry.value.kind != Document::Kind::scalar || !p || !Range::unit().holds(*p)) {
      mistakes.add(entry.value.place, path + "." + entry.key, entry.value.shown(),
                   "a probability in [0, 1]");
      return;
    } else {
      next[to] = *p;
      sum += *p;
    }
  }
  if (!mistakes.none()) return;
  if (std::abs(sum - 1) > sum_tolerance) {
    mistakes.add(node->place, path, fmt::format("{:.7g} in sum", sum),
                 "probabilities that sum to 1");
    return;
  }
  for (auto& p : next) p /= sum;
}

void check_reachable(const ChannelModel& model, const std::vector<Place>& places,
                     Mistakes& mistakes) {
  const auto& states = model.states;
  const auto forth = reached(states, false);
  const auto back = reached(states, true);
  for (std::size_t k = 0; k < states.size(); ++k) {
    if (!forth[k])
      mistakes.add(places[k], "states", states[k].name,
                   "a state that " + states[0].name + " can lead to");
    if (!back[k])
      mistakes.add(places[k], "states", states[k].name,
                   "a state that can lead back to " + states[0].name);
  }
}

// Of another format, what else a file holds or lacks is no help: one line, at once.
void refuse_other_formats(const Document& document, Section& top, Mistakes& mistakes) {
  if (document.kind == Document::Kind::map && !top.has("format")) {
    mistakes.add(document.place,
                 top.has("workload")
                     ? "is a scenario, not a channel model; updraft check is for scenarios"
                     : "is not a channel model; expected format: updraft-channel");
  } else {
    top.choice("format", std::nullopt, {"updraft-channel"});
  }
  mistakes.throw_if_any();
}

}  // namespace

std::vector<double> ChannelModel::time_shares() const {
  Matrix p;
  for (const auto& state : states) p.push_back(state.next);
  auto shares = visit_shares(std::move(p));
  double sum = 0;
  for (std::size_t k = 0; k < states.size(); ++k) sum += shares[k] *= states[k].dwell.si();
  for (auto& share : shares) share /= sum;  // (2)
  return shares;
}

BytesPerSecond ChannelModel::mean() const {
  const auto shares = time_shares();
  BytesPerSecond sum;
  for (std::size_t k = 0; k < states.size(); ++k) sum += shares[k] * states[k].rate;  // (3)
  return sum;
}

bool is_channel_model(const std::string& file) {
  return file.ends_with(".yaml") || file.ends_with(".yml");
}

ChannelModel read_channel_model(const std::string& file) {
  const Document document = read_document(file);
  Mistakes mistakes;
  Section top(document, "", mistakes);
  ChannelModel out;
  out.file = file;
  refuse_other_formats(document, top, mistakes);
  out.note = top.text("note", "");
  const Document* list = top.node("states");
  top.finish();
  if (list == nullptr || list->kind != Document::Kind::list || list->items.empty() ||
      list->items.size() > most_states) {
    top.mistake("states", fmt::format("a list of 1 to {} states", most_states));
    mistakes.throw_if_any();
  }
  std::vector<const Document*> follow;
  std::vector<Place> places;
  for (std::size_t k = 0; k < list->items.size(); ++k) {
    Section section(list->items[k], fmt::format("states[{}]", k), mistakes);
    ChannelModel::State state;
    state.name = section.text("name", std::nullopt);
    state.rate = section.quantity<BytesPerSecond>("rate", std::nullopt, Range::not_negative());
    state.dwell = section.quantity<Seconds>("dwell", std::nullopt, {1e-6, 1e9});
    state.next.assign(list->items.size(), 0.);
    const auto same = [&](const ChannelModel::State& other) { return other.name == state.name; };
    if (!state.name.empty() && std::any_of(out.states.begin(), out.states.end(), same))
      section.mistake("name", "a name that no other state has");
    follow.push_back(section.node("next"));
    places.push_back(section.place());
    section.finish();
    out.states.push_back(std::move(state));
  }
  const auto names = names_of(out.states);
  for (std::size_t k = 0; k < out.states.size(); ++k) {
    if (list->items[k].kind != Document::Kind::map) continue;  // reported
    read_next(follow[k], fmt::format("states[{}].next", k), places[k], names, k, out.states[k].next,
              mistakes);
  }
  if (mistakes.none() && out.states.size() > 1) check_reachable(out, places, mistakes);
  if (mistakes.none() && out.mean() == BytesPerSecond(0))
    top.mistake("states", "at least one state with a rate above 0");
  mistakes.throw_if_any();
  return out;
}

std::string to_yaml(const ChannelModel& model) {
  std::string out = "format: updraft-channel\n";
  if (!model.note.empty()) out += fmt::format("note: \"{}\"\n", model.note);
  out += "states:\n";
  for (const auto& state : model.states) {
    out += fmt::format("  - name: {}\n    rate: {} Mbps\n    dwell: {} ms\n", state.name,
                       state.rate.si() / 125e3, state.dwell.si() * 1e3);
    std::vector<std::string> parts;
    for (std::size_t j = 0; j < state.next.size(); ++j) {
      if (state.next[j] > 0)
        parts.push_back(fmt::format("{}: {}", model.states[j].name, state.next[j]));
    }
    if (!parts.empty()) out += fmt::format("    next: {{{}}}\n", fmt::join(parts, ", "));
  }
  return out;
}

std::unique_ptr<RateSource> draw(const ChannelModel& model, const Stream& stream, double scale) {
  return std::make_unique<Draw>(model, stream, scale);
}

}  // namespace updraft
