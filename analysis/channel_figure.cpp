#include "analysis/channel_figure.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/drawing.hpp"
#include "sim/metrics/gnuplot.hpp"

namespace updraft {
namespace {

constexpr double Mbps = 125e3;  // B/s
constexpr std::size_t points = 200;
constexpr std::size_t most_lags = 100;
constexpr double shown_s = 60;
constexpr std::size_t fewest_shown = 200;  // bins

std::vector<double> sorted(std::vector<double> rates) {
  std::sort(rates.begin(), rates.end());
  return rates;
}

// The rate that a share of the bins lies at or below.
double at_share(const std::vector<double>& rates, double share) {
  const auto rank = static_cast<std::size_t>(share * static_cast<double>(rates.size() - 1) + .5);
  return rates[rank] / Mbps;
}

}  // namespace

ChannelFigure channel_figure(const ChannelComparison& comparison, const std::string& title,
                             const std::string& stem) {
  const double bin = comparison.bin.si();
  std::string csv = "panel,x,trace,model\n";
  const auto row = [&](std::string_view panel, double x, double trace, double model) {
    csv += fmt::format("{},{:.6g},{:.6g},{:.6g}\n", panel, x, trace, model);
  };
  const auto trace = sorted(comparison.recorded);
  const auto model = sorted(comparison.drawn);
  for (std::size_t i = 0; i <= points; ++i) {
    const double share = static_cast<double>(i) / points;
    row("rates", share, at_share(trace, share), at_share(model, share));
  }
  const std::size_t lags = std::min(most_lags, comparison.recorded.size() / 4);
  for (std::size_t lag = 0; lag <= lags; ++lag)
    row("memory", static_cast<double>(lag) * bin, autocorrelation(comparison.recorded, lag),
        autocorrelation(comparison.drawn, lag));
  const auto shown = std::min({std::max(static_cast<std::size_t>(shown_s / bin), fewest_shown),
                               comparison.recorded.size(), comparison.drawn.size()});
  // From the middle of the recording: its ends are often spent standing still.
  const std::size_t from = (comparison.recorded.size() - shown) / 2;
  for (std::size_t t = 0; t < shown; ++t)
    row("time", static_cast<double>(t) * bin, comparison.recorded[from + t] / Mbps,
        comparison.drawn[t] / Mbps);

  const double highest = 1.05 * std::max(at_share(trace, .995), at_share(model, .995));
  const std::string settings =
      "set border 3 lw 1.2\nset tics nomirror out\nset datafile missing NaN\n"
      "column_of(panel, number) = strcol(1) eq panel ? column(number) : NaN\n";
  std::string plot = fmt::format(
      "  set multiplot layout 1,4 margins 0.055,0.985,0.23,0.83 spacing 0.07,0 title {} font "
      "title_font noenhanced\n",
      gnuplot_text(title));
  // The series of `panel`: 0 is the trace, 1 the model.
  const auto lines = [&](std::string_view panel, std::vector<int> series, bool over_share) {
    std::string text = "  plot \\\n";
    for (const int i : series) {
      const auto value = fmt::format("(column_of('{}', {}))", panel, 3 + i);
      text += fmt::format(
          "    '{}.csv' skip 1 using {}:{} with {} lw 1.5 lc rgb '{}' title '{}'{}\n", stem,
          over_share ? value : "2", over_share ? "2" : value, panel == "time" ? "steps" : "lines",
          colours[i == 0 ? 1 : 0], i == 0 ? "trace" : "model", i == series.back() ? "" : ", \\");
    }
    return text;
  };
  const double lag_s = static_cast<double>(lags) * bin;
  const double time_s = static_cast<double>(shown) * bin;
  plot += fmt::format(
      "  set key bottom right\n  set xlabel 'rate of a bin of {:.4g} s [Mbps]'\n"
      "  set ylabel 'bins at or below'\n  set xrange [0:{:.6g}]\n  set xtics {:.6g}\n"
      "  set yrange [0:1]\n",
      bin, highest, tic_step(highest));
  plot += lines("rates", {0, 1}, true);
  plot += fmt::format(
      "  set key top right\n  set xlabel 'lag [s]'\n  set ylabel 'autocorrelation'\n"
      "  set xrange [0:{:.6g}]\n  set xtics {:.6g}\n  set yrange [-0.3:1]\n",
      lag_s, tic_step(lag_s));
  plot += lines("memory", {0, 1}, false);
  plot += fmt::format(
      "  set xlabel 'time [s]'\n  set ylabel 'rate [Mbps]'\n  set xrange [0:{:.6g}]\n"
      "  set xtics {:.6g}\n  set yrange [0:{:.6g}]\n",
      time_s, tic_step(time_s), 1.2 * highest);
  plot += lines("time", {0}, false) + "  unset ylabel\n" + lines("time", {1}, false);
  plot += "  unset multiplot\n";
  return {std::move(csv), gnuplot_script(stem, stem + ".csv", 1200, 300, settings, plot)};
}

}  // namespace updraft
