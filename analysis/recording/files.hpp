// The tables that `updraft analyze` leaves behind: targets.csv, curves.csv, areas.csv,
// differences.csv, histograms.csv, ao.csv and ao_curve.csv. Columns, units and formulas:
// analysis/README.md.
#pragma once

#include <string>

#include "analysis/recording/report.hpp"
#include "sim/metrics/output_folder.hpp"

namespace updraft {

std::string targets_csv(const RecordingReport& report);
std::string curves_csv(const RecordingReport& report);  // thinned, corners of the hull kept
std::string areas_csv(const RecordingReport& report);
std::string differences_csv(const RecordingReport& report);
std::string histograms_csv(const RecordingReport& report);
// Empty where the report has no section on AO.
std::string ao_csv(const RecordingReport& report);
std::string ao_curve_csv(const RecordingReport& report);

// analysis.json: all of it but the curves, of which it has the hull alone. Ends in a newline.
std::string analysis_json(const RecordingReport& report);

// All of the above. Throws InputError where the folder cannot be written.
void write_recording(const OutputFolder& folder, const RecordingReport& report);

// Of a curve: the points that stand in curves.csv.
std::vector<ThresholdPoint> shown_points(const std::vector<ThresholdPoint>& curve);

}  // namespace updraft
