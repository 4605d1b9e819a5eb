#include "traces/bandwidth_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>

namespace updraft {
namespace {

// G-NetTrack's "2019.12.16_14.23.32", in seconds of the calendar.
std::optional<double> calendar_second(std::string_view text) {
  constexpr std::string_view shape = "0000.00.00_00.00.00";
  if (text.size() != shape.size()) return std::nullopt;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (shape[i] == '0' ? !digit : text[i] != shape[i]) return std::nullopt;
  }
  const auto part = [&](std::size_t at, std::size_t count) {
    int value = 0;
    for (const char digit : text.substr(at, count)) value = 10 * value + (digit - '0');
    return value;
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

constexpr std::string_view rate_units = "bps, kbps, Mbps, Gbps, B/s, kB/s, MB/s or GB/s";

// MBps is bytes for some and a slip of Mbps for others: nobody is guessed at.
std::string spelling(std::string_view unit) {
  if (!unit.ends_with("Bps")) return "";
  unit.remove_suffix(3);
  return fmt::format("; {0}Bps is written {0}B/s (bytes) or {0}bps (bits)", unit);
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

// Of the first column that has such a unit.
std::string spelling(const std::vector<std::string>& names) {
  for (const auto& name : names) {
    const std::string hint = spelling(column_name(name).unit);
    if (!hint.empty()) return hint;
  }
  return "";
}

Columns find_columns(TextTable& table, const TextLine& line, const std::vector<Field>& header,
                     const BandwidthOptions& options) {
  Columns out;
  if (all_numbers(header)) {
    table.mistake(line, 1, "header", line.text,
                  "a first line that names the columns, such as time_s,uplink_Mbps");
    table.throw_if_any();
  }
  const auto names = column_names(header);
  const auto dates = find_dates(header, out.date_unit);
  if (!dates)
    table.mistake(line, 1, "header", line.text, "a column of dates, such as time_s or time_ms");
  out.date = dates.value_or(0);

  std::string column = options.column;
  const bool net_track = find_column(header, "DL_bitrate") && out.date_unit.empty();
  if (column.empty() && net_track) {
    if (options.uplink && find_column(header, "UL_bitrate")) {
      table.mistake(line, 1, "column", column,
                    "UL_bitrate or DL_bitrate: a log of both directions does not say which of them "
                    "the uplink is to have");
      table.throw_if_any();
    }
    column = "DL_bitrate";
  }
  if (column.empty()) {
    std::vector<std::string> rates;
    for (const auto& name : names) {
      if (is_rate_unit(column_name(name).unit)) rates.push_back(name);
    }
    if (rates.size() == 1) {
      column = rates[0];
    } else {
      table.mistake(line, 1, "header", line.text,
                    rates.empty()
                        ? "a column of rates, such as uplink_Mbps" + spelling(names)
                        : fmt::format("column: (or --column) to say which, {}", one_of(rates)));
      table.throw_if_any();
    }
  }
  const auto rate = find_column(header, column);
  if (!rate) {
    auto others = names;
    if (dates) others.erase(others.begin() + static_cast<std::ptrdiff_t>(*dates));
    table.mistake(line, 1, "column", column, one_of(others) + did_you_mean(column, others));
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
    table.mistake(line, at, "column", column,
                  "a name that ends in its unit, or unit: Mbps" + spelling(own_unit));
  } else if (!is_rate_unit(out.rate_unit)) {
    table.mistake(line, at, "unit", options.unit,
                  fmt::format("a unit of rate: {}{}", rate_units, spelling(options.unit)));
  }
  table.throw_if_any();
  return out;
}

}  // namespace

RateSteps csv_steps(TextTable& table, const BandwidthOptions& options, RecordedBandwidth& out) {
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
    } else if (!rate || *rate < 0 || *rate > most_rate_Bps) {
      table.mistake(*line, value.column, out.column, value.text, rate_text);
    }
    if (!date || !rate) continue;
    if (calendar && !rows.empty() && rows.back().date == *date) {
      rows.back().sum_Bps += *rate;
      ++rows.back().count;
    } else {
      rows.push_back({*date, *rate, 1});
    }
  }
  table.throw_if_any();
  if (rows.empty())
    throw InputError(table.file() + ": has a header and no rows; expected at least one");
  RateSteps steps;
  const double origin = rows[0].date;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double tail = calendar || i == 0 ? 1 : rows[i].date - rows[i - 1].date;
    const double until = i + 1 < rows.size() ? rows[i + 1].date : rows[i].date + tail;
    steps.push_back({until - origin, rows[i].sum_Bps / rows[i].count});
  }
  if (steps.back().until_s > most_seconds)
    throw InputError(fmt::format("{}: lasts {} s; expected at most {}", table.file(),
                                 steps.back().until_s, most_seconds));
  return steps;
}

}  // namespace updraft
