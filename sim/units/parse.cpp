#include "sim/units/parse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>

namespace updraft {

namespace {

struct Unit {
  std::string_view name;
  double si;
};

// The units that can be read; the first `written` of them are also written.
template <class Q>
struct Table;

template <>
struct Table<Seconds> {
  static constexpr std::size_t written = 7;
  static constexpr Unit units[] = {{"s", 1},     {"ms", 1e-3}, {"us", 1e-6}, {"µs", 1e-6},
                                   {"ns", 1e-9}, {"min", 60},  {"h", 3600}};
  static constexpr std::string_view text =
      "a duration with its unit, such as 20 ms (s, ms, us, ns, min, h)";
};
template <>
struct Table<Bytes> {
  static constexpr std::size_t written = 5;
  static constexpr Unit units[] = {{"B", 1},          {"kB", 1e3},          {"KB", 1e3},
                                   {"MB", 1e6},       {"GB", 1e9},          {"KiB", 1024},
                                   {"MiB", 1048576.}, {"GiB", 1073741824.}, {"bit", .125},
                                   {"kbit", 125},     {"Mbit", 125e3}};
  static constexpr std::string_view text =
      "a size with its unit, such as 60 kB (B, kB, MB, GB, KiB, MiB, GiB, bit, kbit, Mbit)";
};
template <>
struct Table<Flops> {
  static constexpr std::size_t written = 5;
  static constexpr Unit units[] = {{"FLOP", 1},     {"kFLOP", 1e3}, {"MFLOP", 1e6}, {"GFLOP", 1e9},
                                   {"TFLOP", 1e12}, {"MAC", 2},     {"kMAC", 2e3},  {"MMAC", 2e6},
                                   {"GMAC", 2e9},   {"TMAC", 2e12}};
  static constexpr std::string_view text =
      "a work with its unit, such as 94.6 MMAC (MAC, kMAC, MMAC, GMAC, TMAC or FLOP ... TFLOP; 1 "
      "MAC = 2 FLOP)";
};
template <>
struct Table<BytesPerSecond> {
  static constexpr std::size_t written = 4;
  static constexpr Unit units[] = {{"bps", .125},     {"kbps", 125},     {"Mbps", 125e3},
                                   {"Gbps", 125e6},   {"bit/s", .125},   {"kbit/s", 125},
                                   {"Mbit/s", 125e3}, {"Gbit/s", 125e6}, {"B/s", 1},
                                   {"kB/s", 1e3},     {"MB/s", 1e6},     {"GB/s", 1e9}};
  static constexpr std::string_view text =
      "a rate with its unit, such as 20 Mbps (bps, kbps, Mbps, Gbps, B/s, kB/s, MB/s, GB/s)";
};
template <>
struct Table<FlopsPerSecond> {
  static constexpr std::size_t written = 3;
  static constexpr Unit units[] = {{"MFLOP/s", 1e6}, {"GFLOP/s", 1e9}, {"TFLOP/s", 1e12},
                                   {"MMAC/s", 2e6},  {"GMAC/s", 2e9},  {"TMAC/s", 2e12}};
  static constexpr std::string_view text =
      "a compute rate with its unit, such as 4.9 GMAC/s (MMAC/s, GMAC/s, TMAC/s, MFLOP/s, GFLOP/s, "
      "TFLOP/s)";
};
template <>
struct Table<Watts> {
  static constexpr std::size_t written = 4;
  static constexpr Unit units[] = {{"W", 1}, {"mW", 1e-3}, {"uW", 1e-6}, {"kW", 1e3}};
  static constexpr std::string_view text = "a power with its unit, such as 2.7 W (uW, mW, W, kW)";
};
template <>
struct Table<JoulesPerByte> {
  static constexpr std::size_t written = 1;
  static constexpr Unit units[] = {{"mW/Mbps", 8e-9}, {"nJ/bit", 8e-9}, {"uJ/B", 1e-6}};
  static constexpr std::string_view text =
      "power per rate, such as 438 mW/Mbps (mW/Mbps, nJ/bit, uJ/B)";
};
template <>
struct Table<Joules> {
  static constexpr std::size_t written = 4;
  static constexpr Unit units[] = {{"J", 1}, {"mJ", 1e-3}, {"uJ", 1e-6}, {"kJ", 1e3}};
  static constexpr std::string_view text =
      "an energy with its unit, such as 200 mJ (uJ, mJ, J, kJ)";
};
template <>
struct Table<Hertz> {
  static constexpr std::size_t written = 2;
  static constexpr Unit units[] = {
      {"Hz", 1}, {"kHz", 1e3}, {"/s", 1}, {"/min", 1. / 60}, {"/h", 1. / 3600}};
  static constexpr std::string_view text =
      "a frequency with its unit, such as 20 Hz (Hz, kHz, /s, /min, /h), or a period, such as 50 "
      "ms";
};

constexpr std::string_view blanks = " \t";

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// The number that `text` begins with, and what follows it.
std::optional<double> leading_number(std::string_view& text) {
  text = trim(text);
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
  text = trim(text.substr(static_cast<std::size_t>(end - text.data())));
  return value;
}

std::optional<double> in_units(std::string_view text, std::span<const Unit> units) {
  const auto number = leading_number(text);
  if (!number) return std::nullopt;
  for (const auto& unit : units) {
    if (unit.name != text) continue;
    // Dividing by an exact 10^n rounds once; multiplying by an inexact 10^-n would round twice.
    const double inverse = std::round(1 / unit.si);
    const double value = unit.si < 1 && std::abs(unit.si * inverse - 1) < 1e-12 ? *number / inverse
                                                                                : *number * unit.si;
    if (std::isfinite(value)) return value;
  }
  return std::nullopt;
}

}  // namespace

template <class Q>
std::string expected_text() {
  return std::string(Table<Q>::text);
}

template <class Q>
std::string text_of(Q quantity) {
  const double si = quantity.si();
  if (si == 0) return "0";
  std::string best;
  double best_unit = 0;
  for (const auto& unit : std::span(Table<Q>::units).first(Table<Q>::written)) {
    const double number = unit.si < 1 ? si * std::round(1 / unit.si) : si / unit.si;
    const std::string text = fmt::format("{} {}", number, unit.name);
    if (in_units(text, Table<Q>::units) != si) continue;  // rounded
    const bool whole = number == std::floor(number);
    if (best.empty() || (whole && unit.si > best_unit)) best = text;
    if (whole) best_unit = std::max(best_unit, unit.si);
  }
  return best;
}

template <class Q>
std::optional<Q> parse(std::string_view text) {
  const auto si = in_units(text, Table<Q>::units);
  return si ? std::optional(Q(*si)) : std::nullopt;
}

template <>
std::optional<Hertz> parse<Hertz>(std::string_view text) {
  if (const auto si = in_units(text, Table<Hertz>::units)) return Hertz(*si);
  const auto period = in_units(text, Table<Seconds>::units);
  if (!period || *period <= 0 || !std::isfinite(1 / *period)) return std::nullopt;
  return Hertz(1 / *period);
}

#define UPDRAFT_UNIT(Q)                    \
  template std::string expected_text<Q>(); \
  template std::string text_of<Q>(Q);      \
  template std::optional<Q> parse<Q>(std::string_view);
UPDRAFT_UNIT(Seconds)
UPDRAFT_UNIT(Bytes)
UPDRAFT_UNIT(Flops)
UPDRAFT_UNIT(BytesPerSecond)
UPDRAFT_UNIT(FlopsPerSecond)
UPDRAFT_UNIT(Watts)
UPDRAFT_UNIT(Joules)
UPDRAFT_UNIT(JoulesPerByte)
template std::string expected_text<Hertz>();
template std::string text_of<Hertz>(Hertz);
#undef UPDRAFT_UNIT

std::optional<double> parse_number(std::string_view text) {
  const auto value = leading_number(text);
  return text.empty() ? value : std::nullopt;
}

std::optional<unsigned long long> parse_count(std::string_view text) {
  const auto value = parse_number(text);
  constexpr double largest = 9007199254740992;  // 2^53: above it a double is no longer a count
  if (!value || *value < 0 || *value > largest || *value != std::floor(*value)) return std::nullopt;
  return static_cast<unsigned long long>(*value);
}

std::optional<double> parse_fraction(std::string_view text) {
  const auto value = leading_number(text);
  if (value && text == "%") return *value / 100;
  return text.empty() ? value : std::nullopt;
}

}  // namespace updraft
