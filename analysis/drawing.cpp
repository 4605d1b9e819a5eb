#include "analysis/drawing.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "sim/metrics/gnuplot.hpp"

namespace updraft {

std::string gnuplot_script(std::string_view stem, std::string_view data, int width, int height,
                           std::string_view settings, std::string_view plot) {
  return fmt::format(
      R"(# Draws {0}.svg and .png from {1}:
#   gnuplot {0}.gp
set encoding utf8
set datafile separator comma
{4}do for [ending in 'svg png'] {{
  if (ending eq 'svg') {{
    set terminal svg size {2},{3} font 'sans-serif,17' background '#FFFFFF'
    size = 0.6  # of points: terminals differ
    title_font = ',20'
  }} else {{
    size = 1
    title_font = ',17'
    if (strstrt(GPVAL_TERMINALS, 'pngcairo')) {{
      set terminal pngcairo size {2},{3} font 'DejaVu Sans,13' background '#FFFFFF'
    }} else {{
      set terminal png size {2},{3}
    }}
  }}
  set output '{0}.' . ending
{5}  unset output
}}
)",
      stem, data, width, height, settings, plot);
}

double tic_step(double length) {
  const double power = std::pow(10, std::floor(std::log10(length / 5)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (length / (factor * power) <= 5) return factor * power;
  }
  return 10 * power;
}

std::string draw(const OutputFolder& folder, const std::string& stem, const std::string& gnuplot) {
  const std::string trouble = run_gnuplot(folder.partial(), stem + ".gp", gnuplot);
  if (trouble.empty()) return "";
  std::error_code error;  // a half-drawn picture is none
  std::filesystem::remove(folder.path(stem + ".svg"), error);
  std::filesystem::remove(folder.path(stem + ".png"), error);
  return fmt::format("No figure was drawn: {}. `gnuplot {}.gp` in the result folder draws it.",
                     trouble, stem);
}

}  // namespace updraft
