#include "analysis/recording/cost_figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "analysis/curves.hpp"
#include "analysis/drawing.hpp"
#include "analysis/recording/files.hpp"
#include "analysis/recording/values.hpp"
#include "sim/metrics/gnuplot.hpp"
#include "sim/metrics/summary.hpp"
#include "sim/metrics/terminal_text.hpp"

namespace updraft {
namespace {

constexpr std::string_view ao_colour = colours[5];  // few recordings have so many scores

class CostFigure {
 public:
  CostFigure(const RecordingReport& report, std::size_t family, Setting setting,
             const std::string& stem)
      : report_(report), family_(family), setting_(setting), stem_(stem) {
    const Contest& contest = report.contest;
    base_ = contest.families[family].base;
    lines_ = lines_of(contest, base_);
    if (!white_box()) lines_ = lines_.before_oracle_cloud();
    heading("For comparison");
    add_closed_forms();
    for (std::size_t place = 0; place < contest.families[family].stages.size(); ++place)
      add_stage(place);
  }

  const std::string& csv() const { return csv_; }

  std::string script() const {
    const double margin = std::max(0.2, 0.05 * (most_ - least_));
    const double bottom = std::max(0.0, least_ - margin);
    const double top = std::min(100.0, most_ + margin);
    const double width = x_most_ > x_least_ ? 0 : std::max(1.0, std::abs(x_most_)) / 2;  // one cost
    const std::string settings = fmt::format(
        R"(set xlabel '{}'
set ylabel 'Accuracy [%]'
set xrange [{:.6g}:{:.6g}]
set yrange [{:.6g}:{:.6g}]
set border {} lw 1.5
set tics nomirror out
{}set key outside right top Left reverse noenhanced spacing 1.25 samplen 2.5
)",
        white_box()
            ? fmt::format("Cost: MACs per sample, the edge''s or the cloud''s [{}]", unit().name)
            : "Appealing rate: samples offloaded [%]",
        x_least_ - width, x_most_ + width, bottom, top, improves() ? 11 : 3, grid(bottom, top));
    std::string plot =
        fmt::format("  set title {} font title_font noenhanced\n  plot \\\n",
                    recording_title(report_, family_,
                                    white_box() ? "accuracy against cost"
                                                : "black box (a cloud that is always right)"));
    for (const std::string& clause : clauses_)
      plot += fmt::format("    {}{}\n", clause, &clause == &clauses_.back() ? "" : ", \\");
    // A line of the legend takes 25 pixels; where there are too many it would squeeze the picture.
    const int height = std::max(800, 25 * static_cast<int>(clauses_.size()) + 120);
    return gnuplot_script(stem_, stem_ + ".csv", 1200, height, settings, plot);
  }

 private:
  struct Unit {
    std::string_view name;
    double macs;
  };

  bool white_box() const { return setting_ == Setting::white_box; }
  bool improves() const { return lines_.cloud_accuracy > lines_.edge_accuracy; }
  Unit unit() const {
    const double most = report_.contest.variant->cloud_work.si() / 2;
    return most >= 1e10 ? Unit{"GMAC", 1e9} : most >= 1e5 ? Unit{"MMAC", 1e6} : Unit{"MAC", 1};
  }
  double x_of(std::size_t stage, double appealing_rate) const {
    const Contest& contest = report_.contest;
    if (!white_box()) return 100 * appealing_rate;
    return cost_of(*contest.reported, contest.reported->stages[stage], *contest.variant)
               .at(appealing_rate) /
           unit().macs;
  }

  // AccI on the right axis and lines at its targets, where it means something and they lie apart.
  std::string grid(double bottom, double top) const {
    const std::string look = "lt 1 dt solid lc rgb '#E4E4E4' lw 1\n";
    if (!improves()) return fmt::format("set grid xtics ytics {}", look);
    const double none = 100 * lines_.edge_accuracy;
    const double all = 100 * lines_.cloud_accuracy;
    const auto improvement = [&](double accuracy) {
      return 100 * (accuracy - none) / (all - none);
    };
    const bool apart = (all - none) / (top - bottom) > 0.5;
    return fmt::format(
        "set y2label 'AccI [%]' offset -1.5,0\nset y2range [{:.9g}:{:.9g}]\nset y2tics ({})\n"
        "set grid xtics y2tics {}",
        improvement(bottom), improvement(top), apart ? "0, 50, 75, 90, 95, 100" : "0, 50, 100",
        look);
  }

  void heading(const std::string& text) {
    if (!clauses_.empty()) clauses_.push_back("keyentry title ' '");
    clauses_.push_back(fmt::format("keyentry title {}", gnuplot_text(text)));
  }
  void row(std::string_view name, double x, double accuracy) {
    csv_ += fmt::format("{},{},{}\n", csv_text(name), csv_number(x), csv_number(100 * accuracy));
    least_ = std::min(least_, 100 * accuracy);
    most_ = std::max(most_, 100 * accuracy);
    x_least_ = std::min(x_least_, x);
    x_most_ = std::max(x_most_, x);
    ++rows_;
  }
  // Draws the rows since the last call.
  void draw_rows(const std::string& label, const std::string& style) {
    clauses_.push_back(
        fmt::format("'{}.csv' skip 1 every ::{}::{} using 2:3 with lines {} title {}", stem_,
                    begun_, rows_ - 1, style, gnuplot_text(cut(harmless(label), longest_label))));
    begun_ = rows_;
  }

  // The base's: AccI counts from it.
  void add_closed_forms() {
    for (const double offloaded : {0.0, lines_.repaired, 1 - lines_.spoiled, 1.0})
      row("oracle", x_of(base_, offloaded), lines_.oracle(offloaded));
    draw_rows("oracle (knows the truth)", "lw 2 dt (10,6) lc rgb '#000000'");
    for (const double offloaded : {0.0, 1.0})
      row("random", x_of(base_, offloaded), lines_.random(offloaded));
    draw_rows("random", "lw 2 dt (3,5) lc rgb '#666666'");
  }

  // A group of the legend per stage: its scores, then, of the base, what knows the label. A stage
  // that was trained for the other setting has its curves in curves.csv alone.
  void add_stage(std::size_t place) {
    const Contest& contest = report_.contest;
    const std::size_t stage = contest.families[family_].stages[place];
    if (contest.reported->stages[stage].loss == (white_box() ? "black_box" : "white_box")) return;
    const std::string ideal = fmt::format("ideal_{}", name_of(setting_));
    heading(cut(harmless(contest.reported->stages[stage].name), longest_label));
    for (std::size_t c = 0; c < contest.contenders.size(); ++c) {
      const Contender& contender = contest.contenders[c];
      const bool bound = knows_label(contender.kind);
      if (contender.stage != stage || !contender.reported) continue;
      if (bound && (contender.score != ideal || place > 0)) continue;
      for (const ThresholdPoint& point : shown_points(report_.contenders[c].curve)) {
        row(fmt::format("{} of {}", contender.score, contest.reported->stages[stage].name),
            x_of(stage, point.appealing_rate),
            white_box() ? point.accuracy_white_box : point.accuracy_black_box);
      }
      // What was trained stands out against what logits give for free.
      const double width = bound ? 1.5 : contender.kind == ScoreKind::recorded ? 3.5 : 2;
      draw_rows(bound ? "ideal (knows the label)" : contender.score,
                fmt::format("lw {} dt {} lc rgb '{}'", width, dashes[place % std::size(dashes)],
                            bound ? "#999999" : colour_of(contender.score)));
    }
    add_ao(stage, place);
  }

  // AO by pair, over all lambda; its accuracies are those of the recorded cloud, where there is
  // one.
  void add_ao(std::size_t stage, std::size_t place) {
    const Contest& contest = report_.contest;
    if (white_box() != (contest.variant != nullptr)) return;
    for (const AoEntry& entry : report_.ao.entries) {
      if (entry.stage != stage || entry.groups != AoGroups::pairwise) continue;
      for (const AoPoint& point : entry.curve) {
        row(fmt::format("AO by pair of {}", contest.reported->stages[stage].name),
            x_of(stage, 1 - point.figures[AoFigures::index(AoFigure::kept)]),
            point.figures[AoFigures::index(AoFigure::overall)]);
      }
      draw_rows("AO by pair", fmt::format("lw 2 dt {} lc rgb '{}'",
                                          dashes[place % std::size(dashes)], ao_colour));
    }
  }

  // One colour per score, one dash per stage.
  std::string_view colour_of(const std::string& score) {
    auto found = std::find(scores_.begin(), scores_.end(), score);
    if (found == scores_.end()) found = scores_.insert(scores_.end(), score);
    return colours[static_cast<std::size_t>(found - scores_.begin()) % std::size(colours)];
  }

  const RecordingReport& report_;
  std::size_t family_;
  Setting setting_;
  std::string stem_;
  std::size_t base_ = 0;
  RouterLines lines_;
  std::vector<std::string> scores_ = {"msp", "margin", "entropy"};
  std::string csv_ = "name,x,accuracy_percent\n";
  std::vector<std::string> clauses_;
  std::size_t rows_ = 0;
  std::size_t begun_ = 0;
  double least_ = 100;
  double most_ = 0;
  double x_least_ = std::numeric_limits<double>::infinity();
  double x_most_ = -std::numeric_limits<double>::infinity();
};

}  // namespace

FigureText cost_figure(const RecordingReport& report, std::size_t family, Setting setting,
                       const std::string& stem) {
  const CostFigure figure(report, family, setting, stem);
  return {figure.csv(), figure.script()};
}

std::string recording_title(const RecordingReport& report, std::size_t family,
                            std::string_view what) {
  return gnuplot_text(cut(harmless(fmt::format("{}, {}: {}", report.contest.trace->dataset,
                                               family_name(report.contest, family), what)),
                          longest_title));
}

}  // namespace updraft
