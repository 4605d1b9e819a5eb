#include "analysis/figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>

#include "analysis/drawing.hpp"
#include "sim/metrics/gnuplot.hpp"
#include "sim/metrics/summary.hpp"
#include "sim/metrics/terminal_text.hpp"

namespace updraft {
namespace {

constexpr std::size_t most_points = 1000;  // of a curve: about one per pixel

// The CSV, and the clauses of gnuplot's plot command, each of which draws one block of its rows.
class Data {
 public:
  void row(std::string_view kind, std::string_view name, double skipping_rate, double accuracy,
           double delta) {
    text_ += fmt::format("{},{},{},{},{}\n", kind, csv_text(name), csv_number(skipping_rate),
                         csv_number(accuracy), csv_number(delta));
    least_ = std::min(least_, accuracy);
    most_ = std::max(most_, accuracy);
    ++rows_;
  }
  // A line of the legend that groups those below it.
  void heading(std::string_view text) {
    if (!clauses_.empty()) clauses_.push_back("keyentry title ' '");
    clauses_.push_back(fmt::format("keyentry title {}", gnuplot_text(text)));
  }
  // Draws the rows since the last call, once per style (the first below, without a legend entry).
  void draw(const std::string& label, std::initializer_list<std::string> styles) {
    const std::string title = gnuplot_text(cut(harmless(label), longest_label));
    for (const std::string& style : styles) {
      const bool last = &style == styles.end() - 1;
      clauses_.push_back(fmt::format(
          "'accuracy_vs_skipping.csv' skip 1 every ::{}::{} using (100*$3):(100*$4) {} {}", begun_,
          rows_ - 1, style, last ? fmt::format("title {}", title) : "notitle"));
    }
    begun_ = rows_;
  }

  const std::string& text() const { return text_; }
  const std::vector<std::string>& clauses() const { return clauses_; }
  double least() const { return least_; }
  double most() const { return most_; }

 private:
  std::string text_ = "kind,name,skipping_rate,accuracy,delta\n";
  std::vector<std::string> clauses_;
  std::size_t rows_ = 0;
  std::size_t begun_ = 0;
  double least_ = 1;
  double most_ = 0;
};

// `of`: whose lines they are, where there is more than one stage.
void add_lines(const RouterLines& lines, const std::string& of, Data& data) {
  data.heading("For comparison");
  constexpr double none = RunFigures::none;
  // (3) of curves.hpp is straight between its corners.
  for (const double offloaded : {1.0, 1 - lines.spoiled, lines.repaired, 0.0}) {
    data.row("oracle", "oracle", 1 - offloaded, lines.oracle(offloaded), none);
  }
  data.draw(of.empty() ? "oracle (knows the truth)" : fmt::format("oracle for {}", of),
            {"with lines lw 2 dt (10,6) lc rgb '#000000'"});
  for (const double offloaded : {1.0, 0.0}) {
    data.row("random", "random", 1 - offloaded, lines.random(offloaded), none);
  }
  data.draw(of.empty() ? "random" : fmt::format("random for {}", of),
            {"with lines lw 2 dt (3,5) lc rgb '#666666'"});
}

void add_curves(const RoutingFigure& figure, Data& data) {
  // One colour per score, one dash per stage.
  std::vector<std::string> scores;
  std::vector<StageId> stages;
  for (const Curve& curve : figure.curves) {
    if (std::find(scores.begin(), scores.end(), curve.score) == scores.end()) {
      scores.push_back(curve.score);
    }
    if (std::find(stages.begin(), stages.end(), curve.stage) == stages.end()) {
      stages.push_back(curve.stage);
    }
  }
  if (!figure.curves.empty()) data.heading("Any threshold on a score");
  for (const Curve& curve : figure.curves) {
    const auto score = std::find(scores.begin(), scores.end(), curve.score) - scores.begin();
    const auto stage = std::find(stages.begin(), stages.end(), curve.stage) - stages.begin();
    const std::string& stage_name = figure.stages[static_cast<std::size_t>(curve.stage)];
    const std::string name =
        stages.size() > 1 ? fmt::format("{} of {}", curve.score, stage_name) : curve.score;
    for (const CurvePoint& point : thinned(curve.points, most_points)) {
      data.row("score", name, point.skipping_rate, point.accuracy, point.delta);
    }
    data.draw(name, {fmt::format("with lines lw 2.5 dt {} lc rgb '{}'",
                                 dashes[static_cast<std::size_t>(stage) % std::size(dashes)],
                                 colours[static_cast<std::size_t>(score) % std::size(colours)])});
  }
}

void add_policies(const RoutingFigure& figure, Data& data) {
  constexpr int shapes[] = {7, 5, 9, 13, 11, 15, 6, 4, 8, 12, 10, 14};  // filled ones first
  if (!figure.policies.empty()) data.heading("Policies of this run");
  std::size_t k = 0;
  for (const PolicyPoint& policy : figure.policies) {
    data.row("policy", policy.name, policy.skipping_rate, policy.accuracy, RunFigures::none);
    const int shape = shapes[k++ % std::size(shapes)];
    // White around black: a point stands out on a line and on its neighbour.
    data.draw(policy.name, {fmt::format("with points pt {} ps 2.7*size lc rgb '#FFFFFF'", shape),
                            fmt::format("with points pt {} ps 1.9*size lc rgb '#000000'", shape)});
  }
}

std::string script_of(const RoutingFigure& figure, const Data& data) {
  const double margin = std::max(0.002, 0.05 * (data.most() - data.least()));
  const double bottom = 100 * std::max(0.0, data.least() - margin);
  const double top = 100 * std::min(1.0, data.most() + margin);
  const std::string settings = fmt::format(
      R"(set xlabel 'Skipping rate: samples answered at the edge [%]'
set ylabel 'Accuracy [%]'
set xrange [0:100]
set yrange [{:.6g}:{:.6g}]
set xtics 10
set grid lt 1 dt solid lc rgb '#E4E4E4' lw 1
set border 3 lw 1.5
set tics nomirror out
set key outside right top Left reverse noenhanced spacing 1.25 samplen 2.5
)",
      bottom, top);
  std::string plot = fmt::format("  set title {} font title_font noenhanced\n  plot \\\n",
                                 gnuplot_text(cut(harmless(figure.title), longest_title)));
  for (const std::string& clause : data.clauses()) {
    plot += fmt::format("    {}{}\n", clause, &clause == &data.clauses().back() ? "" : ", \\");
  }
  return gnuplot_script("accuracy_vs_skipping", "accuracy_vs_skipping.csv", 1200, 800, settings,
                        plot);
}

}  // namespace

RoutingFigure routing_figure(const std::string& title, const Menu& menu, const Truth& truth,
                             std::span<const StageId> stages, VariantId variant,
                             std::span<const std::uint32_t> rows,
                             std::span<const PolicyResult> policies) {
  RoutingFigure figure{
      title, menu.stage_names(), {}, router_lines(truth, stages[0], variant, rows), {}};
  for (const StageId stage : stages) {
    for (Curve& curve : score_curves(menu, truth, stage, variant, rows)) {
      figure.curves.push_back(std::move(curve));
    }
  }
  for (const PolicyResult& policy : policies) {
    figure.policies.push_back({policy.name,
                               combined(policy, column_of(&RunFigures::skipping_rate)).value,
                               combined(policy, column_of(&RunFigures::accuracy)).value});
  }
  return figure;
}

std::string write_figure(const OutputFolder& folder, const RoutingFigure& figure,
                         const std::string& gnuplot) {
  Data data;
  const bool several =
      std::any_of(figure.curves.begin(), figure.curves.end(),
                  [&](const Curve& curve) { return curve.stage != figure.curves.front().stage; });
  add_lines(figure.lines,
            several ? figure.stages[static_cast<std::size_t>(figure.curves.front().stage)] : "",
            data);
  add_curves(figure, data);
  add_policies(figure, data);
  folder.write("accuracy_vs_skipping.csv", data.text());
  folder.write("accuracy_vs_skipping.gp", script_of(figure, data));
  return draw(folder, "accuracy_vs_skipping", gnuplot);
}

}  // namespace updraft
