// Which format is it; mahimahi and `seconds Mbps`; bins. CSV is read in bandwidth_csv.cpp.
#include "traces/bandwidth_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "sim/core/input_error.hpp"
#include "sim/units/parse.hpp"
#include "traces/bandwidth_csv.hpp"
#include "traces/bandwidth_steps.hpp"
#include "traces/text_table.hpp"

namespace updraft {
namespace {

constexpr double packet_bytes = 1500;  // a chance of mahimahi's: one MTU (Netravali et al., 2015)
constexpr std::int64_t default_bin_ns = 100'000'000;
constexpr std::int64_t most_bins = 20'000'000;
constexpr double least_mean_Bps = .125;  // 1 bps
constexpr double shortest_trace_s = 1e-3;
constexpr double shortest_step_s = 1e-6;
constexpr std::string_view date_text = "a date in [0, 1e9] s";

[[noreturn]] void refuse(const std::string& file, std::string_view why) {
  throw InputError(fmt::format("{}: {}", file, why));
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::int64_t checked_bins(const std::string& file, double length_s, std::int64_t bin_ns) {
  const double bins = length_s * 1e9 / static_cast<double>(bin_ns);
  if (bins > static_cast<double>(most_bins)) {
    refuse(file, fmt::format("{:.0f} s in bins of {} s; expected at most {} bins", length_s,
                             static_cast<double>(bin_ns) / 1e9, most_bins));
  }
  return bin_ns;
}

// Chances per bin. A chance at date t belongs to the bin (edge before, edge] that holds t; the last
// bin ends with the trace. Counted in whole nanoseconds, so that no chance falls beside its bin.
RateSteps mahimahi_steps(TextTable& table, std::int64_t bin_ns, std::size_t& rows) {
  std::vector<std::int64_t> stamps_ms;
  std::int64_t last = 0;
  std::vector<Field> fields;
  constexpr auto most_ms = static_cast<std::int64_t>(most_seconds * 1e3);
  while (const auto line = table.next()) {
    split_fields(line->text, ' ', fields);
    const auto stamp = whole_number(fields[0].text);
    if (!stamp || fields.size() != 1 || *stamp < 0 || *stamp > most_ms) {
      table.mistake(*line, fields[0].column, "stamp", line->text,
                    "one whole number of milliseconds in [0, 1e12]");
    } else if (*stamp < last) {
      table.mistake(*line, fields[0].column, "stamp", line->text,
                    fmt::format("{} ms or later, as the line before", last));
    } else {
      last = *stamp;
      stamps_ms.push_back(last);
    }
  }
  table.throw_if_any();
  if (last == 0) refuse(table.file(), "its last stamp is 0; expected a trace longer than 0 ms");
  rows = stamps_ms.size();

  checked_bins(table.file(), static_cast<double>(last) / 1e3, bin_ns);
  RateSteps steps;
  const std::int64_t length_ns = last * 1'000'000;
  auto stamp = stamps_ms.begin();
  for (std::int64_t begin = 0; begin < length_ns; begin += bin_ns) {
    const std::int64_t end = std::min(begin + bin_ns, length_ns);
    const auto first = stamp;
    while (stamp != stamps_ms.end() && *stamp * 1'000'000 <= end) ++stamp;
    const double bytes = packet_bytes * static_cast<double>(stamp - first);
    steps.push_back(
        {static_cast<double>(end) / 1e9, bytes * 1e9 / static_cast<double>(end - begin)});
  }
  return steps;
}

// Row i's rate holds over (t[i-1], t[i]], from 0 for the first (Pensieve's traces: Mao et al.,
// SIGCOMM 2017). A first row at 0 thus holds over nothing.
RateSteps two_column_steps(TextTable& table, std::size_t& rows) {
  RateSteps steps;
  double before = -1;
  std::vector<Field> fields;
  std::optional<TextLine> first;
  double first_date = 0;
  while (const auto line = table.next()) {
    ++rows;
    split_fields(line->text, ' ', fields);
    if (fields.size() != 2) {
      table.mistake(*line, fields[0].column, "line", line->text, "two columns: seconds Mbps");
      continue;
    }
    const auto date = cell_value<Seconds>(fields[0].text, "s");
    const auto rate = cell_value<BytesPerSecond>(fields[1].text, "Mbps");
    const bool date_good = date && *date >= 0 && *date <= most_seconds;
    if (!date_good) {
      table.mistake(*line, fields[0].column, "seconds", fields[0].text, date_text);
    } else if (*date <= before) {
      table.mistake(*line, fields[0].column, "seconds", fields[0].text,
                    fmt::format("later than {}, as the line before", before));
    } else if (!rate || *rate < 0 || *rate > most_rate_Bps) {
      table.mistake(*line, fields[1].column, "Mbps", fields[1].text, rate_text);
    }
    if (date_good && !first) {
      first = line;
      first_date = *date;
    }
    if (date_good) before = std::max(before, *date);
    if (date_good && *date > 0 && rate && table.faultless()) steps.push_back({*date, *rate});
  }
  if (first && steps.size() > 1 && first_date > before - first_date) {
    table.mistake(*first, 1, "seconds", fmt::format("{}", first_date),
                  "dates counted from the beginning of the trace");
  }
  table.throw_if_any();
  if (steps.empty()) refuse(table.file(), "its last date is 0; expected a trace longer than 0 s");
  return steps;
}

RateSteps binned(const std::string& file, const RateProfile& profile, std::int64_t bin_ns) {
  checked_bins(file, profile.length().si(), bin_ns);
  const double length = profile.length().si();
  RateSteps steps;
  double begin = 0;
  for (std::int64_t k = 1; begin < length; ++k) {
    double end = static_cast<double>(k * bin_ns) / 1e9;
    if (end > length * (1 - 1e-12)) end = length;
    const Bytes bytes = profile.carried(SimTime(begin), SimTime(end));
    steps.push_back({end, bytes.si() / (end - begin)});
    begin = end;
  }
  return steps;
}

bool is_number(std::string_view text) { return parse_number(text).has_value(); }

// A header between semicolons or tabs, as spreadsheets write it in some countries.
void refuse_other_separators(TextTable& table, const TextLine& first, bool is_csv) {
  const auto at = first.text.find_first_of(";\t");
  if (is_csv || at == std::string_view::npos || at == 0) return;
  const char separator = first.text[at];
  std::vector<Field> fields;
  split_fields(first.text, separator, fields);
  if (fields.size() < 2 || (separator == '\t' && all_numbers(fields))) return;  // seconds Mbps
  table.mistake(first, static_cast<int>(at) + 1, "line", first.text,
                fmt::format("commas between the columns of a CSV, not {}",
                            separator == ';' ? "semicolons" : "tabs"));
  table.throw_if_any();
}

}  // namespace

RecordedBandwidth read_recorded_bandwidth(const std::string& file,
                                          const BandwidthOptions& options) {
  const double bin_s = options.bin.value_or(Seconds(1)).si();
  if (!(bin_s >= 1e-3 && bin_s <= 3600))
    refuse(file, fmt::format("bin = {} s; expected a duration in [1 ms, 1 h]", bin_s));
  if (!(options.scale >= 0 && std::isfinite(options.scale)))
    refuse(file, fmt::format("scale = {}; expected a number, at least 0", options.scale));
  const std::int64_t bin_ns = options.bin ? std::llround(bin_s * 1e9) : default_bin_ns;

  TextTable table(file);
  const auto first = table.next();
  table.rewind();
  std::vector<Field> fields;
  split_fields(first->text, ' ', fields);
  const bool one_number = fields.size() == 1 && is_number(fields[0].text);
  const bool is_csv = first->text.find(',') != std::string_view::npos;
  refuse_other_separators(table, *first, is_csv);
  if (!is_csv && (!options.column.empty() || !options.unit.empty())) {
    refuse(file, fmt::format("{} = {}; expected none: the file is no CSV",
                             options.column.empty() ? "unit" : "column",
                             options.column.empty() ? options.unit : options.column));
  }
  RecordedBandwidth out{"", "", 0, RateProfile({{1, 0}}, options.at_end)};
  RateSteps steps;
  bool to_bin = options.bin.has_value();
  if (is_csv) {
    steps = csv_steps(table, options, out);
  } else if (one_number) {
    out.format = "mahimahi";
    steps = mahimahi_steps(table, bin_ns, out.rows);
    to_bin = false;
  } else if (is_number(fields[0].text)) {
    out.format = "seconds Mbps";
    steps = two_column_steps(table, out.rows);
  } else {
    table.mistake(*first, fields[0].column, "line", first->text,
                  "milliseconds (mahimahi), `seconds Mbps`, or the header of a CSV");
    table.throw_if_any();
  }
  // What changes faster than that is no recording, and a run would do nothing but follow it.
  const double length = steps.back().until_s;
  if (length < shortest_trace_s || length < shortest_step_s * static_cast<double>(steps.size())) {
    refuse(file, fmt::format("lasts {} s in {} steps; expected {} s at least, and {} s a step",
                             length, steps.size(), shortest_trace_s, shortest_step_s));
  }
  out.profile = RateProfile(std::move(steps), options.at_end);
  if (out.profile.total() == Bytes(0))
    refuse(file, "carries nothing: every rate is 0; expected one above 0");
  if (out.profile.mean().si() < least_mean_Bps)
    refuse(file, fmt::format("carries {:.3g} bps in the mean; expected at least 1 bps",
                             out.profile.mean().si() * 8));
  if (to_bin) out.profile = RateProfile(binned(file, out.profile, bin_ns), options.at_end);
  if (options.scale != 1) out.profile = out.profile.scaled(options.scale);
  return out;
}

RateProfile read_bandwidth_trace(const std::string& file, const BandwidthOptions& options) {
  return read_recorded_bandwidth(file, options).profile;
}

}  // namespace updraft
