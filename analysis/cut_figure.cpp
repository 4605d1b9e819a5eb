#include "analysis/cut_figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "analysis/cut_files.hpp"
#include "analysis/cut_text.hpp"
#include "analysis/drawing.hpp"
#include "analysis/log_axis.hpp"
#include "sim/metrics/gnuplot.hpp"
#include "sim/metrics/summary.hpp"
#include "sim/metrics/terminal_text.hpp"

namespace updraft {
namespace {

using Kind = Objective::Kind;
constexpr int points = 200;         // of a line over the whole range
constexpr double plot_width = 800;  // pixels, about: what a label has to fit in
constexpr double letter_width = 8.5;
constexpr double line_height = 18;
constexpr double names_room = 2.6;  // a factor of the axis
constexpr std::size_t longest_band = 26;

double mbps_of(BytesPerSecond rate) { return rate.si() / 125e3; }

class Drawing {
 public:
  explicit Drawing(const CutReport& report)
      : report_(report), low_(report.setup.sweep.front()), high_(report.setup.sweep.back()) {
    for (const WinningRange& range : report.map) {
      if (range.to > low_ && range.from < high_) bands_.push_back(range);
    }
    lines_ = {report.edge_only, report.cloud_only};
    for (const WinningRange& band : bands_) {
      if (std::find(lines_.begin(), lines_.end(), band.cut) == lines_.end())
        lines_.push_back(band.cut);
    }
    for (const std::size_t cut : lines_) add_line(cut);
    for (const WinningRange& band : bands_) add_best(band);
    if (report.setup.uplink >= low_ && report.setup.uplink <= high_) add_chosen();
  }

  bool empty() const { return !(least_best_ > 0) || !std::isfinite(least_best_); }
  const std::string& csv() const { return csv_; }

  std::string script() const {
    const double x_low = mbps_of(low_), x_high = mbps_of(high_);
    // What is far worse than the best leaves the picture; on the other side of the best, where no
    // line passes, there is room for the bands' names.
    const double bottom =
        higher_is_better() ? std::max(least_, least_best_ / 8) / 1.1 : least_best_ / names_room;
    const double top =
        higher_is_better() ? most_best_ * names_room : std::min(most_, most_best_ * 8) * 1.1;
    const std::string settings = fmt::format(
        R"(set logscale xy
set xlabel 'Uplink [Mbps]'
set ylabel '{}'
set xrange [{:.9g}:{:.9g}]
set yrange [{:.9g}:{:.9g}]
set xtics {}
set ytics {}
set grid lt 1 dt solid lc rgb '#D8D8D8' lw 1
set border 3 lw 1.5
set tics nomirror out
set key outside right top Left reverse noenhanced spacing 1.3 samplen 2.5
)",
        axis(), x_low, x_high, bottom, top, log_tics(x_low, x_high), log_tics(bottom, top));
    std::string plot = fmt::format("  set title {} font title_font noenhanced\n",
                                   gnuplot_text(cut(title(), longest_title)));
    plot +=
        "  unset object\n  unset label\n" + bands() +
        "  plot \\\n    keyentry with lines lw 5 lc rgb '#666666' title 'best at its rate', \\\n";
    for (const std::string& clause : clauses_)
      plot += fmt::format("    {}{}\n", clause, &clause == &clauses_.back() ? "" : ", \\");
    return gnuplot_script("best_cut", "best_cut.csv", 1200, 700, settings, plot);
  }

 private:
  const CutSetup& setup() const { return report_.setup; }
  bool higher_is_better() const { return setup().objective.kind == Kind::throughput; }
  // In the axis' unit: ms, mJ or 1/s.
  double value(std::size_t cut, BytesPerSecond rate) const {
    const double si = objective_value(setup().objective, figures_of(report_, cut, rate));
    return setup().objective.kind == Kind::throughput ? si : 1e3 * si;
  }
  std::string axis() const {
    switch (setup().objective.kind) {
      case Kind::energy:
        return "Energy of the device per sample [mJ]";
      case Kind::weighted:
        return fmt::format("Latency + {:.6g} s/J x energy [ms]", setup().objective.price);
      case Kind::throughput:
        return "Throughput [1/s]";
      default:
        return "Latency [ms]";
    }
  }
  std::string title() const {
    const std::string budget = setup().objective.kind == Kind::latency_within
                                   ? ", within " + with_unit(setup().objective.budget)
                                   : "";
    return harmless(fmt::format("{}: {} and {}, tensors as {}{}", setup().graph.name, setup().edge,
                                setup().cloud,
                                coding_names[static_cast<std::size_t>(setup().coding)], budget));
  }
  std::string_view colour(std::size_t cut) const {
    const auto at = std::find(lines_.begin(), lines_.end(), cut) - lines_.begin();
    return colours[static_cast<std::size_t>(at) % std::size(colours)];
  }
  std::string label(std::size_t cut_index, std::size_t longest) const {
    return cut(harmless(report_.label(cut_index)), longest);
  }

  double row(std::string_view line, std::size_t cut, BytesPerSecond rate) {
    const double y = value(cut, rate);
    csv_ += fmt::format("{},{},{},{}\n", line, csv_text(cut_key(report_, cut)),
                        csv_number(mbps_of(rate)), csv_number(y));
    ++rows_;
    if (y > 0 && std::isfinite(y)) {
      least_ = std::min(least_, y);
      most_ = std::max(most_, y);
    }
    return y;
  }
  // Draws the rows since the last call.
  void draw_rows(const std::string& style, const std::string& title) {
    clauses_.push_back(fmt::format("'best_cut.csv' skip 1 every ::{}::{} using 3:4 {} {}", begun_,
                                   rows_ - 1, style,
                                   title.empty() ? "notitle" : "title " + gnuplot_text(title)));
    begun_ = rows_;
  }
  BytesPerSecond between(BytesPerSecond from, BytesPerSecond to, double share) const {
    return from * std::pow(to / from, share);
  }

  void add_line(std::size_t cut) {
    for (int k = 0; k <= points; ++k)
      row("any rate", cut, between(low_, high_, static_cast<double>(k) / points));
    draw_rows(fmt::format("with lines lw 1.8 dt (8,5) lc rgb '{}'", colour(cut)),
              label(cut, longest_label));
  }
  void add_best(const WinningRange& band) {
    const BytesPerSecond from = std::max(band.from, low_);
    const BytesPerSecond to = std::min(band.to, high_);
    for (int k = 0; k <= points / 4; ++k) {
      const double y = row("best", band.cut, between(from, to, 4. * k / points));
      if (!std::isfinite(y)) continue;
      least_best_ = std::min(least_best_, y);
      most_best_ = std::max(most_best_, y);
    }
    draw_rows(fmt::format("with lines lw 5 lc rgb '{}'", colour(band.cut)), "");
  }
  void add_chosen() {
    row("chosen", report_.chosen, setup().uplink);
    const std::string at = fmt::format("chosen at {} Mbps", mbps(setup().uplink));
    draw_rows("with points pt 7 ps 2.2*size lc rgb '#000000'", at);
  }

  // A tinted rectangle per band, with the name of its cut: level where it fits, upright
  // where the band is narrow, left out where it is too narrow even for that.
  std::string bands() const {
    std::string out;
    for (const WinningRange& band : bands_) {
      const BytesPerSecond from = std::max(band.from, low_);
      const BytesPerSecond to = std::min(band.to, high_);
      out += fmt::format(
          "  set object rectangle from {:.9g}, graph 0 to {:.9g}, graph 1 behind fc rgb '{}' fs "
          "solid 1 noborder\n",
          mbps_of(from), mbps_of(to), tint(colour(band.cut), .14));
      const double width = plot_width * std::log(to / from) / std::log(high_ / low_);
      const std::string name = label(band.cut, longest_band);
      const bool along = width > letter_width * static_cast<double>(display_width(name));
      if (!along && width < line_height) continue;
      out += fmt::format(
          "  set label {} at {:.9g}, graph {} {} noenhanced front textcolor rgb '#333333'\n",
          gnuplot_text(name), mbps_of(between(from, to, .5)), higher_is_better() ? 0.96 : 0.04,
          along                ? "center"
          : higher_is_better() ? "rotate by 90 right"
                               : "rotate by 90 left");
    }
    return out;
  }

  const CutReport& report_;
  BytesPerSecond low_;
  BytesPerSecond high_;
  std::vector<WinningRange> bands_;  // that lie in the picture
  std::vector<std::size_t> lines_;   // cuts, in the order of their colours
  std::string csv_ = "line,cut,rate_Mbps,value\n";
  std::vector<std::string> clauses_;
  std::size_t rows_ = 0;
  std::size_t begun_ = 0;
  double least_ = INFINITY;
  double most_ = 0;
  double least_best_ = INFINITY;
  double most_best_ = 0;
};

}  // namespace

CutFigure cut_figure(const CutReport& report) {
  const Drawing drawing(report);
  if (drawing.empty()) return {};
  return {drawing.csv(), drawing.script()};
}

}  // namespace updraft
