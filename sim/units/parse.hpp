// Reads what people write: "20 Mbps", "94.6 MMAC", "90 %". Every dimensioned value needs its unit;
// the unit tables stand in parse.cpp. Not for output: sim/metrics prints in SI with named columns.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/units/quantity.hpp"

namespace updraft {

// "a duration with its unit (s, ms, us, ns, min, h), such as 20 ms": the second half of an error
// line.
template <class Q>
std::string expected_text();

// A value as people write it, such that parse() returns the very same: "1000 Gbps". In the largest
// unit in which it is a whole number, if any is; "0" in any.
template <class Q>
std::string text_of(Q quantity);

// The value of "number unit" (a blank between them or not); nothing if the text is not exactly
// that, or the number is not finite. Q is Seconds, Bytes, Flops, BytesPerSecond, FlopsPerSecond,
// Watts, Hertz, Joules or JoulesPerByte. A Hertz may be given as a period ("50 ms" is 20 Hz).
template <class Q>
std::optional<Q> parse(std::string_view text);
template <>
std::optional<Hertz> parse<Hertz>(std::string_view text);

// A plain finite number, no unit: "0.35", "1e-3". Independent of the locale.
std::optional<double> parse_number(std::string_view text);
// A whole number without sign: "10000", also "1e4".
std::optional<unsigned long long> parse_count(std::string_view text);
// A fraction: "0.9" or "90 %".
std::optional<double> parse_fraction(std::string_view text);

}  // namespace updraft
