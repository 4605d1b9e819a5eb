#include "sim/tuning_by_simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/metrics/verdicts.hpp"
#include "sim/tuning_ladder.hpp"
#include "sim/tuning_note.hpp"

namespace updraft {
namespace {

constexpr std::uint32_t fewest_replications = 5;

void erase(Document& map, std::string_view key) {
  std::erase_if(map.entries, [&](const Document::Entry& entry) { return entry.key == key; });
}

Document scalar(const Place& place, std::string text) {
  Document out;
  out.kind = Document::Kind::scalar;
  out.place = place;
  out.text = std::move(text);
  return out;
}

// The search for one policy's value.
class Search {
 public:
  Search(const TuningSpec& spec, const Document& document, const Prepared& scenario, Inputs& inputs,
         const TuningOptions& options)
      : spec_(spec),
        base_(document),
        entry_(document.find("policies")->items[spec.policy]),
        scenario_(scenario),
        inputs_(inputs),
        options_(options) {
    const Scenario& of = scenario.scenario;
    const Place& place = spec.place;
    erase(base_, "sweep");
    erase(base_, "budgets");
    const auto runs = std::max(of.replications, fewest_replications);
    set_in_document(base_, "engine", scalar(place, "auto"));
    set_in_document(base_, "replications", scalar(place, fmt::format("{}", runs)));
    set_in_document(base_, "workload.seed",
                    scalar(place, fmt::format("{}", tuning_seed(of.workload.seed))));
    // As many samples as the run has, not as many as the other split.
    if (!std::holds_alternative<DatedArrivals>(of.workload.arrivals))
      set_in_document(base_, "workload.samples",
                      scalar(place, fmt::format("{}", scenario.plan.first.back())));
    if (of.workload.trace != "none")
      set_in_document(base_, "workload.split", scalar(place, "calibration"));
    ladder_ = ladder_for(spec, entry_, *prepared({placeholder(spec)}));
  }

  // The best value and its note. Throws InputError where none will do.
  struct Found {
    std::string value;
    std::string note;
  };
  Found run() {
    std::vector<std::size_t> rungs;
    for (std::size_t k = 0; k < ladder_.rungs.size(); k += ladder_.step) rungs.push_back(k);
    if (rungs.back() + 1 != ladder_.rungs.size()) rungs.push_back(ladder_.rungs.size() - 1);
    add(rungs);
    add(between_the_neighbours_of(best_candidate().rung));
    const TuningCandidate& best = best_candidate();
    if (!meets(spec_, best) && !spec_.closest) {
      throw InputError(fmt::format(
          "{}: policies[{}].tune = {}; expected {}", to_string(spec_.place), spec_.policy,
          shown(entry_.find("tune")->shown()), nothing_meets(spec_, best)));
    }
    const bool recorded = scenario_.scenario.workload.trace != "none";
    return {best.value, tuning_note(spec_, candidates_.size(), best, next_best(),
                                    recorded ? " on calibration" : "")};
  }

 private:
  // Up to the rungs of the first look on either side, without those that were tried.
  std::vector<std::size_t> between_the_neighbours_of(std::size_t best) const {
    std::vector<std::size_t> rungs;
    const std::size_t end = std::min(best + ladder_.step, ladder_.rungs.size());
    for (std::size_t k = best - std::min(best, ladder_.step - 1); k < end; ++k) {
      if (!std::ranges::any_of(candidates_, [&](const auto& c) { return c.rung == k; }))
        rungs.push_back(k);
    }
    return rungs;
  }

  // The scenario with one policy per value.
  std::unique_ptr<Prepared> prepared(const std::vector<Document>& values) {
    Document document = base_;
    Document list;
    list.kind = Document::Kind::list;
    list.place = spec_.place;
    for (const Document& value : values) {
      list.items.push_back(settled(entry_, spec_, value));
      set_in_document(list.items.back(), "name",
                      scalar(spec_.place, fmt::format("{} {}", list.items.size(), value.text)));
    }
    set_in_document(document, "policies", list);
    std::unique_ptr<Prepared> out;
    const auto prepare_it = [&] {
      try {
        out = prepare(document, scenario_.scenario.file, inputs_);
      } catch (const InputError& error) {
        throw InputError(refused(error.what()));
      }
    };
    if (options_.guarded) {
      options_.guarded(prepare_it);
    } else {
      prepare_it();
    }
    return out;
  }

  // The first of the lines that say why candidates are no policies, by the number that the policy
  // has in the scenario.
  std::string refused(std::string lines) const {
    lines.erase(std::min(lines.find('\n'), lines.size()));
    const std::size_t at = lines.find("policies[");
    if (at != std::string::npos) {
      lines.replace(at, lines.find(']', at) + 1 - at, fmt::format("policies[{}]", spec_.policy));
    }
    return lines;
  }

  void add(const std::vector<std::size_t>& rungs) {
    if (rungs.empty()) return;
    std::vector<Document> values;
    for (const std::size_t rung : rungs) values.push_back(ladder_.rungs[rung]);
    const auto ready = prepared(values);
    if (options_.begins) options_.begins(values.size() * ready->replications.size());
    auto results = simulate(
        *ready, engine_of(ready->scenario).kind,
        [&](std::size_t, std::size_t, const Run&) {
          if (options_.one_more) options_.one_more();
        },
        {}, options_.parallel);
    for (std::size_t i = 0; i < results.size(); ++i) {
      judge({&results[i], 1}, spec_.budgets);
      candidates_.push_back({rungs[i], values[i].text, std::move(results[i])});
    }
    std::ranges::sort(candidates_, {}, &TuningCandidate::rung);
  }

  // Is a ahead of b?
  bool ahead(const TuningCandidate& a, const TuningCandidate& b) const {
    if (meets(spec_, a) != meets(spec_, b)) return meets(spec_, a);
    if (!meets(spec_, a)) return excess(a) < excess(b);
    const double sign = spec_.objective.maximize ? -1 : 1;
    const auto worth = [&](const TuningCandidate& c) {
      const double v = sign * objective_of(spec_, c).value;
      return std::isnan(v) ? std::numeric_limits<double>::infinity() : v;
    };
    if (worth(a) != worth(b)) return worth(a) < worth(b);
    const FigureColumn& cost = column_of(&RunFigures::cost_macs);
    return combined(a.result, cost).value < combined(b.result, cost).value;
  }

  const TuningCandidate& best_candidate() const {
    return *std::ranges::min_element(candidates_,
                                     [&](const auto& a, const auto& b) { return ahead(a, b); });
  }

  // The best of the others, of those that meet the budgets; null where there is none.
  const TuningCandidate* next_best() const {
    const TuningCandidate& best = best_candidate();
    const TuningCandidate* next = nullptr;
    for (const TuningCandidate& each : candidates_) {
      if (&each == &best || !meets(spec_, each)) continue;
      if (next == nullptr || ahead(each, *next)) next = &each;
    }
    return next;
  }

  const TuningSpec& spec_;
  Document base_;
  const Document& entry_;
  const Prepared& scenario_;
  Inputs& inputs_;
  const TuningOptions& options_;
  Ladder ladder_;
  std::vector<TuningCandidate> candidates_;
};

Document* value_of(Document& map, std::string_view key) {
  for (auto& entry : map.entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

}  // namespace

std::uint64_t tuning_seed(std::uint64_t seed) {
  constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;  // any odd number that no user would write
  return (seed + golden) % (std::uint64_t{1} << 53);
}

std::unique_ptr<Prepared> prepare_tuned(const Document& document, const std::string& file,
                                        Inputs& inputs, const TuningOptions& options) {
  std::unique_ptr<Prepared> out;
  const auto prepare_it = [&](const Document& of) {
    const auto do_it = [&] { out = prepare(of, file, inputs); };
    options.guarded ? options.guarded(do_it) : do_it();
  };
  prepare_it(document);
  if (out->tuning.empty()) return out;
  const std::unique_ptr<Prepared> asked = std::move(out);
  TuningOptions one_by_one = options;
  // SimGrid's runs are processes of their own, to be forked where no thread has been started.
  const bool forks =
      asked->scenario.engine == "both" || engine_of(asked->scenario).kind == EngineKind::simgrid;
  if (forks) one_by_one.parallel = 1;
  Document settled_document = document;
  std::vector<std::string> notes(asked->scenario.policies.size());
  for (const TuningSpec& spec : asked->tuning) {
    const auto found = Search(spec, document, *asked, inputs, one_by_one).run();
    Document& entry = value_of(settled_document, "policies")->items[spec.policy];
    entry = settled(entry, spec, scalar(spec.place, found.value));
    notes[spec.policy] = found.note;
  }
  prepare_it(settled_document);
  out->tuned = std::move(notes);
  return out;
}

std::unique_ptr<Prepared> prepare_tuned(const std::string& file,
                                        const std::vector<std::string>& overrides,
                                        const TuningOptions& options) {
  auto inputs = std::make_unique<Inputs>();
  auto out = prepare_tuned(read_scenario_document(file, overrides), file, *inputs, options);
  out->own_inputs = std::move(inputs);
  out->inputs.insert(out->inputs.begin(), file);
  return out;
}

std::unique_ptr<Prepared> prepare_tuned_text(const std::string& text, const std::string& name) {
  auto inputs = std::make_unique<Inputs>();
  auto out = prepare_tuned(parse_document(text, name), name, *inputs);
  out->own_inputs = std::move(inputs);
  return out;
}

}  // namespace updraft
