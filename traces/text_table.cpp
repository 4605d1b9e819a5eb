#include "traces/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/document.hpp"
#include "sim/units/parse.hpp"

namespace updraft {
namespace {

constexpr std::size_t largest_file = 256 << 20;
constexpr std::size_t most_mistakes = 10;
constexpr std::string_view blanks = " \t";
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_binary(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r';
}

}  // namespace

TextTable::TextTable(const std::string& file) : file_(file), text_(read_file(file, largest_file)) {
  const auto head = std::string_view(text_).substr(0, 4096);
  if (std::any_of(head.begin(), head.end(), is_binary) || text_.find('\0') != std::string::npos)
    throw InputError(file_ + ": is not a text file");
  rewind();
  if (!next()) throw InputError(file_ + ": is empty; expected a line per measurement");
  rewind();
}

void TextTable::rewind() {
  at_ = text_.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  line_ = 0;
}

std::optional<TextLine> TextTable::next() {
  while (at_ < text_.size()) {
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    std::string_view text(text_.data() + at_, end - at_);
    at_ = end + 1;
    ++line_;
    if (text.ends_with('\r')) text.remove_suffix(1);
    const auto content = trimmed(text);
    if (!content.empty() && content[0] != '#') return TextLine{text, line_};
  }
  return std::nullopt;
}

void TextTable::mistake(const TextLine& line, int column, std::string_view key,
                        std::string_view got, std::string_view expected) {
  if (++mistakes_found_ <= most_mistakes)
    mistakes_.add({file_, line.number, column}, key, got, expected);
}

void TextTable::throw_if_any() const {
  if (mistakes_found_ <= most_mistakes) return mistakes_.throw_if_any();
  Mistakes all = mistakes_;
  all.add(InputError(fmt::format("{}: and {} more", file_, mistakes_found_ - most_mistakes)));
  all.throw_if_any();
}

void split_fields(std::string_view line, char separator, std::vector<Field>& out) {
  out.clear();
  const std::string_view stops = separator == ' ' ? blanks : std::string_view(&separator, 1);
  std::size_t at = 0;
  while (at <= line.size()) {
    if (separator == ' ') at = std::min(line.find_first_not_of(blanks, at), line.size());
    if (separator == ' ' && at == line.size()) return;
    const std::size_t end = std::min(line.find_first_of(stops, at), line.size());
    std::string_view text = line.substr(at, end - at);
    const auto lead = std::min(text.find_first_not_of(blanks), text.size());
    text = trimmed(text);
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
      text = text.substr(1, text.size() - 2);
    out.push_back({text, static_cast<int>(at + lead) + 1});
    at = end + 1;
  }
}

ColumnName column_name(std::string_view name) {
  const auto bar = name.rfind('_');
  if (bar == std::string_view::npos) return {{}, name};
  return {name.substr(0, bar), name.substr(bar + 1)};
}

template <class Q>
std::optional<double> cell_value(std::string_view cell, std::string_view unit) {
  std::string text(cell);
  text.append(1, ' ').append(unit);
  const auto value = parse<Q>(text);
  return value ? std::optional(value->si()) : std::nullopt;
}
template std::optional<double> cell_value<Seconds>(std::string_view, std::string_view);
template std::optional<double> cell_value<BytesPerSecond>(std::string_view, std::string_view);

std::optional<std::size_t> find_column(const std::vector<Field>& header, std::string_view name) {
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (header[i].text == name) return i;
  }
  return std::nullopt;
}

bool all_numbers(const std::vector<Field>& header) {
  return std::all_of(header.begin(), header.end(),
                     [](const Field& field) { return parse_number(field.text).has_value(); });
}

std::vector<std::string> column_names(const std::vector<Field>& header) {
  std::vector<std::string> names;
  names.reserve(header.size());
  for (const auto& field : header) names.emplace_back(field.text);
  return names;
}

}  // namespace updraft
