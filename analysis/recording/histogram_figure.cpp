#include "analysis/recording/histogram_figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "analysis/drawing.hpp"
#include "analysis/recording/cost_figure.hpp"
#include "sim/metrics/gnuplot.hpp"
#include "sim/metrics/terminal_text.hpp"

namespace updraft {
namespace {

struct Panel {
  std::size_t contender;
  std::size_t first_row;  // of histograms.csv
};

// By stage and by score, so that a score of one stage stands below that of another.
struct Panels {
  std::vector<std::size_t> stages;
  std::vector<std::string> scores;
  std::vector<std::vector<std::optional<Panel>>> lines;  // [stage][score]
};

Panels panels_of(const Contest& contest, std::size_t family) {
  Panels out;
  // The derived scores come first: every stage with logits has them.
  for (const ScoreKind kind : {ScoreKind::derived, ScoreKind::recorded}) {
    for (const Contender& contender : contest.contenders) {
      if (contender.family != family || contender.kind != kind) continue;
      if (std::find(out.scores.begin(), out.scores.end(), contender.score) == out.scores.end())
        out.scores.push_back(contender.score);
    }
  }
  std::size_t row = 0;
  for (std::size_t c = 0; c < contest.contenders.size(); ++c) {
    const Contender& contender = contest.contenders[c];
    const auto score = std::find(out.scores.begin(), out.scores.end(), contender.score);
    if (contender.family == family && contender.reported && !knows_label(contender.kind)) {
      if (out.stages.empty() || out.stages.back() != contender.stage) {
        out.stages.push_back(contender.stage);
        out.lines.emplace_back(out.scores.size());
      }
      out.lines.back()[static_cast<std::size_t>(score - out.scores.begin())] = Panel{c, row};
    }
    row += contender.histogram.correct.size();
  }
  return out;
}

double total(const std::vector<std::uint32_t>& counts) {
  return std::max(1.0, std::accumulate(counts.begin(), counts.end(), 0.0));
}

double highest_share(const Histogram& bins) {
  return std::max(
      *std::max_element(bins.correct.begin(), bins.correct.end()) / total(bins.correct),
      *std::max_element(bins.incorrect.begin(), bins.incorrect.end()) / total(bins.incorrect));
}

std::string drawn(const Panel& panel, const RecordingReport& report, bool first) {
  const Contender& contender = report.contest.contenders[panel.contender];
  const Histogram& bins = contender.histogram;
  const double length = bins.high - bins.low;
  const std::size_t last = panel.first_row + bins.correct.size() - 1;
  const std::string stage = cut(harmless(report.contest.stage_of(contender).name), longest_label);
  std::string out = fmt::format(
      "  set title 'AUROC {:.3f}' offset 0,-0.5\n  set xlabel {} noenhanced offset 0,0.4\n"
      "  set ylabel {}{} noenhanced\n  set xrange [{:.9g}:{:.9g}]\n"
      "  set xtics {:.9g}\n  set boxwidth {:.9g}\n  plot \\\n",
      report.contenders[panel.contender].seen.at(Area::auroc),
      gnuplot_text(harmless(contender.score)), first ? gnuplot_text(stage) : "''",
      first ? ".\"\\nshare of rows [%]\"" : "", bins.low, bins.high, tic_step(length),
      length / static_cast<double>(bins.correct.size()));
  const auto boxes = [&](int column, double of, std::string_view colour, std::string_view end) {
    out += fmt::format(
        "    'histograms.csv' skip 1 every ::{}::{} using (($5+$6)/2):(100*${}/{:.0f}) with boxes "
        "lc rgb '{}'{}\n",
        panel.first_row, last, column, of, colour, end);
  };
  boxes(7, total(bins.correct), colours[1], ", \\");
  boxes(8, total(bins.incorrect), colours[0], "");
  return out;
}

}  // namespace

std::string histogram_script(const RecordingReport& report, std::size_t family,
                             const std::string& stem) {
  const Panels panels = panels_of(report.contest, family);
  if (panels.lines.empty()) return "";
  const std::size_t across = panels.scores.size();
  const auto down = static_cast<double>(panels.lines.size());
  double highest = 0;  // one scale for all
  for (const auto& line : panels.lines) {
    for (const auto& panel : line) {
      if (!panel) continue;
      highest =
          std::max(highest, highest_share(report.contest.contenders[panel->contender].histogram));
    }
  }
  const std::string settings = fmt::format(
      "set style fill transparent solid 0.45\nset border 3 lw 1.2\nset tics nomirror out\n"
      "set yrange [0:{:.6g}]\nset ytics {:.6g}\nset key off\n",
      105 * highest, tic_step(105 * highest));
  std::string plot = fmt::format(
      "  set multiplot layout {},{} margins {:.4f},0.985,{:.4f},{:.4f} spacing 0.05,{:.4f} \\\n"
      "    title {} font title_font noenhanced\n",
      panels.lines.size(), across, across > 2 ? 0.085 : 0.1, 0.20 / down, 1 - 0.26 / down,
      0.32 / down,
      recording_title(report, family, "scores where the edge is right (blue), wrong (orange)"));
  for (const auto& line : panels.lines) {
    bool first = true;
    for (const auto& panel : line) {
      plot += panel ? drawn(*panel, report, first) : "  set multiplot next\n";
      first = first && !panel;
    }
  }
  plot += "  unset multiplot\n";
  const int width = std::max(1000, static_cast<int>(360 * across));
  const int height = 90 + static_cast<int>(330 * down);
  return gnuplot_script(stem, "histograms.csv", width, height, settings, plot);
}

}  // namespace updraft
