#include "traces/arrival_dates.hpp"

#include <fmt/format.h>

#include "sim/core/input_error.hpp"
#include "sim/units/parse.hpp"
#include "traces/text_table.hpp"

namespace updraft {

DatedArrivalsTable read_dates(const std::string& file, const std::string& column) {
  constexpr double most_seconds = 1e9;
  constexpr double most_devices = 1e6;
  TextTable table(file);
  std::vector<Field> header;
  const auto top = table.next();
  split_fields(top->text, ',', header);
  const auto dates = find_column(header, column);
  const std::string unit = column == "seconds" ? "s" : std::string(column_name(column).unit);
  if (!dates && all_numbers(header)) {
    table.mistake(*top, 1, "header", top->text,
                  "a first line that names the columns, such as arrival_s");
  } else if (!dates) {
    const auto names = column_names(header);
    table.mistake(*top, 1, "column", column, one_of(names) + did_you_mean(column, names));
  } else if (!cell_value<Seconds>("1", unit)) {
    table.mistake(*top, header[*dates].column, "column", column,
                  "a name that ends in its unit, such as arrived_s or arrived_ms");
  }
  table.throw_if_any();
  const auto devices = find_column(header, "device");

  DatedArrivalsTable out;
  std::vector<Field> fields;
  double before = 0;
  while (const auto line = table.next()) {
    split_fields(line->text, ',', fields);
    if (fields.size() != header.size()) {
      table.mistake(*line, 1, "line", line->text,
                    fmt::format("{} fields, as in the header", header.size()));
      continue;
    }
    const Field& at = fields[*dates];
    const auto date = cell_value<Seconds>(at.text, unit);
    if (!date || *date < 0 || *date > most_seconds) {
      table.mistake(*line, at.column, column, at.text, "a date in [0, 1e9] s");
    } else if (*date < before) {
      table.mistake(*line, at.column, column, at.text, "a date no earlier than the row before's");
    } else {
      out.date.push_back(before = *date);
    }
    if (!devices) continue;
    const Field& whose = fields[*devices];
    const auto device = parse_count(whose.text);
    if (!device || static_cast<double>(*device) >= most_devices) {
      table.mistake(*line, whose.column, "device", whose.text, "a whole number in [0, 999999]");
    } else {
      out.device.push_back(static_cast<std::uint32_t>(*device));
    }
  }
  table.throw_if_any();
  if (out.date.empty())
    throw InputError(fmt::format("{}: has a header and no rows; expected at least one", file));
  return out;
}

}  // namespace updraft
