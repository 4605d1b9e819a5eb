#include "sim/core/input_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace updraft {
namespace {

std::string join_lines(const std::vector<std::string>& lines) {
  return fmt::format("{}", fmt::join(lines, "\n"));
}

// Letters to insert, delete, replace, or swap with their neighbour ("fiar" is one from "fair").
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  std::iota(d[0].begin(), d[0].end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d.back().back();
}

}  // namespace

InputError::InputError(const std::string& line) : std::runtime_error(line) {}
InputError::InputError(const std::vector<std::string>& lines)
    : std::runtime_error(join_lines(lines)) {}

void Mistakes::add(const Place& place, std::string_view key, std::string_view got,
                   std::string_view expected) {
  add(place, fmt::format("{} = {}; expected {}", shown(key, 120), shown(got), expected));
}

void Mistakes::add(const Place& place, std::string_view text) {
  lines_.push_back({place, fmt::format("{}: {}", to_string(place), text)});
}

void Mistakes::add(const InputError& error) {
  Entry entry;
  entry.text = error.what();
  lines_.push_back(std::move(entry));
}

void Mistakes::throw_if_any() const {
  if (lines_.empty()) return;
  std::vector<std::string> files;  // in the order of reading
  for (const auto& entry : lines_) {
    if (std::find(files.begin(), files.end(), entry.place.file) == files.end())
      files.push_back(entry.place.file);
  }
  const auto order = [&](const Entry& entry) {
    return std::tuple(std::find(files.begin(), files.end(), entry.place.file), entry.place.line,
                      entry.place.column);
  };
  auto sorted = lines_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const Entry& a, const Entry& b) { return order(a) < order(b); });
  std::vector<std::string> lines;
  for (auto& entry : sorted) {
    if (std::find(lines.begin(), lines.end(), entry.text) == lines.end())
      lines.push_back(entry.text);
  }
  throw InputError(lines);
}

std::string to_string(const Place& place) {
  if (place.line == 0) return place.file;
  if (place.column == 0) return fmt::format("{}:{}", place.file, place.line);
  return fmt::format("{}:{}:{}", place.file, place.line, place.column);
}

std::string shown(std::string_view text, std::size_t longest) {
  std::string out;
  std::size_t cut = std::min(longest, text.size());
  const auto inside_a_character = [&](std::size_t at) {  // a UTF-8 continuation byte, 10xxxxxx
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
  };
  for (int back = 0; back < 3 && cut > 0 && inside_a_character(cut); ++back) --cut;
  for (const char c : text.substr(0, cut)) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return text.size() > longest ? out + "..." : out;
}

std::string nearest(std::string_view wrong, const std::vector<std::string>& names) {
  std::string best;
  if (wrong.size() > 100) return best;  // nobody's slip of the finger
  std::size_t best_distance = std::max<std::size_t>(2, wrong.size() / 3) + 1;
  for (const auto& name : names) {
    const std::size_t distance = edit_distance(wrong, name);
    if (distance < best_distance && distance < name.size()) {
      best_distance = distance;
      best = name;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view wrong, const std::vector<std::string>& names) {
  const std::string name = nearest(wrong, names);
  return name.empty() ? "" : fmt::format("; did you mean {}?", name);
}

std::string one_of(const std::vector<std::string>& names) {
  if (names.empty()) return "nothing";
  if (names.size() == 1) return names[0];
  return fmt::format("{} or {}", fmt::join(names.begin(), names.end() - 1, ", "), names.back());
}

}  // namespace updraft
