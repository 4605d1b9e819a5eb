// Bandwidth recorded as CSV with named columns, G-NetTrack's logs among them: which column holds
// the dates, which the rate, and in which units. Not a reader of any other format: bandwidth_trace.
#pragma once

#include "traces/bandwidth_steps.hpp"
#include "traces/bandwidth_trace.hpp"
#include "traces/text_table.hpp"

namespace updraft {

// A row's rate holds until the next row; the last one's as long as the one's before it (a single
// row, and the last of calendar seconds: 1 s). Rows of one calendar second are averaged. Dates are
// counted from the first. Sets the format, the column and the number of rows of `out`. Throws
// InputError.
RateSteps csv_steps(TextTable& table, const BandwidthOptions& options, RecordedBandwidth& out);

}  // namespace updraft
