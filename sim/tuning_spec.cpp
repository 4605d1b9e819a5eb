#include "sim/tuning_spec.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/section.hpp"

namespace updraft {
namespace {

// What a policy's one number is called, where it has one, and where it lies.
struct Usual {
  std::string_view policy;
  std::string_view key;
  double from;
  double to;  // not above from: it has to be said, or is found by the score (threshold)
  bool log;
};
constexpr Usual usual[] = {{"threshold", "delta", 0, 0, false},
                           {"ao", "lambda", 0.01, 100, true},
                           {"random", "offload", 0, 1, false},
                           {"cdl", "delta", 0, 1, false},
                           {"branchynet", "delta", 0, 0, false}};

const Usual* usual_of(const PolicySpec& policy) {
  const auto* found = std::ranges::find(usual, std::string_view(policy.policy), &Usual::policy);
  return found == std::end(usual) ? nullptr : found;
}

constexpr std::string_view marks[] = {"budget", "maximize", "minimize", "over",
                                      "from",   "to",       "sure",     "otherwise"};

bool by_simulation(const Document* tune) {
  if (tune == nullptr || tune->kind != Document::Kind::map) return false;
  return std::ranges::any_of(marks, [&](auto mark) { return tune->find(mark) != nullptr; });
}

TuningObjective objective_named(const std::string& name, bool maximize) {
  TuningObjective out;
  out.maximize = maximize;
  out.name = name;
  for (const BudgetKind& kind : budget_kinds()) {
    if (kind.name != name) continue;
    out.unit = kind.unit;
    out.budget = kind.value;
    return out;
  }
  for (const FigureColumn& column : figure_columns()) {
    if (column.name != name) continue;
    out.unit = column.unit;
    out.column = column.value;
  }
  return out;
}

TuningObjective read_objective(Section& in, bool has_deadline) {
  std::vector<std::string> names;
  for (const BudgetKind& kind : budget_kinds()) names.emplace_back(kind.name);
  for (const FigureColumn& column : figure_columns()) {
    if (column.kind == FigureKind::figure && std::ranges::find(names, column.name) == names.end())
      names.emplace_back(column.name);
  }
  const bool both = in.has("maximize") && in.has("minimize");
  if (both) in.mistake("minimize", "either maximize or minimize, not both");
  const std::string key = in.has("minimize") ? "minimize" : "maximize";
  const Document* node = in.node(key);
  if (node == nullptr) return {};
  if (std::ranges::find(names, node->text) == names.end()) {
    in.mistake(key, "a figure, such as accuracy or energy_per_sample (analysis/README.md has all)" +
                        did_you_mean(node->text, names));
    return {};
  }
  const bool late = node->text == "deadline_miss_rate" || node->text == "accuracy_in_deadline";
  if (late && !has_deadline)
    in.mistake(key, "workload: {deadline: 100 ms} or its like, without which nothing is late");
  return objective_named(node->text, key == "maximize");
}

std::string read_over(Section& in, const PolicySpec& policy) {
  const Usual* known = usual_of(policy);
  if (!in.has("over") && known == nullptr) {
    in.mistake("over", "the key of this policy that is to be found, such as delta");
    return "";
  }
  return in.text("over", known == nullptr ? "" : std::string(known->key));
}

// Where the policy's one number is the usual one, its range is known, too.
std::optional<ValueRange> read_range(Section& in, const PolicySpec& policy, TuningSpec& spec) {
  if (spec.over.empty()) {  // which was reported
    for (const char* key : {"from", "to", "spacing"}) in.has(key);
    spec.usable = false;
    return std::nullopt;
  }
  const bool given = in.has("from") || in.has("to") || in.has("spacing");
  const Usual* known = usual_of(policy);
  if (!given && known != nullptr && spec.over == known->key) {
    if (known->to > known->from) {
      const Document like{Document::Kind::scalar, spec.place, "", {}, {}};
      return ValueRange{known->from, known->to, "", known->log, like};
    }
    if (policy.policy == "threshold") return std::nullopt;
  }
  auto range = read_value_range(in);
  spec.usable = range.has_value();
  return range;
}

TuningSpec read_spec(const PolicySpec& policy, std::size_t index, const Scenario& scenario,
                     const std::vector<Budget>& budgets, Mistakes& mistakes) {
  const Document& tune = *policy.params.find("tune");
  const bool has_deadline = scenario.workload.deadline.has_value();
  const std::string path = fmt::format("policies[{}].tune", index);
  Section in(tune, path, mistakes);
  TuningSpec spec;
  spec.policy = index;
  spec.place = tune.place;
  spec.budgets = in.has("budget")
                     ? read_budgets(in.node("budget"), path + ".budget", has_deadline, mistakes)
                     : budgets;
  spec.objective = read_objective(in, has_deadline);
  spec.over = read_over(in, policy);
  spec.range = read_range(in, policy, spec);
  spec.count = static_cast<std::size_t>(in.count("count", 33, {3, 1000}));
  spec.sure = in.has("sure");
  if (spec.sure && parse_fraction(in.node("sure")->text) != 0.95)
    in.mistake("sure", "95 %, the level of every interval here");
  spec.closest = in.choice("otherwise", "refuse", {"refuse", "closest"}) == "closest";
  in.finish();
  if (!spec.over.empty() && policy.params.find(spec.over) != nullptr) {
    mistakes.add(policy.params.find(spec.over)->place,
                 fmt::format("policies[{}].{}", index, spec.over),
                 policy.params.find(spec.over)->shown(),
                 fmt::format("either {} or tune, not both", spec.over));
  }
  return spec;
}

}  // namespace

bool asks_for_simulation(const Document& document) {
  const Document* policies = document.find("policies");
  return policies != nullptr && std::ranges::any_of(policies->items, [](const Document& entry) {
           return by_simulation(entry.find("tune"));
         });
}

std::vector<TuningSpec> read_tuning(const Scenario& scenario, const std::vector<Budget>& budgets,
                                    Mistakes& mistakes) {
  std::vector<TuningSpec> out;
  for (std::size_t i = 0; i < scenario.policies.size(); ++i) {
    const PolicySpec& policy = scenario.policies[i];
    if (by_simulation(policy.params.find("tune")))
      out.push_back(read_spec(policy, i, scenario, budgets, mistakes));
  }
  return out;
}

Document settled(const Document& entry, const TuningSpec& spec, const Document& value) {
  Document out = entry;
  std::erase_if(out.entries, [](const Document::Entry& each) { return each.key == "tune"; });
  if (!spec.over.empty()) set_in_document(out, spec.over, value);
  return out;
}

Document placeholder(const TuningSpec& spec) {
  if (spec.range) return spec.range->at(0);
  return Document{Document::Kind::scalar, spec.place, "0", {}, {}};
}

}  // namespace updraft
