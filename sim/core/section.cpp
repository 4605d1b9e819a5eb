#include "sim/core/section.hpp"

#include <fmt/format.h>

#include <cmath>

namespace updraft {
namespace {

const Document& nothing() {
  static const Document empty{Document::Kind::map, {}, "", {}, {}};
  return empty;
}

template <class Show>
std::string bounds_text(const Range& range, Show show) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (range.least == -infinity && range.most == infinity) return "";
  if (range.most == infinity)
    return fmt::format("{} {}", range.above ? "above" : "at least", show(range.least));
  if (range.least == -infinity) return fmt::format("at most {}", show(range.most));
  return fmt::format("in {}{}, {}]", range.above ? "(" : "[", show(range.least), show(range.most));
}

std::string with_bounds(std::string expected, const std::string& bounds) {
  return bounds.empty() ? expected : expected + ", " + bounds;
}

// What a quantity should be, its bounds in units that people write.
template <class Q>
std::string expected_in(const Range& range) {
  return with_bounds(expected_text<Q>(),
                     bounds_text(range, [](double si) { return text_of(Q(si)); }));
}

}  // namespace

std::string Range::text() const {
  return bounds_text(*this, [](double bound) { return fmt::format("{}", bound); });
}

template <class Q>
std::optional<Q> read_quantity(const Document& node, const std::string& path, Mistakes& mistakes,
                               Range range) {
  if (node.kind == Document::Kind::scalar) {
    const auto value = parse<Q>(node.text);
    if (value && range.holds(value->si())) return value;
  }
  mistakes.add(node.place, path, node.shown(), expected_in<Q>(range));
  return std::nullopt;
}

Section::Section(const Document& node, std::string path, Mistakes& mistakes)
    : node_(node.kind == Document::Kind::map ? node : nothing()),
      place_(node.place),
      path_(std::move(path)),
      mistakes_(mistakes) {
  if (node.kind != Document::Kind::map &&
      !(node.kind == Document::Kind::empty && node.place.file.empty())) {
    quiet_ = true;
    mistakes_.add(node.place, path_.empty() ? "the file" : path_, node.shown(), "keys and values");
  }
}

std::string Section::full(const std::string& key) const {
  return path_.empty() ? key : path_ + "." + key;
}

const Document* Section::node(const std::string& key) {
  known_.insert(key);
  return node_.find(key);
}

bool Section::has(const std::string& key) { return node(key) != nullptr; }

bool Section::is_scalar(const std::string& key) {
  const Document* value = node(key);
  return value != nullptr && value->kind == Document::Kind::scalar;
}

Section Section::section(const std::string& key) {
  const Document* value = node(key);
  Section inner(value != nullptr ? *value : nothing(), full(key), mistakes_);
  if (value == nullptr) {
    inner.place_ = place_;
    inner.quiet_ = quiet_;
  }
  return inner;
}

// The scalar under `key`; null after reporting that it is missing, or is no scalar.
const Document* Section::scalar(const std::string& key, bool required, std::string_view expected) {
  const Document* value = node(key);
  if (value == nullptr) {
    if (required && !quiet_) mistakes_.add(place_, full(key), "nothing", expected);
    return nullptr;
  }
  if (value->kind == Document::Kind::scalar) return value;
  mistakes_.add(value->place, full(key), value->shown(), expected);
  return nullptr;
}

template <class Q>
Q Section::quantity(const std::string& key, std::optional<Q> fallback, Range range) {
  const std::string expected = expected_in<Q>(range);
  const Document* value = scalar(key, !fallback, expected);
  if (value == nullptr) return fallback.value_or(Q(1));
  return read_quantity<Q>(*value, full(key), mistakes_, range).value_or(Q(1));
}

double Section::number(const std::string& key, std::optional<double> fallback, Range range) {
  const std::string expected = range.text().empty() ? "a number" : "a number " + range.text();
  const Document* value = scalar(key, !fallback, expected);
  if (value == nullptr) return fallback.value_or(1);
  const auto number = parse_number(value->text);
  if (number && range.holds(*number)) return *number;
  mistakes_.add(value->place, full(key), value->shown(), expected);
  return 1;
}

double Section::fraction(const std::string& key, std::optional<double> fallback, Range range) {
  const std::string expected = with_bounds("a fraction, such as 0.9 or 90 %", range.text());
  const Document* value = scalar(key, !fallback, expected);
  if (value == nullptr) return fallback.value_or(1);
  const auto number = parse_fraction(value->text);
  if (number && range.holds(*number)) return *number;
  mistakes_.add(value->place, full(key), value->shown(), expected);
  return 1;
}

unsigned long long Section::count(const std::string& key,
                                  std::optional<unsigned long long> fallback, Range range) {
  const std::string expected =
      range.text().empty() ? "a whole number" : "a whole number " + range.text();
  const Document* value = scalar(key, !fallback, expected);
  if (value == nullptr) return fallback.value_or(1);
  const auto number = parse_count(value->text);
  if (number && range.holds(static_cast<double>(*number))) return *number;
  mistakes_.add(value->place, full(key), value->shown(), expected);
  return 1;
}

bool Section::boolean(const std::string& key, bool fallback) {
  const Document* value = scalar(key, false, "true or false");
  if (value == nullptr) return fallback;
  if (value->text == "true") return true;
  if (value->text != "false")
    mistakes_.add(value->place, full(key), value->shown(), "true or false");
  return false;
}

std::string Section::text(const std::string& key, const std::optional<std::string>& fallback) {
  const Document* value = scalar(key, !fallback, "a word");
  if (value == nullptr) return fallback.value_or("");
  if (value->text.empty()) mistakes_.add(value->place, full(key), "''", "a word");
  return value->text;
}

std::string Section::choice(const std::string& key, const std::optional<std::string>& fallback,
                            const std::vector<std::string>& names) {
  const Document* value = scalar(key, !fallback, one_of(names));
  if (value == nullptr) return fallback.value_or(names.front());
  for (const auto& name : names) {
    if (name == value->text) return name;
  }
  mistakes_.add(value->place, full(key), value->shown(),
                one_of(names) + did_you_mean(value->text, names));
  return names.front();
}

void Section::mistake(const std::string& key, std::string_view expected) {
  const Document* value = node(key);
  if (value == nullptr && quiet_) return;
  mistakes_.add(value != nullptr ? value->place : place_, full(key),
                value != nullptr ? value->shown() : "nothing", expected);
}

void Section::finish() {
  const std::vector<std::string> names(known_.begin(), known_.end());
  for (const auto& entry : node_.entries) {
    if (known_.contains(entry.key)) continue;
    mistakes_.add(entry.key_place, full(entry.key), entry.value.shown(),
                  "a known key (" + one_of(names) + ")" + did_you_mean(entry.key, names));
  }
}

#define UPDRAFT_QUANTITY(Q)                                                     \
  template Q Section::quantity<Q>(const std::string&, std::optional<Q>, Range); \
  template std::optional<Q> read_quantity<Q>(const Document&, const std::string&, Mistakes&, Range);
UPDRAFT_QUANTITY(Seconds)
UPDRAFT_QUANTITY(Bytes)
UPDRAFT_QUANTITY(Flops)
UPDRAFT_QUANTITY(BytesPerSecond)
UPDRAFT_QUANTITY(FlopsPerSecond)
UPDRAFT_QUANTITY(Watts)
UPDRAFT_QUANTITY(Joules)
UPDRAFT_QUANTITY(JoulesPerByte)
UPDRAFT_QUANTITY(Hertz)
#undef UPDRAFT_QUANTITY

}  // namespace updraft
