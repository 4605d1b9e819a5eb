// A fitted channel model beside its recording, in three panels: how the rates of bins are spread,
// how long they are remembered, and a stretch of each over time. As data (CSV) and a gnuplot
// script.
#pragma once

#include <string>

#include "traces/channel_report.hpp"

namespace updraft {

struct ChannelFigure {
  std::string csv;
  std::string script;  // draws stem.png and stem.svg from stem.csv
};
ChannelFigure channel_figure(const ChannelComparison& comparison, const std::string& title,
                             const std::string& stem);

}  // namespace updraft
