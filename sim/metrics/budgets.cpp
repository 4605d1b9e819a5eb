#include "sim/metrics/budgets.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "sim/core/section.hpp"

namespace updraft {
namespace {

using F = RunFigures;

template <double RunFigures::*member>
double of(const RunFigures& run) {
  return run.*member;
}
template <double RunFigures::*member>
double share_of(const RunFigures& run) {
  return run.*member / run.samples;
}

constexpr bool at_most = false;
constexpr bool at_least = true;
constexpr ShareOf no_share = ShareOf::nothing;
constexpr ShareOf of_samples = ShareOf::samples;
constexpr ShareOf of_rows = ShareOf::rows;

constexpr BudgetKind kinds[] = {
    {"accuracy", "accuracy", "fraction", at_least, &of<&F::accuracy>, of_rows, nullptr},
    {"accuracy_in_deadline", "accuracy_in_deadline", "fraction", at_least,
     &of<&F::accuracy_in_deadline>, of_rows, nullptr},
    {"latency_mean", "latency_mean_s", "s", at_most, &of<&F::latency_mean_s>, no_share, nullptr},
    {"latency_p50", "latency_p50_s", "s", at_most, &of<&F::latency_p50_s>, no_share,
     &F::latency_p50_ends},
    {"latency_p95", "latency_p95_s", "s", at_most, &of<&F::latency_p95_s>, no_share,
     &F::latency_p95_ends},
    {"latency_p99", "latency_p99_s", "s", at_most, &of<&F::latency_p99_s>, no_share,
     &F::latency_p99_ends},
    {"latency_max", "latency_max_s", "s", at_most, &of<&F::latency_max_s>, no_share, nullptr},
    {"deadline_miss_rate", "deadline_miss_rate", "fraction", at_most, &of<&F::deadline_miss_rate>,
     of_samples, nullptr},
    {"energy_per_sample", "energy_J", "J", at_most, &of<&F::energy_J>, no_share, nullptr},
    {"uplink_per_sample", "uplink_B", "B", at_most, &of<&F::uplink_B>, no_share, nullptr},
    {"downlink_per_sample", "downlink_B", "B", at_most, &of<&F::downlink_B>, no_share, nullptr},
    {"appealing_rate", "appealing_rate", "fraction", at_most, &of<&F::appealing_rate>, of_rows,
     nullptr},
    {"fell_back_rate", "fell_back_rate", "fraction", at_most, &share_of<&F::fell_back>, of_samples,
     nullptr},
    {"dropped_rate", "dropped_rate", "fraction", at_most, &share_of<&F::dropped>, of_samples,
     nullptr},
    {"cost", "cost_macs", "MAC", at_most, &of<&F::cost_macs>, no_share, nullptr},
};

bool needs_deadline(const BudgetKind& kind) {
  return kind.name == "deadline_miss_rate" || kind.name == "accuracy_in_deadline";
}

double read_limit(Section& in, const BudgetKind& kind) {
  const std::string key(kind.name);
  if (kind.unit == "s") return in.quantity<Seconds>(key, std::nullopt, {0, 1e9, true}).si();
  if (kind.unit == "J") return in.quantity<Joules>(key, std::nullopt, {0, 1e9, false}).si();
  if (kind.unit == "B") return in.quantity<Bytes>(key, std::nullopt, {0, 4e9, false}).si();
  if (kind.unit == "MAC") return in.quantity<Flops>(key, std::nullopt, {0, 1e18, false}).si() / 2;
  return in.fraction(key, std::nullopt);
}

struct Scale {
  double from;  // the smallest magnitude that is written in it
  double si;
  std::string_view name;
};
constexpr Scale durations[] = {{1, 1, "s"}, {1e-3, 1e-3, "ms"}, {0, 1e-6, "us"}};
constexpr Scale energies[] = {{1, 1, "J"}, {1e-3, 1e-3, "mJ"}, {0, 1e-6, "uJ"}};
constexpr Scale sizes[] = {{1e6, 1e6, "MB"}, {1e3, 1e3, "kB"}, {0, 1, "B"}};
constexpr Scale works[] = {{1e9, 1e9, "GMAC"}, {1e4, 1e6, "MMAC"}, {0, 1, "MAC"}};

std::string scaled(double value, std::span<const Scale> scales) {
  for (const Scale& scale : scales) {
    if (value == 0 ? scale.si == 1 : std::abs(value) >= scale.from)
      return fmt::format("{:.4g} {}", value / scale.si + 0.0, scale.name);
  }
  return fmt::format("{:.4g}", value);  // NaN
}

}  // namespace

std::span<const BudgetKind> budget_kinds() { return kinds; }

std::string Budget::text() const {
  return fmt::format("{} at {} {}", kind->name, kind->at_least ? "least" : "most",
                     figure_text(limit, kind->unit));
}

std::vector<Budget> read_budgets(const Document* node, const std::string& path, bool has_deadline,
                                 Mistakes& mistakes) {
  std::vector<Budget> out;
  if (node == nullptr) return out;
  Section in(*node, path, mistakes);
  for (const BudgetKind& kind : kinds) {
    const std::string key(kind.name);
    if (!in.has(key)) continue;
    out.push_back({&kind, read_limit(in, kind)});
    if (needs_deadline(kind) && !has_deadline) {
      in.mistake(key, "workload: {deadline: 100 ms} or its like, without which nothing is late");
    }
  }
  in.finish();
  return out;
}

std::string figure_text(double value, std::string_view unit) {
  if (unit == "s") return scaled(value, durations);
  if (unit == "J") return scaled(value, energies);
  if (unit == "B") return scaled(value, sizes);
  if (unit == "MAC") return scaled(value, works);
  if (unit == "fraction") return fmt::format("{:.2f} %", 100 * value + 0.0);
  return fmt::format("{:.4g} {}", value, unit);
}

}  // namespace updraft
