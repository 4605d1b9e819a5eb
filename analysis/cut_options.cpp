#include "analysis/cut_options.hpp"

#include "sim/core/portable_math.hpp"

namespace updraft {
namespace {

constexpr std::size_t most_rates = 10000;

}  // namespace

Objective read_objective(const std::string& objective, const std::string& price_text,
                         const std::string& budget, OptionReader& options) {
  Objective out;
  out.kind =
      static_cast<Objective::Kind>(options.choice("--objective", objective, objective_names));
  const bool weighted = out.kind == Objective::Kind::weighted;
  const bool within = out.kind == Objective::Kind::latency_within;
  if (weighted || !price_text.empty()) {
    const auto price = parse_price(price_text);
    if (!price) {
      options.wrong("--price", price_text.empty() ? "nothing" : price_text, expected_price);
    } else if (!weighted) {
      options.wrong("--price", price_text, "--objective weighted beside it");
    }
    out.price = price.value_or(0);
  }
  if (within || !budget.empty()) {
    if (budget.empty()) {
      options.wrong("--budget", "nothing",
                    "what a sample may take of the device, such as 200 mJ, for --objective "
                    "latency_within");
    } else {
      out.budget = options.quantity<Joules>("--budget", budget, Range::positive());
      if (!within) options.wrong("--budget", budget, "--objective latency_within beside it");
    }
  }
  return out;
}

std::vector<BytesPerSecond> read_rate_sweep(const std::string& text, OptionReader& options) {
  const std::string_view view = text;
  const auto first = view.find(':');
  const auto second = first == std::string_view::npos ? first : view.find(':', first + 1);
  std::optional<BytesPerSecond> from, to;
  std::optional<unsigned long long> count;
  if (second != std::string_view::npos) {
    from = parse<BytesPerSecond>(view.substr(0, first));
    to = parse<BytesPerSecond>(view.substr(first + 1, second - first - 1));
    count = parse_count(view.substr(second + 1));
  }
  if (!from || !to || !count || !any_rate.holds(from->si()) || !any_rate.holds(to->si()) ||
      *from >= *to || *count < 2 || *count > most_rates) {
    options.wrong(
        "--sweep-uplink", text,
        fmt::format("FROM:TO:COUNT, such as 0.1Mbps:100Mbps:50: two rates in [1 bps, 1000 "
                    "Gbps], the second above the first, and 2 to {} of them",
                    most_rates));
    return {};
  }
  std::vector<BytesPerSecond> out;
  const double steps = static_cast<double>(*count - 1);
  const double span = portable::log(*to / *from);
  for (double k = 0; k < steps; ++k) out.push_back(*from * portable::exp(k / steps * span));
  out.push_back(*to);  // the last to the digit
  return out;
}

}  // namespace updraft
