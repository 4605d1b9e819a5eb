// What people write, as sim/units/parse.hpp reads it.
#include "sim/units/parse.hpp"

#include <doctest/doctest.h>

#include <string>

namespace updraft {
namespace {

template <class Q>
void reads(const std::string& text, double si) {
  CAPTURE(text);
  const auto value = parse<Q>(text);
  REQUIRE(value.has_value());
  CHECK(value->si() == si);  // to the bit: each conversion rounds once
}

template <class Q>
void refuses(const std::string& text) {
  CAPTURE(text);
  CHECK_FALSE(parse<Q>(text).has_value());
}

TEST_CASE("every unit of a duration is read exactly") {
  reads<Seconds>("2 s", 2);
  reads<Seconds>("20 ms", 0.02);
  reads<Seconds>("7 us", 7e-6);
  reads<Seconds>("7 µs", 7e-6);
  reads<Seconds>("3 ns", 3e-9);
  reads<Seconds>("1.5 min", 90);  // 1.5 * 60
  reads<Seconds>("2 h", 7200);    // 2 * 3600
}

TEST_CASE("a decimal in a small unit equals the same decimal in seconds, for every whole number") {
  // The nearest double to n / 1000 is what both 0.xyz s and n ms mean.
  for (int n = 0; n <= 5000; ++n) {
    reads<Seconds>(std::to_string(n) + " ms", n / 1e3);
    reads<Seconds>(std::to_string(n) + " us", n / 1e6);
    reads<Seconds>(std::to_string(n) + " ns", n / 1e9);
    reads<Joules>(std::to_string(n) + " mJ", n / 1e3);
  }
}

TEST_CASE("every unit of a size is read exactly") {
  reads<Bytes>("60 B", 60);
  reads<Bytes>("60 kB", 60'000);
  reads<Bytes>("60 KB", 60'000);
  reads<Bytes>("1.5 MB", 1.5e6);
  reads<Bytes>("2 GB", 2e9);
  reads<Bytes>("2 KiB", 2048);        // 2 * 1024
  reads<Bytes>("1 MiB", 1048576);     // 1024^2
  reads<Bytes>("1 GiB", 1073741824);  // 1024^3
  reads<Bytes>("12 bit", 1.5);        // 12 / 8
  reads<Bytes>("8 kbit", 1000);       // 8000 / 8
  reads<Bytes>("1 Mbit", 125'000);    // 1e6 / 8
}

TEST_CASE("every unit of work is read exactly, and a MAC is two FLOP") {
  reads<Flops>("5 FLOP", 5);
  reads<Flops>("5 kFLOP", 5e3);
  reads<Flops>("189 MFLOP", 189e6);
  reads<Flops>("5 GFLOP", 5e9);
  reads<Flops>("5 TFLOP", 5e12);
  reads<Flops>("5 MAC", 10);
  reads<Flops>("5 kMAC", 1e4);
  reads<Flops>("94.5 MMAC", 189e6);  // 94.5e6 * 2
  reads<Flops>("5 GMAC", 1e10);
  reads<Flops>("5 TMAC", 1e13);
}

TEST_CASE("every unit of a rate is read exactly: b is a bit, B a byte") {
  reads<BytesPerSecond>("8 bps", 1);
  reads<BytesPerSecond>("8 kbps", 1e3);
  reads<BytesPerSecond>("20 Mbps", 2.5e6);  // 20e6 / 8
  reads<BytesPerSecond>("1 Gbps", 125e6);
  reads<BytesPerSecond>("8 bit/s", 1);
  reads<BytesPerSecond>("8 kbit/s", 1e3);
  reads<BytesPerSecond>("20 Mbit/s", 2.5e6);
  reads<BytesPerSecond>("1 Gbit/s", 125e6);
  reads<BytesPerSecond>("7 B/s", 7);
  reads<BytesPerSecond>("7 kB/s", 7e3);
  reads<BytesPerSecond>("7 MB/s", 7e6);
  reads<BytesPerSecond>("7 GB/s", 7e9);
}

TEST_CASE("every unit of a compute rate is read exactly") {
  reads<FlopsPerSecond>("3 MFLOP/s", 3e6);
  reads<FlopsPerSecond>("3 GFLOP/s", 3e9);
  reads<FlopsPerSecond>("3 TFLOP/s", 3e12);
  reads<FlopsPerSecond>("3 MMAC/s", 6e6);
  reads<FlopsPerSecond>("3 GMAC/s", 6e9);
  reads<FlopsPerSecond>("3 TMAC/s", 6e12);
}

TEST_CASE("every unit of power and energy is read exactly") {
  reads<Watts>("2.7 W", 2.7);
  reads<Watts>("250 mW", 0.25);
  reads<Watts>("250 uW", 250e-6);
  reads<Watts>("2 kW", 2000);
  reads<Joules>("3 J", 3);
  reads<Joules>("200 mJ", 0.2);
  reads<Joules>("200 uJ", 200e-6);
  reads<Joules>("2 kJ", 2000);
  reads<JoulesPerByte>("438.39 mW/Mbps", 438.39 / 125e6);  // 1e-3 W / 125e3 B/s = 1 / 125e6 J/B
  reads<JoulesPerByte>("438.39 nJ/bit", 438.39 / 125e6);
  reads<JoulesPerByte>("5 uJ/B", 5e-6);
}

TEST_CASE("a frequency is read in its units or as a period") {
  reads<Hertz>("20 Hz", 20);
  reads<Hertz>("2 kHz", 2000);
  reads<Hertz>("20 /s", 20);
  reads<Hertz>("20/s", 20);
  reads<Hertz>("30 /min", 0.5);  // 30 / 60
  reads<Hertz>("1800 /h", 0.5);  // 1800 / 3600
  reads<Hertz>("50 ms", 20);     // 1 / 0.05
  reads<Hertz>("0 Hz", 0);
  refuses<Hertz>("0 ms");  // a period of nothing is no frequency
  refuses<Hertz>("-50 ms");
  refuses<Hertz>("1e-310 s");  // 1 / 1e-310 is more than a double holds
}

TEST_CASE("blanks around and between do not matter; signs and exponents are understood") {
  reads<BytesPerSecond>("5Mbps", 625'000);  // 5e6 / 8
  reads<Seconds>("+5 ms", 0.005);
  reads<Seconds>("-5 ms", -0.005);  // a bound is the reader's business
  reads<Seconds>("  20\tms ", 0.02);
  reads<Seconds>("2e1 ms", 0.02);
  reads<Seconds>(".5 s", 0.5);
}

TEST_CASE("a missing, foreign or misspelled unit is refused") {
  refuses<Seconds>("20");
  refuses<Seconds>("0");  // not even nothing goes without its unit
  refuses<Seconds>("20 MB");
  refuses<Seconds>("20 MS");
  refuses<Seconds>("20 msec");
  refuses<Seconds>("20 ms ms");
  refuses<Seconds>("ms");
  refuses<Seconds>("");
  refuses<Seconds>(" ");
  refuses<BytesPerSecond>("20 mbps");
  refuses<BytesPerSecond>("20 MB");
  refuses<Bytes>("20 Mb");
  refuses<Flops>("20 MFLOPs");
}

TEST_CASE("what is not one finite number is refused") {
  refuses<Seconds>("nan s");
  refuses<Seconds>("inf s");
  refuses<Seconds>("-inf s");
  refuses<Seconds>("infinity s");
  refuses<Seconds>("1e999 s");
  refuses<Seconds>("1e308 h");  // finite, but 3600 times that is not
  refuses<Seconds>("+-5 s");
  refuses<Seconds>("--5 s");
  refuses<Seconds>("+ 5 s");
  refuses<Seconds>("5,5 s");
  refuses<Seconds>("0x10 s");
  refuses<Seconds>("1 2 s");
}

TEST_CASE("a plain number takes no unit") {
  CHECK(parse_number("0.35") == 0.35);
  CHECK(parse_number("1e-3") == 1e-3);
  CHECK(parse_number("-2") == -2.0);
  CHECK_FALSE(parse_number("0.35 s").has_value());
  CHECK_FALSE(parse_number("90 %").has_value());
  CHECK_FALSE(parse_number("nan").has_value());
  CHECK_FALSE(parse_number("").has_value());
}

TEST_CASE("a count is whole, not negative, and at most 2^53") {
  CHECK(parse_count("10000") == 10000ull);
  CHECK(parse_count("1e4") == 10000ull);
  CHECK(parse_count("0") == 0ull);
  CHECK(parse_count("9007199254740992") == 9007199254740992ull);  // 2^53
  CHECK_FALSE(parse_count("9007199254740994").has_value());       // the next double
  CHECK_FALSE(parse_count("2.5").has_value());
  CHECK_FALSE(parse_count("-1").has_value());
  CHECK_FALSE(parse_count("3 x").has_value());
}

TEST_CASE("a fraction is a number or a percentage") {
  CHECK(parse_fraction("0.9") == 0.9);
  CHECK(parse_fraction("90 %") == 0.9);  // 90 / 100
  CHECK(parse_fraction("90%") == 0.9);
  CHECK(parse_fraction("120 %") == 1.2);
  CHECK_FALSE(parse_fraction("90 percent").has_value());
  CHECK_FALSE(parse_fraction("%").has_value());
  CHECK_FALSE(parse_fraction("nan").has_value());
}

TEST_CASE("what is expected names an example that is itself accepted") {
  // "... such as 20 ms (...": the text between "such as " and what ends it
  const auto example = [](const std::string& text) {
    const auto begin = text.find("such as ") + 8;
    return text.substr(begin, text.find_first_of("(", begin) - 1 - begin);
  };
  CHECK(parse<Seconds>(example(expected_text<Seconds>())).has_value());
  CHECK(parse<Bytes>(example(expected_text<Bytes>())).has_value());
  CHECK(parse<Flops>(example(expected_text<Flops>())).has_value());
  CHECK(parse<BytesPerSecond>(example(expected_text<BytesPerSecond>())).has_value());
  CHECK(parse<FlopsPerSecond>(example(expected_text<FlopsPerSecond>())).has_value());
  CHECK(parse<Watts>(example(expected_text<Watts>())).has_value());
  CHECK(parse<Joules>(example(expected_text<Joules>())).has_value());
  CHECK(parse<Hertz>(example(expected_text<Hertz>())).has_value());
}

TEST_CASE("a value is written in the largest unit in which it is a whole number") {
  CHECK(text_of(BytesPerSecond(.125)) == "1 bps");
  CHECK(text_of(BytesPerSecond(125e9)) == "1000 Gbps");  // 125e9 B/s x 8
  CHECK(text_of(Seconds(1e-6)) == "1 us");
  CHECK(text_of(Seconds(90)) == "90 s");  // 1.5 min is not whole
  CHECK(text_of(Seconds(3600)) == "1 h");
  CHECK(text_of(Bytes(4e9)) == "4 GB");
  CHECK(text_of(Hertz(1e-9)) == "1e-09 Hz");
  CHECK(text_of(FlopsPerSecond(1e3)) == "0.001 MFLOP/s");
  CHECK(text_of(Seconds(0)) == "0");
}

TEST_CASE("what is written is read as the very same value") {
  for (const double si : {.1, 1. / 3, 1e-6, 123.456, 1e9, 2e18}) {
    CAPTURE(si);
    CHECK(parse<BytesPerSecond>(text_of(BytesPerSecond(si))) == BytesPerSecond(si));
    CHECK(parse<Seconds>(text_of(Seconds(si))) == Seconds(si));
    CHECK(parse<Watts>(text_of(Watts(si))) == Watts(si));
  }
}

}  // namespace
}  // namespace updraft
