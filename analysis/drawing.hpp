// What all figures share: their colours, the two pictures that a gnuplot script draws, and the
// drawing itself. What a figure shows is figure.hpp's and recording/figures.hpp's.
#pragma once

#include <string>
#include <string_view>

#include "sim/metrics/output_folder.hpp"

namespace updraft {

// Okabe and Ito (2008), "Color Universal Design": told apart with any kind of colour vision. In the
// order of use; black and grey are the oracle's and the random line's.
inline constexpr std::string_view colours[] = {"#D55E00", "#0072B2", "#009E73", "#CC79A7",
                                               "#E69F00", "#56B4E9", "#F0E442"};
inline constexpr std::string_view dashes[] = {"solid", "(14,4)", "(6,4)", "(14,4,3,4)"};
inline constexpr std::size_t longest_title = 90;
inline constexpr std::size_t longest_label = 26;

// A round step that gives an axis of this length at most five tics.
double tic_step(double length);

// A script that draws stem.svg and stem.png by `settings` (once), then by `plot` (once for each
// picture, in which the variables size, of points, and title_font are set).
std::string gnuplot_script(std::string_view stem, std::string_view data, int width, int height,
                           std::string_view settings, std::string_view plot);

// Runs stem.gp in the folder. Returns "" if it was drawn, else a line that says why not and how to
// draw it later: a missing gnuplot never fails a run.
std::string draw(const OutputFolder& folder, const std::string& stem, const std::string& gnuplot);

}  // namespace updraft
