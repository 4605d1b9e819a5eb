#include "traces/bandwidth_trace.hpp"

#include <cmath>
#include <functional>

#include "sim/core/random.hpp"
#include "tests/unit/traces/scratch.hpp"

namespace updraft {
namespace {

const std::string fixtures = "tests/data/traces/";

std::string told(const std::string& text, const BandwidthOptions& options = {}) {
  const Scratch scratch;
  return complaint(scratch.write("trace", text),
                   [&](const std::string& file) { read_bandwidth_trace(file, options); });
}

RateProfile reading(const std::string& text, const BandwidthOptions& options = {}) {
  const Scratch scratch;
  return read_bandwidth_trace(scratch.write("trace", text), options);
}

// A trace as this test reads it: what is carried over [begin, end), exact in long double.
struct Stretch {
  long double begin;
  long double end;
  long double bytes;
};

// Sends `size` from date `from` over the stretches, again and again, a stretch at a time.
long double send(const std::vector<Stretch>& loop, long double from, long double size) {
  const long double length = loop.back().end;
  for (long double base = 0;; base += length) {
    for (const auto& each : loop) {
      const long double start = std::max(base + each.begin, from);
      const long double rate = each.bytes / (each.end - each.begin);
      const long double fits = rate * std::max(0.0L, base + each.end - start);
      if (rate > 0 && fits >= size) return start + size / rate;
      size -= fits;
    }
  }
}

void transfers_agree(const std::string& file, const std::vector<Stretch>& loop,
                     const BandwidthOptions& options = {}) {
  const auto profile = read_bandwidth_trace(file, options);
  const std::uint64_t seed = 11;
  CAPTURE(seed);
  Stream stream(seed, file);
  for (int i = 0; i < 200; ++i) {
    const double from = 20 * stream.uniform();
    const double size = stream.exponential(i % 2 == 0 ? 3e3 : 3e6);
    const double expected = static_cast<double>(send(loop, from, size) - from);
    const double end = profile.finish(SimTime(from), Bytes(size)).si();
    CAPTURE(from);
    CAPTURE(size);
    CHECK(end - from == doctest::Approx(expected).epsilon(1e-9));
  }
}

}  // namespace

TEST_CASE("mahimahi: a line is a chance to send 1500 bytes, averaged over bins of 100 ms") {
  const auto trace = read_recorded_bandwidth(fixtures + "chances.up", {});
  CHECK(trace.format == "mahimahi");
  CHECK(trace.rows == 13);
  const auto& steps = trace.profile.steps();
  REQUIRE(steps.size() == 11);                // 10 bins of 100 ms and one of 40 ms: 1040 ms
  CHECK(steps[0].rate_Bps == 4 * 1500 / .1);  // stamps 0, 7, 7, 7 in (0, 100] ms, 0 included
  CHECK(steps[1].rate_Bps == 2 * 1500 / .1);
  CHECK(steps[2].rate_Bps == 2 * 1500 / .1);  // 299 and 300: a bin holds its own end
  CHECK(steps[3].rate_Bps == 1 * 1500 / .1);  // 301
  CHECK(steps[4].rate_Bps == 0);
  CHECK(steps[9].rate_Bps == 1500 / .1);
  CHECK(steps[10].until_s == 1.04);
  CHECK(steps[10].rate_Bps == doctest::Approx(1500 / .04).epsilon(1e-15));
  CHECK(trace.profile.total().si() == doctest::Approx(13 * 1500).epsilon(1e-14));
}

TEST_CASE("mahimahi: no byte is lost or won whatever the bin") {
  for (const double bin : {.001, .007, .02, .1, .3, 1., 5.}) {
    CAPTURE(bin);
    const auto profile = read_bandwidth_trace(fixtures + "chances.up", {.bin = Seconds(bin)});
    CHECK(profile.length().si() == 1.04);
    CHECK(profile.total().si() == doctest::Approx(13 * 1500).epsilon(1e-13));
  }
}

TEST_CASE("mahimahi: transfers agree with counting the chances") {
  for (const std::int64_t bin : {1, 30, 100}) {
    const std::vector<int> stamps = {0, 7, 7, 7, 120, 120, 299, 300, 301, 650, 650, 1000, 1040};
    std::vector<Stretch> loop;
    for (std::int64_t begin = 0; begin < 1040; begin += bin) {
      const std::int64_t end = std::min<std::int64_t>(begin + bin, 1040);
      int chances = 0;
      for (const int stamp : stamps)
        chances += (stamp > begin || (begin == 0 && stamp == 0)) && stamp <= end ? 1 : 0;
      loop.push_back({static_cast<long double>(begin) / 1000, static_cast<long double>(end) / 1000,
                      1500.0L * chances});
    }
    transfers_agree(fixtures + "chances.up", loop,
                    {.bin = Seconds(static_cast<double>(bin) / 1e3)});
  }
}

TEST_CASE("two columns: a row's rate holds over the time since the row before") {
  const auto trace = read_recorded_bandwidth(fixtures + "columns.txt", {});
  CHECK(trace.format == "seconds Mbps");
  const auto& steps = trace.profile.steps();
  REQUIRE(steps.size() == 4);
  CHECK(steps[0].rate_Bps == 500e3);  // 4 Mbps / 8, from 0 on
  CHECK(steps[1].rate_Bps == 0);
  CHECK(steps[2].until_s == 2.25);
  // .5 x 4 + .5 x 0 + 1.25 x 8.5 + .25 x 1.25 = 12.9375 Mbit in 2.5 s
  CHECK(trace.profile.mean().si() == doctest::Approx(12.9375 / 2.5 * 125e3).epsilon(1e-15));
  transfers_agree(fixtures + "columns.txt", {{0, .5L, 250e3L},
                                             {.5L, 1, 0},
                                             {1, 2.25L, 1.25L * 1062.5e3L},
                                             {2.25L, 2.5L, .25L * 156.25e3L}});
}

TEST_CASE("two columns: a first row at 0 holds over nothing") {
  const auto profile = reading("0.0 99\n1 8\n2 16\n");
  CHECK(profile.length().si() == 2);
  CHECK(profile.mean().si() == 1.5e6);  // (8 + 16) / 2 Mbps
}

TEST_CASE("CSV: a row's rate holds until the next row, the last one's as long as the one before") {
  const auto trace = read_recorded_bandwidth(fixtures + "uplink.csv", {});
  CHECK(trace.format == "CSV");
  CHECK(trace.column == "uplink_Mbps");
  const auto& steps = trace.profile.steps();
  REQUIRE(steps.size() == 3);
  CHECK(steps[0].until_s == .5);  // dates count from the first row
  CHECK(steps[1].until_s == 1.5);
  CHECK(steps[2].until_s == 2.5);  // 1.5 + (2.0 - 1.0)
  transfers_agree(fixtures + "uplink.csv",
                  {{0, .5L, .5L * 500e3L}, {.5L, 1.5L, 0}, {1.5L, 2.5L, 1562.5e3L}});
}

TEST_CASE("CSV: the column and its unit come from the name or from the options") {
  const std::string text = "time_s,up_kbps,down_Mbps,rate\n0,8000,2,3\n1,16000,4,5\n";
  CHECK(reading(text, {.column = "up_kbps"}).mean().si() == 1.5e6);
  CHECK(reading(text, {.column = "rate", .unit = "MB/s"}).mean().si() == 4e6);
  CHECK(told(text) ==
        "FILE:1:1: header = time_s,up_kbps,down_Mbps,rate; expected column: (or --column) to say "
        "which, "
        "up_kbps or down_Mbps");
  CHECK(told(text, {.column = "rate"}) ==
        "FILE:1:26: column = rate; expected a name that ends in its unit, or unit: Mbps");
  CHECK(told(text, {.column = "rate", .unit = "furlongs"}) ==
        "FILE:1:26: unit = furlongs; expected a unit of rate: bps, kbps, Mbps, Gbps, B/s, kB/s, "
        "MB/s or GB/s");
  CHECK(
      told(text, {.column = "rate", .unit = "MBps"}) ==
      "FILE:1:26: unit = MBps; expected a unit of rate: bps, kbps, Mbps, Gbps, B/s, kB/s, MB/s or "
      "GB/s; MBps is written MB/s (bytes) or Mbps (bits)");
  CHECK(
      told("time_s,up_MBps\n0,1\n1,2\n") ==
      "FILE:1:1: header = time_s,up_MBps; expected a column of rates, such as uplink_Mbps; MBps is "
      "written MB/s (bytes) or Mbps (bits)");
  CHECK(told(text, {.column = "up_kbps", .unit = "Mbps"}) ==
        "FILE:1:8: unit = Mbps; expected none: the column is called up_kbps");
  CHECK(told(text, {.column = "down_Mpbs"}) ==
        "FILE:1:1: column = down_Mpbs; expected up_kbps, down_Mbps or rate; did you mean "
        "down_Mbps?");
  CHECK(told("a,b\n1,2\n") ==
        "FILE:1:1: header = a,b; expected a column of dates, such as time_s or time_ms\n"
        "FILE:1:1: header = a,b; expected a column of rates, such as uplink_Mbps");
}

TEST_CASE("G-NetTrack: rows of one second are averaged and gaps hold the last rate") {
  const auto trace = read_recorded_bandwidth(fixtures + "gnettrack.csv", {});
  CHECK(trace.format == "CSV (G-NetTrack)");
  const auto& steps = trace.profile.steps();
  REQUIRE(steps.size() == 3);
  CHECK(steps[0].rate_Bps == 25e3);  // (100 + 300) / 2 = 200 kbps
  CHECK(steps[0].until_s == 3);      // 23:59:58 .. 00:00:01, the row without a rate skipped
  CHECK(steps[1].rate_Bps == 0);
  CHECK(steps[2].until_s == 5);  // a last second of 1 s
  CHECK(read_bandwidth_trace(fixtures + "gnettrack.csv", {.column = "UL_bitrate"})
            .steps()[0]
            .rate_Bps == 51 * 125);  // (66 + 36) / 2 kbps
  transfers_agree(fixtures + "gnettrack.csv", {{0, 3, 75e3L}, {3, 4, 0}, {4, 5, 625e3L}});
}

TEST_CASE("G-NetTrack: an uplink's log must say which direction it is to give") {
  const std::string both = "Timestamp,DL_bitrate,UL_bitrate\n2019.12.31_00.00.00,8,16\n";
  CHECK(told(both) == "");
  CHECK(told(both, {.uplink = true}) ==
        "FILE:1:1: column = ; expected UL_bitrate or DL_bitrate: a log of both directions does not "
        "say which of them the uplink is to have");
  CHECK(reading(both, {.column = "UL_bitrate", .uplink = true}).mean().si() == 2000);
  CHECK(reading(both, {.column = "DL_bitrate", .uplink = true}).mean().si() == 1000);
  // a log of one direction
  const std::string one = "Timestamp,DL_bitrate\n2019.12.31_00.00.00,8\n";
  CHECK(reading(one, {.uplink = true}).mean().si() == 1000);
}

TEST_CASE("options: bin averages any format, scale multiplies, at_end is kept") {
  const auto binned = read_bandwidth_trace(fixtures + "columns.txt", {.bin = Seconds(1)});
  REQUIRE(binned.steps().size() == 3);
  CHECK(binned.steps()[0].rate_Bps == 250e3);  // half of 4 Mbps
  CHECK(binned.steps()[2].until_s == 2.5);
  // (2, 2.25] at 8.5, (2.25, 2.5] at 1.25: 4.875 Mbps
  CHECK(binned.steps()[2].rate_Bps == doctest::Approx(4.875 * 125e3).epsilon(1e-12));
  const auto other =
      read_bandwidth_trace(fixtures + "columns.txt", {.at_end = AtEnd::stop, .scale = .5});
  CHECK(other.steps()[0].rate_Bps == 250e3);
  CHECK(other.at_end() == AtEnd::stop);
  CHECK(told("1 1\n", {.bin = Seconds(0)}) ==
        "FILE: bin = 0 s; expected a duration in [1 ms, 1 h]");
  CHECK(told("1 1\n", {.scale = -1}) == "FILE: scale = -1; expected a number, at least 0");
  CHECK(told("1 1\n", {.column = "x"}) == "FILE: column = x; expected none: the file is no CSV");
}

TEST_CASE(
    "CRLF, comments, blank lines, a byte order mark and a missing last newline are accepted") {
  CHECK(reading("\xef\xbb\xbf# made by hand\r\n\r\n1 8\r\n2 8").mean().si() == 1e6);
  CHECK(reading("0\r\n10\r\n").total().si() == 3000);
}

TEST_CASE("every mistake in a bandwidth trace is told with its place") {
  CHECK(told("") == "FILE: is empty; expected a line per measurement");
  CHECK(told("# nothing\n\n") == "FILE: is empty; expected a line per measurement");
  CHECK(told("hello\n") ==
        "FILE:1:1: line = hello; expected milliseconds (mahimahi), `seconds Mbps`, or the header "
        "of a CSV");
  CHECK(told("time_s;uplink_Mbps\n0;4\n") ==
        "FILE:1:7: line = time_s;uplink_Mbps; expected commas between the columns of a CSV, not "
        "semicolons");
  CHECK(
      told("time_s\tuplink_Mbps\n0\t4\n") ==
      "FILE:1:7: line = time_s\\x09uplink_Mbps; expected commas between the columns of a CSV, not "
      "tabs");
  CHECK(told("1\t8\n2\t8\n") == "");  // `seconds Mbps`
  CHECK(told(std::string("1\n\0\n", 4)) == "FILE: is not a text file");
  CHECK(told("\x7f"
             "ELF\x02\x01\n") == "FILE: is not a text file");
  // mahimahi
  CHECK(told("5\n4\n6.5\n-1\n7 8\n") ==
        "FILE:2:1: stamp = 4; expected 5 ms or later, as the line before\n"
        "FILE:3:1: stamp = 6.5; expected one whole number of milliseconds in [0, 1e12]\n"
        "FILE:4:1: stamp = -1; expected one whole number of milliseconds in [0, 1e12]\n"
        "FILE:5:1: stamp = 7 8; expected one whole number of milliseconds in [0, 1e12]");
  CHECK(told("1\n99999999999999999999\n") ==
        "FILE:2:1: stamp = 99999999999999999999; expected one whole number of milliseconds in [0, "
        "1e12]");
  CHECK(told("0\n0\n") == "FILE: its last stamp is 0; expected a trace longer than 0 ms");
  CHECK(told("1\n1000000000000\n") ==
        "FILE: 1000000000 s in bins of 0.1 s; expected at most 20000000 bins");
  // two columns
  CHECK(told("1 2\n2\n3 4 5\n4 x\n5 -1\n5 1\n6 nan\n7 inf\n8 1e999\n-9 1\n") ==
        "FILE:2:1: line = 2; expected two columns: seconds Mbps\n"
        "FILE:3:1: line = 3 4 5; expected two columns: seconds Mbps\n"
        "FILE:4:3: Mbps = x; expected a rate in [0, 1] Tbps\n"
        "FILE:5:3: Mbps = -1; expected a rate in [0, 1] Tbps\n"
        "FILE:6:1: seconds = 5; expected later than 5, as the line before\n"
        "FILE:7:3: Mbps = nan; expected a rate in [0, 1] Tbps\n"
        "FILE:8:3: Mbps = inf; expected a rate in [0, 1] Tbps\n"
        "FILE:9:3: Mbps = 1e999; expected a rate in [0, 1] Tbps\n"
        "FILE:10:1: seconds = -9; expected a date in [0, 1e9] s");
  CHECK(told("1 1e6\n") == "");
  CHECK(told("1 1000001\n") == "FILE:1:3: Mbps = 1000001; expected a rate in [0, 1] Tbps");
  CHECK(told("1 0\n2 0\n") == "FILE: carries nothing: every rate is 0; expected one above 0");
  CHECK(told("0 1\n") == "FILE: its last date is 0; expected a trace longer than 0 s");
  CHECK(told("1500000 1\n1500001 2\n1500002 3\n") ==
        "FILE:1:1: seconds = 1500000; expected dates counted from the beginning of the trace");
  // CSV
  CHECK(told("t_s,a_Mbps\n") == "FILE: has a header and no rows; expected at least one");
  CHECK(told("t_s,a_Mbps\n0,1\n1\n2,\n2,3\n1,-4\n") ==
        "FILE:3:1: line = 1; expected 2 fields, as in the header\n"
        "FILE:4:3: a_Mbps = ; expected a rate in [0, 1] Tbps\n"
        "FILE:6:1: t_s = 1; expected a date after that of the row before");  // and one is enough
  for (const std::string data : {"0,1\n1,2\n", "0,1,2\n"}) {
    CHECK(told(data) == "FILE:1:1: header = " + data.substr(0, data.find('\n')) +
                            "; expected a first line that names the columns, such as "
                            "time_s,uplink_Mbps");
  }
  CHECK(told("Timestamp,DL_bitrate\n2019.02.30_00.00.00,1\n") ==
        "FILE:2:1: Timestamp = 2019.02.30_00.00.00; expected a date such as 2019.12.16_14.23.32 "
        "(seconds: call the column time_s)");
}

TEST_CASE("a file with a million mistakes is told in eleven lines") {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "1 x\n";
  const std::string lines = told("0.5 1\n" + text);
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 10);
  CHECK(lines.ends_with("\nFILE: and 40 more"));  // 50 lines, less 10
}

TEST_CASE("folders, missing files, forbidden files and huge files are refused at once") {
  const Scratch scratch;
  const auto read = [](const std::string& file) { read_bandwidth_trace(file); };
  CHECK(complaint(scratch.path("none"), read) == "FILE: cannot be read: No such file or directory");
  std::filesystem::create_directory(scratch.path("folder"));
  CHECK(complaint(scratch.path("folder"), read) == "FILE: is a folder; expected a file");
  const auto huge = scratch.write("huge", "1\n");
  std::filesystem::resize_file(huge, std::uintmax_t{1} << 30);  // sparse: takes no room
  CHECK(complaint(huge, read) == "FILE: 1073741824 bytes; expected at most 268435456");
  const auto forbidden = scratch.write("forbidden", "1 1\n");
  std::filesystem::permissions(forbidden, std::filesystem::perms::none);
  const WithoutRoot without_root;
  CHECK(complaint(forbidden, read) == "FILE: cannot be read: Permission denied");
}

TEST_CASE("the real recordings are read, with the mean rates that their collection states") {
  const std::string data = real_data();
  if (data.empty()) return;
  const std::string folder = data + "/bandwidth/";
  const std::pair<const char*, double> means[] = {
      {"Verizon-LTE-short.up", 5.95},    {"Verizon-LTE-short.down", 5.03},
      {"ATT-LTE-driving-2016.up", 1.91}, {"ATT-LTE-driving-2016.down", 4.56},
      {"TMobile-UMTS-driving.up", .94},  {"TMobile-UMTS-driving.down", 2.02},
      {"Verizon-EVDO-driving.up", .84},  {"Verizon-EVDO-driving.down", .52}};
  for (const auto& [name, mean] : means) {
    CAPTURE(name);
    const auto profile = read_bandwidth_trace(folder + "mahimahi/" + name);
    CHECK(std::abs(profile.mean().si() / 125e3 - mean) < .00501);  // stated to two digits
  }
  std::size_t read = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const std::string file = entry.path().string();
    CAPTURE(file);
    CHECK_NOTHROW(read_bandwidth_trace(file));
    ++read;
  }
  CHECK(read > 8);
}

}  // namespace updraft
