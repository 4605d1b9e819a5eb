#include "analysis/cut_sentences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/cut_text.hpp"
#include "sim/metrics/terminal_text.hpp"

namespace updraft {
namespace {

using Kind = Objective::Kind;

std::string star(const CutReport& report) {
  const CutSetup& setup = report.setup;
  const std::string at = fmt::format("at {} Mbps", mbps(setup.uplink));
  switch (setup.objective.kind) {
    case Kind::latency:
      return fmt::format("* least latency {}.", at);
    case Kind::energy:
      return fmt::format("* least energy of the device {}.", at);
    case Kind::weighted:
      return fmt::format("* least latency + {:.6g} s/J x energy {}.", setup.objective.price, at);
    case Kind::latency_within:
      return fmt::format("* least latency within {} {}.", with_unit(setup.objective.budget), at);
    case Kind::throughput:
      return fmt::format(
          "* largest throughput {}, with {} cloud server{}; of equal ones the "
          "least latency.",
          at, setup.costs.servers, setup.costs.servers == 1 ? "" : "s");
  }
  return "";
}

// Of latency within a budget: is it kept, what does it cost, and could there be a better cut?
std::string budget(const CutReport& report) {
  const Objective& objective = report.setup.objective;
  if (objective.kind != Kind::latency_within) return "";
  const CutFigures& chosen = report.row(report.chosen);
  const BytesPerSecond from = kept_from(report.candidates, objective.budget, report.setup.costs);
  if (chosen.energy > objective.budget)
    return wrapped(fmt::format(
        "Budget missed: no cut takes {} or less at this rate, the chosen one takes least, {}; {}.",
        with_unit(objective.budget), with_unit(chosen.energy),
        std::isinf(from.si()) ? "it is missed at any rate"
                              : fmt::format("it can be kept from {} Mbps on", mbps(from))));
  std::string out =
      fmt::format("Budget kept: {} of {}, {:.1f} % left.", with_unit(chosen.energy),
                  with_unit(objective.budget), 100 * (1 - chosen.energy / objective.budget));
  if (from > BytesPerSecond(0)) out += fmt::format(" Below {} Mbps no cut keeps it.", mbps(from));
  if (!report.at_least) {
    out += report.setup.inside_blocks || report.is_chain
               ? " No cut within it is faster."
               : " No cut between blocks within it is faster (--method graph looks inside).";
    return wrapped(out);
  }
  const double gap = chosen.total / *report.at_least - 1;
  out += gap < 1e-9 ? " No cut within it is faster: the Lagrangian bound is met."
                    : fmt::format(
                          " No cut within it is faster than {} (Lagrangian bound): this one is at "
                          "most {:.2f} % above the best.",
                          with_unit(*report.at_least), 100 * gap);
  return wrapped(out);
}

std::string on_energy(const CutSetup& setup) {
  std::string out =
      fmt::format("Energy is the device's, per sample: {:.4g} W computing, {:.4g} W waiting",
                  setup.costs.busy.si(), setup.costs.idle.si());
  if (setup.radio.empty()) return out + "; no radio (--radio NAME adds what sending takes).";
  return out + fmt::format(
                   ", and what {} takes to send ({:.4g} W and {:.4g} nJ/bit); its promotion and "
                   "tail depend on what was sent before: updraft run counts them.",
                   setup.radio, setup.costs.send.si(), setup.costs.per_byte / 8e-9);
}

std::string on_payload(const CutReport& report) {
  const CutSetup& setup = report.setup;
  Bytes input;
  for (std::size_t v = 0; v < setup.graph.layers.size(); ++v) {
    if (setup.graph.layers[v].type == LayerType::input) input += setup.times.payload[v];
  }
  return fmt::format(
      "Upload: the input is {} as its profile says, tensors are sent as {}. Fixed, where it "
      "offloads: 2 x {:.6g} ms latency, and the reply of {:.10g} B at {} Mbps.",
      with_unit(input), coding_names[static_cast<std::size_t>(setup.coding)],
      1e3 * setup.latency.si(), setup.reply.si(), mbps(setup.downlink));
}

// How sure it is that no cut is better.
std::string on_method(const CutReport& report) {
  if (report.is_chain) return "";
  const Kind kind = report.setup.objective.kind;
  if (!report.setup.inside_blocks)
    return wrapped("Cuts between blocks alone, which send one tensor (--method chain).");
  if (kind == Kind::throughput)
    return wrapped("A graph's best cut for throughput is hard to find: there may be a better one.");
  if (kind == Kind::latency_within)
    return wrapped(
        "Of a graph, the best cut within a budget was looked for at the asked rates; between them, "
        "and in a scenario, there may be a better one.");
  return "";
}

}  // namespace

std::string cut_sentences(const CutReport& report) {
  const CutSetup& setup = report.setup;
  std::string out = wrapped(star(report));
  out += budget(report);
  out += on_method(report);
  out += wrapped(
      fmt::format("Layer times, edge: {}; cloud: {}.", setup.edge_times, setup.cloud_times));
  out += wrapped(on_payload(report));
  out += wrapped(on_energy(setup));
  for (const std::string& note : setup.notes) out += wrapped("Note: " + harmless(note));
  return out;
}

}  // namespace updraft
