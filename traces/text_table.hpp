// Text traces line by line: numbered lines, fields with their columns, and at most ten mistakes
// reported of a file that may have millions. Not a data frame: what the columns mean is the
// business of bandwidth_trace and arrival_dates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/input_error.hpp"

namespace updraft {

struct Field {
  std::string_view text;  // without blanks around it and without quotes
  int column = 1;
};

struct TextLine {
  std::string_view text;
  int number = 0;
};

class TextTable {
 public:
  // Reads a whole file of at most 256 MiB. Throws InputError: missing, a folder, unreadable, too
  // large, nothing in it, or not text.
  explicit TextTable(const std::string& file);

  // The next line that is neither blank nor a comment (#); nothing at the end. LF or CRLF.
  std::optional<TextLine> next();
  void rewind();

  const std::string& file() const { return file_; }
  // Counts every mistake, keeps the first ten.
  void mistake(const TextLine& line, int column, std::string_view key, std::string_view got,
               std::string_view expected);
  bool faultless() const { return mistakes_found_ == 0; }
  void throw_if_any() const;

 private:
  std::string file_;
  std::string text_;
  std::size_t at_ = 0;
  int line_ = 0;
  Mistakes mistakes_;
  std::size_t mistakes_found_ = 0;
};

// Fields between commas, or between blanks (`separator` ' ' also stands for tabs and runs of them).
void split_fields(std::string_view line, char separator, std::vector<Field>& out);

// A CSV column whose name ends in its unit: "uplink_Mbps" is uplink in Mbps; "Mbps" has no base.
struct ColumnName {
  std::string_view base;
  std::string_view unit;
};
ColumnName column_name(std::string_view name);

// A cell in the unit of its column, as SI; nothing if it is not a finite number.
template <class Q>
std::optional<double> cell_value(std::string_view cell, std::string_view unit);

// The index of the column that is called `name`, or nothing.
std::optional<std::size_t> find_column(const std::vector<Field>& header, std::string_view name);
// A line of data where the header should be.
bool all_numbers(const std::vector<Field>& header);
std::vector<std::string> column_names(const std::vector<Field>& header);

}  // namespace updraft
