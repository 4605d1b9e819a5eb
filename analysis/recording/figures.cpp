#include "analysis/recording/figures.hpp"

#include <algorithm>
#include <cctype>

#include "analysis/drawing.hpp"
#include "analysis/recording/cost_figure.hpp"
#include "analysis/recording/histogram_figure.hpp"
#include "analysis/recording/values.hpp"

namespace updraft {
namespace {

// A stage's name as part of a file's: letters, digits, - and _ stay, anything else becomes _.
std::string file_part(const std::string& name) {
  std::string out;
  for (const unsigned char c : name)
    out += std::isalnum(c) != 0 || c == '-' ? static_cast<char>(c) : '_';
  return out;
}

}  // namespace

Drawn draw_recording(const OutputFolder& folder, const RecordingReport& report,
                     const std::string& gnuplot) {
  Drawn out;
  const auto finish = [&](const std::string& stem, const std::string& script) {
    folder.write(stem + ".gp", script);
    const std::string trouble = draw(folder, stem, gnuplot);
    if (trouble.empty()) out.figures.push_back(stem);
    if (out.trouble.empty()) out.trouble = trouble;
  };
  std::vector<std::string> taken;
  for (std::size_t f = 0; f < report.contest.families.size(); ++f) {
    std::string part = file_part(family_name(report.contest, f));
    while (std::find(taken.begin(), taken.end(), part) != taken.end()) part += "_";
    taken.push_back(part);
    for (const Setting setting : report.contest.shown_settings(f)) {
      const std::string stem =
          (setting == Setting::white_box ? "accuracy_vs_cost_" : "black_box_") + part;
      const FigureText figure = cost_figure(report, f, setting, stem);
      folder.write(stem + ".csv", figure.csv);
      finish(stem, figure.script);
    }
    const std::string stem = "score_histograms_" + part;
    const std::string script = histogram_script(report, f, stem);
    if (!script.empty()) finish(stem, script);
  }
  return out;
}

}  // namespace updraft
