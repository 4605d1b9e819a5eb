// Reads channel models: from a file of their own, or from a map in a scenario.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/core/section.hpp"
#include "traces/channel_forms.hpp"
#include "traces/channel_model.hpp"

namespace updraft {
namespace {

constexpr std::size_t most_states = 200;
constexpr std::size_t most_rates = 100;
constexpr double sum_tolerance = 1e-6;
constexpr Range some_slot{1e-6, 3600};

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
                     const std::string& path, Mistakes& mistakes) {
  const auto& states = model.states;
  const auto forth = reached(states, false);
  const auto back = reached(states, true);
  for (std::size_t k = 0; k < states.size(); ++k) {
    if (!forth[k])
      mistakes.add(places[k], path, states[k].name,
                   "a state that " + states[0].name + " can lead to");
    if (!back[k])
      mistakes.add(places[k], path, states[k].name,
                   "a state that can lead back to " + states[0].name);
  }
}

// `rate: 8 Mbps`, or beside a slot `rates: [2 Mbps, 3 Mbps]`.
std::vector<BytesPerSecond> read_rates(Section& state, bool slotted, Mistakes& mistakes) {
  if (!state.has("rates"))
    return {state.quantity<BytesPerSecond>("rate", std::nullopt, Range::not_negative())};
  if (!slotted) {
    state.mistake("rates", "one rate: only beside a slot may a state draw from several");
    return {BytesPerSecond(0)};
  }
  const Document& list = *state.node("rates");
  if (state.has("rate")) state.mistake("rate", "none beside rates");
  if (list.kind != Document::Kind::list || list.items.empty() || list.items.size() > most_rates) {
    state.mistake("rates",
                  fmt::format("a list of 1 to {} rates, such as [2 Mbps, 3 Mbps]", most_rates));
    return {BytesPerSecond(0)};
  }
  std::vector<BytesPerSecond> out;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const auto path = fmt::format("{}[{}]", state.full("rates"), i);
    const auto rate =
        read_quantity<BytesPerSecond>(list.items[i], path, mistakes, Range::not_negative());
    out.push_back(rate.value_or(BytesPerSecond(0)));
  }
  return out;
}

void read_states(Section& top, ChannelModel& out, Mistakes& mistakes) {
  const Document* list = top.node("states");
  const bool slotted = top.has("slot");
  if (slotted) out.slot = top.quantity<Seconds>("slot", std::nullopt, some_slot);
  if (list == nullptr || list->kind != Document::Kind::list || list->items.empty() ||
      list->items.size() > most_states) {
    top.mistake("states", fmt::format("a list of 1 to {} states", most_states));
    return;
  }
  std::vector<const Document*> follow;
  std::vector<Place> places;
  for (std::size_t k = 0; k < list->items.size(); ++k) {
    Section section(list->items[k], fmt::format("{}[{}]", top.full("states"), k), mistakes);
    ChannelModel::State state;
    state.name = section.text("name", std::nullopt);
    state.rates = read_rates(section, slotted, mistakes);
    state.dwell =
        section.quantity<Seconds>("dwell", std::nullopt, {std::max(1e-6, out.slot.si()), 1e9});
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
    read_next(follow[k], fmt::format("{}[{}].next", top.full("states"), k), places[k], names, k,
              out.states[k].next, mistakes);
  }
  if (mistakes.none() && out.states.size() > 1)
    check_reachable(out, places, top.full("states"), mistakes);
  if (mistakes.none() && out.mean() == BytesPerSecond(0))
    top.mistake("states", "at least one state with a rate above 0");
}

// The one form that is there; states where there is none.
ChannelModel read_form(Section& top, Mistakes& mistakes) {
  const std::vector<std::string> forms{"states", "on_off", "gilbert_elliott"};
  std::vector<std::string> given;
  for (const auto& form : forms) {
    if (top.has(form)) given.push_back(form);
  }
  if (given.size() > 1) top.mistake(given[1], "exactly one of " + one_of(forms));
  ChannelModel out;
  if (top.has("on_off")) {
    out = read_on_off(top);
  } else if (top.has("gilbert_elliott")) {
    out = read_gilbert_elliott(top);
  } else {
    read_states(top, out, mistakes);
  }
  return out;
}

// Of another format, what else a file holds or lacks is no help: one line, at once.
void refuse_other_formats(const Document& document, Section& top, Mistakes& mistakes) {
  if (document.kind == Document::Kind::map && !top.has("format")) {
    mistakes.add(document.place,
                 top.has("workload")
                     ? "is a scenario, not a channel model; updraft check is for scenarios"
                     : "is not a channel model; expected format: updraft-channel");
  } else if (top.is_scalar("format") && top.node("format")->text == "updraft-layers") {
    mistakes.add(document.place,
                 "is a layer profile, not a channel model; updraft cut is for those");
  } else {
    top.choice("format", std::nullopt, {"updraft-channel"});
  }
  mistakes.throw_if_any();
}

}  // namespace

ChannelModel read_channel_model(const std::string& file) {
  const Document document = read_document(file);
  Mistakes mistakes;
  Section top(document, "", mistakes);
  refuse_other_formats(document, top, mistakes);
  const std::string note = top.text("note", "");
  ChannelModel out = read_form(top, mistakes);
  out.note = note;
  out.file = file;
  top.finish();
  mistakes.throw_if_any();
  return out;
}

ChannelModel read_channel_model(const Document& node, const std::string& path) {
  Mistakes mistakes;
  Section top(node, path, mistakes);
  mistakes.throw_if_any();
  ChannelModel out = read_form(top, mistakes);
  top.finish();
  mistakes.throw_if_any();
  return out;
}

}  // namespace updraft
