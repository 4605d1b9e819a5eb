#include "traces/channel_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/units/megabits.hpp"

namespace updraft {
namespace {

constexpr std::size_t longest_draw = 50;  // times the recording
constexpr std::size_t fewest_drawn = 4'000'000;

std::string seconds(Seconds s) { return fmt::format("{:.4g}", s.si()); }

std::string line(std::string_view what, const std::string& recorded, const std::string& drawn,
                 const std::string& off) {
  return fmt::format("{:<34}{:>10}{:>10}{:>10}\n", what, recorded, drawn, off);
}

std::string rate_line(std::string_view what, double recorded, double drawn) {
  return line(what, fmt::format("{:.4g}", recorded / Mbps), fmt::format("{:.4g}", drawn / Mbps),
              recorded > 0 ? fmt::format("{:+.1f} %", 100 * (drawn / recorded - 1)) : "-");
}

std::string correlation(double value) {
  return std::isnan(value) ? "-" : fmt::format("{:.2f}", value);
}

}  // namespace

ChannelComparison compare_with_draw(std::vector<double> recorded, Seconds bin,
                                    const ChannelModel& model, std::uint64_t seed) {
  ChannelComparison out;
  out.bin = bin;
  const std::size_t bins = recorded.size();
  const auto source = draw(model, Stream(seed, "channel fit"));
  out.drawn = bin_rates(*source, std::max(longest_draw * bins, fewest_drawn), bin);
  out.recorded = std::move(recorded);
  double mean = 0;
  for (const double rate : out.recorded) mean += rate / static_cast<double>(bins);
  const double outage_below = outage_share_of_mean * mean;
  out.of_recorded = figures_of(out.recorded, bin, outage_below, bins);
  out.of_drawn = figures_of(out.drawn, bin, outage_below, bins);
  return out;
}

std::string states_text(const ChannelModel& model) {
  const auto shares = model.time_shares();
  std::string out = fmt::format("{:<10}{:>10}{:>22}{:>11}{:>9}\n", "state", "mean Mbps",
                                "rates Mbps", "dwell s", "time");
  for (std::size_t k = 0; k < model.states.size(); ++k) {
    const auto& state = model.states[k];
    const auto [least, most] = std::minmax_element(state.rates.begin(), state.rates.end());
    out +=
        fmt::format("{:<10}{:>10.4g}{:>22}{:>11}{:>7.2f} %\n", state.name, state.mean().si() / Mbps,
                    fmt::format("{:.4g} .. {:.4g}", least->si() / Mbps, most->si() / Mbps),
                    seconds(state.dwell), 100 * shares[k]);
  }
  return out;
}

std::string likelihood_text(const ChannelFit& fit, std::size_t bins) {
  std::string out;
  for (const auto& candidate : fit.tried) {
    const auto same_size = [&](const ChannelFit::Candidate& other) {
      return other.states == candidate.states && other.bic < candidate.bic;
    };
    if (std::any_of(fit.tried.begin(), fit.tried.end(), same_size)) continue;
    out += fmt::format("{:>2} states, {} of outages: log-likelihood {:.1f}, BIC {:.1f}{}\n",
                       candidate.states, candidate.outages, candidate.log_likelihood, candidate.bic,
                       candidate.bic == fit.chosen.bic ? "  <- this model" : "");
  }
  return out + fmt::format("(of the square roots of {} bins in Mbps, outages apart)\n", bins);
}

std::string comparison_text(const ChannelComparison& comparison) {
  const auto& a = comparison.of_recorded;
  const auto& b = comparison.of_drawn;
  std::string out =
      line(fmt::format("bins of {} s", seconds(comparison.bin)), "trace", "model", "off by");
  out += rate_line("mean [Mbps]", a.mean, b.mean);
  for (std::size_t i = 0; i < a.quantiles.size(); ++i)
    out += rate_line(fmt::format("p{:.0f} [Mbps]", 100 * RateFigures::shares[i]), a.quantiles[i],
                     b.quantiles[i]);
  for (std::size_t i = 0; i < a.autocorrelations.size(); ++i) {
    out += line(fmt::format("autocorrelation at {} bin{}", RateFigures::lags[i],
                            RateFigures::lags[i] == 1 ? "" : "s"),
                correlation(a.autocorrelations[i]), correlation(b.autocorrelations[i]), "");
  }
  const auto outage_line = [&](std::string_view what, double recorded, double drawn) {
    out += line(what, fmt::format("{:.4g}", recorded), fmt::format("{:.4g}", drawn), "");
  };
  outage_line("outages an hour (below 1 % of mean)", a.outages_per_hour, b.outages_per_hour);
  outage_line("outages, share of time [%]", 100 * a.outage_share, 100 * b.outage_share);
  outage_line("outages, mean [s]", a.outage_mean.si(), b.outage_mean.si());
  outage_line("longest over the trace's time [s]", a.outage_longest.si(), b.outage_longest.si());
  return out;
}

}  // namespace updraft
