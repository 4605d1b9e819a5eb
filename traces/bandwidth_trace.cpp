#include "traces/bandwidth_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

#include "sim/core/input_error.hpp"
#include "sim/units/parse.hpp"
#include "traces/text_table.hpp"

namespace updraft {
namespace {

using Steps = std::vector<RateProfile::Step>;

constexpr double packet_bytes = 1500;  // a chance of mahimahi's: one MTU (Netravali et al., 2015)
constexpr std::int64_t default_bin_ns = 100'000'000;
constexpr std::int64_t most_bins = 20'000'000;
constexpr double most_seconds = 1e9;     // 31 years
constexpr double most_rate_Bps = 125e9;  // 1 Tbps
constexpr double least_mean_Bps = .125;  // 1 bps
constexpr double shortest_trace_s = 1e-3;
constexpr double shortest_step_s = 1e-6;
constexpr std::string_view rate_text = "a rate in [0, 1] Tbps";
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
Steps mahimahi_steps(TextTable& table, std::int64_t bin_ns, std::size_t& rows) {
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
  Steps steps;
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
Steps two_column_steps(TextTable& table, std::size_t& rows) {
  Steps steps;
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
    }
    if (!rate || *rate < 0 || *rate > most_rate_Bps)
      table.mistake(*line, fields[1].column, "Mbps", fields[1].text, rate_text);
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

// G-NetTrack's "2019.12.16_14.23.32", in seconds of the calendar.
std::optional<double> calendar_second(std::string_view text) {
  constexpr std::string_view shape = "0000.00.00_00.00.00";
  if (text.size() != shape.size()) return std::nullopt;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (shape[i] == '0' ? !digit : text[i] != shape[i]) return std::nullopt;
  }
  const auto part = [&](std::size_t at, std::size_t count) {
    return static_cast<int>(*whole_number(text.substr(at, count)));
  };
  using namespace std::chrono;
  const year_month_day day(year(part(0, 4)), month(static_cast<unsigned>(part(5, 2))),
                           std::chrono::day(static_cast<unsigned>(part(8, 2))));
  const int second = (part(11, 2) * 60 + part(14, 2)) * 60 + part(17, 2);
  if (!day.ok() || part(11, 2) > 23 || part(14, 2) > 59 || part(17, 2) > 60) return std::nullopt;
  return static_cast<double>(sys_days(day).time_since_epoch().count()) * 86400. + second;
}

bool is_rate_unit(std::string_view unit) {
  return cell_value<BytesPerSecond>("1", unit).has_value();
}

struct Columns {
  std::size_t date = 0;
  std::size_t rate = 0;
  std::string date_unit;  // "": calendar dates
  std::string rate_unit;
};

// The column of dates: called Timestamp, or whose name ends in a unit of time ("time_s",
// "seconds"); one that is called after time wins over, say, ping_ms.
std::optional<std::size_t> find_dates(const std::vector<Field>& header, std::string& unit) {
  constexpr std::string_view words[] = {"time", "date", "t", "timestamp", "elapsed"};
  std::optional<std::size_t> other;
  std::string other_unit;
  for (std::size_t i = 0; i < header.size(); ++i) {
    std::string lower(header[i].text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    const auto name = column_name(lower);
    if (lower == "timestamp") return unit.clear(), i;
    if (lower == "seconds") return unit.assign(1, 's'), i;
    if (!cell_value<Seconds>("1", name.unit)) continue;
    if (name.base.empty() ||
        std::find(std::begin(words), std::end(words), name.base) != std::end(words))
      return unit = name.unit, i;
    if (!other) {
      other = i;
      other_unit = name.unit;
    }
  }
  unit = other_unit;
  return other;
}

Columns find_columns(TextTable& table, const TextLine& line, const std::vector<Field>& header,
                     const BandwidthOptions& options) {
  Columns out;
  const auto names = column_names(header);
  const auto dates = find_dates(header, out.date_unit);
  if (!dates)
    table.mistake(line, 1, "header", line.text, "a column of dates, such as time_s or time_ms");
  out.date = dates.value_or(0);

  std::string column = options.column;
  const bool net_track = find_column(header, "DL_bitrate") && out.date_unit.empty();
  if (column.empty() && net_track) column = "DL_bitrate";
  if (column.empty()) {
    std::vector<std::string> rates;
    for (const auto& name : names) {
      if (is_rate_unit(column_name(name).unit)) rates.push_back(name);
    }
    if (rates.size() == 1) {
      column = rates[0];
    } else {
      table.mistake(line, 1, "header", line.text,
                    rates.empty() ? "a column of rates, such as uplink_Mbps"
                                  : fmt::format("column: to say which, {}", one_of(rates)));
      table.throw_if_any();
    }
  }
  const auto rate = find_column(header, column);
  if (!rate) {
    table.mistake(line, 1, "column", column, one_of(names) + did_you_mean(column, names));
    table.throw_if_any();
  }
  out.rate = *rate;
  const std::string own_unit(column_name(column).unit);
  const bool has_own = is_rate_unit(own_unit);
  out.rate_unit = has_own ? own_unit : options.unit.empty() && net_track ? "kbps" : options.unit;
  const int at = header[*rate].column;
  if (has_own && !options.unit.empty() && options.unit != own_unit) {
    table.mistake(line, at, "unit", options.unit,
                  fmt::format("none: the column is called {}", column));
  } else if (out.rate_unit.empty()) {
    table.mistake(line, at, "column", column, "a name that ends in its unit, or unit: Mbps");
  } else if (!is_rate_unit(out.rate_unit)) {
    table.mistake(line, at, "unit", options.unit, "a unit of rate, such as Mbps or kbps");
  }
  table.throw_if_any();
  return out;
}

// A row's rate holds until the next row; the last one's as long as the one's before it (a single
// row, and the last of calendar seconds: 1 s). Rows of one calendar second are averaged. Dates are
// counted from the first.
Steps csv_steps(TextTable& table, const BandwidthOptions& options, RecordedBandwidth& out) {
  std::vector<Field> header;
  std::vector<Field> fields;
  const auto top = table.next();
  split_fields(top->text, ',', header);
  const Columns columns = find_columns(table, *top, header, options);
  const bool calendar = columns.date_unit.empty();
  out.format = calendar ? "CSV (G-NetTrack)" : "CSV";
  out.column = std::string(header[columns.rate].text);

  struct Row {
    double date;
    double sum_Bps;
    int count;
  };
  std::vector<Row> rows;
  while (const auto line = table.next()) {
    ++out.rows;
    split_fields(line->text, ',', fields);
    if (fields.size() != header.size()) {
      table.mistake(*line, 1, "line", line->text,
                    fmt::format("{} fields, as in the header", header.size()));
      continue;
    }
    const Field& at = fields[columns.date];
    const Field& value = fields[columns.rate];
    if (calendar && (value.text == "-" || value.text.empty())) continue;  // nothing was measured
    const auto date =
        calendar ? calendar_second(at.text) : cell_value<Seconds>(at.text, columns.date_unit);
    const auto rate = cell_value<BytesPerSecond>(value.text, columns.rate_unit);
    if (!date) {
      table.mistake(*line, at.column, header[columns.date].text, at.text,
                    calendar
                        ? "a date such as 2019.12.16_14.23.32 (seconds: call the column time_s)"
                        : "a number");
    } else if (!rows.empty() &&
               (*date < rows.back().date || (!calendar && *date == rows.back().date))) {
      table.mistake(*line, at.column, header[columns.date].text, at.text,
                    "a date after that of the row before");
    }
    if (!rate || *rate < 0 || *rate > most_rate_Bps)
      table.mistake(*line, value.column, out.column, value.text, rate_text);
    if (!date || !rate) continue;
    if (calendar && !rows.empty() && rows.back().date == *date) {
      rows.back().sum_Bps += *rate;
      ++rows.back().count;
    } else {
      rows.push_back({*date, *rate, 1});
    }
  }
  table.throw_if_any();
  if (rows.empty()) refuse(table.file(), "has a header and no rows; expected at least one");
  Steps steps;
  const double origin = rows[0].date;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double tail = calendar || i == 0 ? 1 : rows[i].date - rows[i - 1].date;
    const double until = i + 1 < rows.size() ? rows[i + 1].date : rows[i].date + tail;
    steps.push_back({until - origin, rows[i].sum_Bps / rows[i].count});
  }
  if (steps.back().until_s > most_seconds)
    refuse(table.file(),
           fmt::format("lasts {} s; expected at most {}", steps.back().until_s, most_seconds));
  return steps;
}

Steps binned(const std::string& file, const RateProfile& profile, std::int64_t bin_ns) {
  checked_bins(file, profile.length().si(), bin_ns);
  const double length = profile.length().si();
  Steps steps;
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
  if (!is_csv && (!options.column.empty() || !options.unit.empty())) {
    refuse(file, fmt::format("{} = {}; expected none: the file is no CSV",
                             options.column.empty() ? "unit" : "column",
                             options.column.empty() ? options.unit : options.column));
  }
  RecordedBandwidth out{"", "", 0, RateProfile({{1, 0}}, options.at_end)};
  Steps steps;
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
